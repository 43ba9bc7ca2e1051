using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Ips.Testing;
using Npgsql;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>Sandbox case 1 in figures: what was stored, published, counted and sent to feeds, and nothing that differs between two runs.</summary>
internal static class JourneyFigures
{
    /// <summary>The figures of an undisturbed run.</summary>
    private static string[] Undisturbed(DateOnly day) =>
        $"""
        teams: Harbor Works IPS team nc-core
        staff: Sandbox ESP {On(day, -380)}
        staff: Sandbox Team Lead {On(day, -380)}
        assignments: {On(day, 0)}
        individuals: organizations/harbor-works
        serviceOrders: nc-core SERVICE_ORDER_STATE_IN_FORCE {On(day, 0)}
        determinations: nc-core DETERMINATION_STATE_ELIGIBLE {On(day, 0)}
        referrals: nc-core REFERRAL_STATE_REFERRED {On(day, 0)}
        authorizations: AUTHORIZATION_KIND_M2 AUTHORIZATION_STATE_APPROVED {On(day, 0)} {On(day, 89)} 1 1
        items: 1 REFERRAL_STATE_REFERRED {On(day, 0)}
        serviceNotes: nc-core {On(day, 0)} 45
        serviceNotes: nc-core {On(day, 0)} 60
        milestones: 1 MILESTONE_STATE_CLAIMED {On(day, 0)} 7 7 172.41
        milestones: 2 MILESTONE_STATE_CLAIMED {On(day, 0)} 1 1 2000.00
        claimLines: 1 CLAIM_LINE_STATE_READY {On(day, 0)} H2023 Z1 7 172.41 7 172.41
        claimLines: 2 CLAIM_LINE_STATE_READY {On(day, 0)} H2023 Z2 1 2000.00 1 2000.00
        reviews: 105 good true {YearFrom(day, -9)}
        funnel: figures/admitted 1 1
        funnel: figures/m1-claimed 1 1
        funnel: figures/m2-authorized 1 1
        funnel: figures/m2-claimed 1 1
        funnel: figures/referred-to-dvrs 1 1
        funnel: figures/registered 1 1
        funnel: figures/service-order-in-force 1 1
        milestones: 1 1 7 172.41
        milestones: 2 1 1 2000.00
        deadlines: assistance-call NCC-COLL-002 {EndOfFirstWholeMonth(day)}
        deadlines: authorization-end NCC-MS-02c {On(day, 89)}
        deadlines: employment-collaborative NCC-COLL-001 {EndOfFirstWholeMonth(day)}
        deadlines: fidelity-review NC-FID-011 {YearFrom(day, -9)}
        deadlines: field-mentoring NC-STAFF-010 {EndOfFirstWholeMonth(day)}
        deadlines: service-order-renewal NC-SO-004 {YearFrom(day, 0)}
        deadlines: supervision NC-STAFF-010 {On(day, ((8 - (int)day.DayOfWeek) % 7) + 6)}
        deadlines: training NC-TRN-001 {On(day, -290)}
        deadlines: training NC-TRN-001 {On(day, -290)}
        deadlines: training NC-TRN-002 {On(day, -290)}
        deadlines: training NC-TRN-002 {On(day, -290)}
        deadlines: training NC-TRN-003 {On(day, -290)}
        deadlines: training NC-TRN-005 {On(day.AddDays(-380).AddMonths(6), 0)}
        deadlines: training NC-TRN-005 {On(day.AddDays(-380).AddMonths(6), 0)}
        deadlines: training NC-TRN-006 {On(day.AddDays(-380).AddYears(2), -1)}
        deadlines: training NC-TRN-006 {On(day.AddDays(-380).AddYears(2), -1)}
        ips.eligibility.authorization-decided.v1: 1 stored, 1 sent
        ips.eligibility.authorization-requested.v1: 1 stored, 1 sent
        ips.eligibility.authorization-units-moved.v1: 1 stored, 1 sent
        ips.eligibility.coverage-moved.v1: 1 stored, 1 sent
        ips.eligibility.determination-made.v1: 1 stored, 1 sent
        ips.eligibility.individual-registered.v1: 1 stored, 1 sent
        ips.eligibility.referral-moved.v1: 1 stored, 1 sent
        ips.eligibility.service-order-signed.v1: 1 stored, 1 sent
        ips.staffing.credential-added.v1: 2 stored, 2 sent
        ips.staffing.qualification-decided.v1: 2 stored, 2 sent
        ips.staffing.role-assigned.v1: 2 stored, 2 sent
        ips.staffing.staff-member-registered.v1: 2 stored, 2 sent
        ips.staffing.staff-restricted.v1: 4 stored, 4 sent
        ips.staffing.team-changed.v1: 2 stored, 2 sent
        ips.staffing.team-formed.v1: 1 stored, 1 sent
        ips.fidelity.review-recorded.v1: 1 stored, 1 sent
        ips.billing.claim-line-decided.v1: 2 stored, 2 sent
        ips.billing.milestone-decided.v1: 2 stored, 2 sent
        """.Split('\n').Select(line => line.TrimEnd()).ToArray();

    /// <summary>
    /// Waits until everything stored is published and counted, and compares each figure with an undisturbed run: nothing is missing, nothing is double.
    /// </summary>
    public static async Task AreThoseOfAnUndisturbedRun(Platform platform, IReadOnlyDictionary<string, string> made)
    {
        var undisturbed = Undisturbed(DateOnly.ParseExact(made["day"], "yyyy-MM-dd"));
        string[] found = [];
        try
        {
            await Poll.Until(async () => (found = await Of(platform, made)).SequenceEqual(undisturbed));
        }
        catch (Xunit.Sdk.XunitException)
        {
            Assert.Fail($"Only in an undisturbed run:\n{string.Join('\n', undisturbed.Except(found))}\n"
                + $"Only here:\n{string.Join('\n', found.Except(undisturbed))}\nAll here:\n{string.Join('\n', found)}");
        }
    }

    private static async Task<string[]> Of(Platform platform, IReadOnlyDictionary<string, string> made)
    {
        List<string> lines = [];
        using var agencyOfPeople = platform.Http("eligibility", "provider", "harbor-works");
        using var agencyOfStaff = platform.Http("staffing", "provider", "harbor-works");
        using var agencyOfClaims = platform.Http("billing", "provider", "harbor-works");
        using var state = platform.Http("fidelity", "state", "nc-dhhs");
        using var vr = platform.Http("eligibility", "dvrs", "nc-dvrs");
        using var counts = platform.Http("reporting", "provider", "harbor-works");

        await Add(agencyOfStaff, "/v1/teams", "teams", "displayName program");
        await Add(agencyOfStaff, "/v1/staff", "staff", "displayName hireDate");
        await Add(agencyOfStaff, $"/v1/assignments?individual={made["individual"]}", "assignments", "from");
        await Add(agencyOfPeople, "/v1/individuals", "individuals", "provider");
        await Add(agencyOfPeople, "/v1/serviceOrders", "serviceOrders", "program state orderDate");
        await Add(agencyOfPeople, "/v1/determinations", "determinations", "program state asOf");
        await Add(agencyOfPeople, "/v1/referrals", "referrals", "program state referralDate");
        await Add(agencyOfPeople, "/v1/authorizations", "authorizations", "kind state approvedFrom approvedThrough approvedUnits unitsUsed");
        await Add(vr, "/v1/feeds/dvrs-referrals", "items", "sequence referral.state referral.referralDate");
        await Add(agencyOfClaims, "/v1/serviceNotes", "serviceNotes", "program serviceDate elements.durationMinutes");
        await Add(agencyOfClaims, "/v1/milestones", "milestones", "number state eventDate units payableUnits amount.amount");
        await Add(agencyOfClaims, "/v1/claimLines", "claimLines",
            "milestoneNumber state serviceDate code modifiers units charge.amount payableUnits amount.amount");
        await Add(state, "/v1/reviews", "reviews", "total tier certified nextReviewDue");
        var dashboard = "/v1/dashboard?program=nc-core&provider=organizations/harbor-works";
        await Add(counts, dashboard, "funnel", "name count eventIds.Count");
        await Add(counts, dashboard, "milestones", "number reached.count claimedUnits claimedAmount.amount");
        await Add(counts, "/v1/deadlines?program=nc-core&provider=organizations/harbor-works", "deadlines", "kind ruleId dueOn");
        foreach (var service in Platform.Services)
            lines.AddRange(await Published(platform, service, [.. made.Values]));
        return [.. lines];

        async Task Add(HttpClient http, string path, string collection, string fields)
        {
            var answer = (await http.GetFromJsonAsync<JsonNode>(path))!;
            var items = answer[collection]?.AsArray() ?? [];
            lines.AddRange(items.Select(item => $"{collection}: {string.Join(' ', fields.Split(' ').Select(field => Text(item!, field)))}")
                .Order(StringComparer.Ordinal));
        }

        static string Text(JsonNode item, string field)
        {
            var at = (JsonNode?)item;
            foreach (var part in field.Split('.'))
                at = part == "Count" ? at?.AsArray().Count : at?[part];
            return at switch { null => "-", JsonArray array => string.Join('+', array), _ => $"{at}" };
        }
    }

    private static string On(DateOnly day, int days) => day.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string EndOfFirstWholeMonth(DateOnly day) => On(new DateOnly(day.Year, day.Month, 1).AddMonths(day.Day == 1 ? 1 : 2), -1);

    private static string YearFrom(DateOnly day, int days) => On(day.AddDays(days).AddYears(1), 0);

    /// <summary>Each event about the case: how often it was stored and sent so far.</summary>
    private static async Task<List<string>> Published(Platform platform, string service, string[] subjects)
    {
        await using var database = NpgsqlDataSource.Create((await platform.App.GetConnectionStringAsync($"{service}-db"))!);
        await using var read = database.CreateCommand(
            "select type, count(*), count(sent_at) from outbox_rows where subject = any($1) group by type order by type collate \"C\"");
        read.Parameters.Add(new() { Value = subjects });
        await using var rows = await read.ExecuteReaderAsync();
        List<string> published = [];
        while (await rows.ReadAsync())
            published.Add($"{rows.GetString(0)}: {rows.GetInt64(1)} stored, {rows.GetInt64(2)} sent");
        return published;
    }
}
