using Grpc.Core;
using Grpc.Net.Client;
using Aspire.Hosting.Testing;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Reporting.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>Sandbox case 1 on the running platform: what it holds, by gRPC.</summary>
[Collection("platform")]
public sealed class JourneyTests(Platform platform) : IDisposable
{
    private readonly List<GrpcChannel> _channels = [];

    public void Dispose() => _channels.ForEach(c => c.Dispose());

    [Fact]
    public async Task The_person_is_admitted_with_every_criterion_cited()
    {
        var made = await Made();
        var determination = await new Determinations.DeterminationsClient(Channel("eligibility"))
            .GetDeterminationAsync(new() { Name = made["determination"] }, As("provider", "harbor-works"));
        Assert.Equal(DeterminationState.Eligible, determination.State);
        string[] criteria = ["NC-ELIG-001", "NC-ELIG-002", "NC-ELIG-003", "NC-ELIG-004", "NC-ELIG-005", "NC-ELIG-006", "NC-ELIG-007", "NC-ELIG-009",
            "NC-ELIG-012",
            "NC-ELIG-013", "NC-ELIG-014", "NCC-ELIG-001", "NCC-ELIG-002", "NCC-ELIG-003", "NCC-ELIG-004", "NCC-ELIG-006"];
        foreach (var rule in criteria)
            AssertMet(determination.Decision, rule);
    }

    [Fact]
    public async Task The_staff_are_qualified_and_their_caseloads_within_the_limit()
    {
        var made = await Made();
        var staff = new Staff.StaffClient(Channel("staffing"));
        var lead = await staff.VerifyQualificationAsync(
            new() { StaffMember = made["teamLead"], Program = "nc-core", ServiceDate = made["day"] }, As("provider", "harbor-works"));
        AssertMet(lead.Decision, "NC-STAFF-001");
        var esp = await staff.VerifyQualificationAsync(
            new() { StaffMember = made["esp"], Program = "nc-core", ServiceDate = made["day"] }, As("provider", "harbor-works"));
        AssertMet(esp.Decision, "NC-STAFF-002");
        var caseloads = new Caseloads.CaseloadsClient(Channel("staffing"));
        AssertMet((await caseloads.CheckCaseloadAsync(new() { StaffMember = made["teamLead"], Program = "nc-core" }, As("provider", "harbor-works"))).Decision,
            "NC-STAFF-007");
        var caseload = await caseloads.CheckCaseloadAsync(new() { StaffMember = made["esp"], Program = "nc-core" }, As("provider", "harbor-works"));
        AssertMet(caseload.Decision, "NC-STAFF-008");
        Assert.Equal(1, caseload.ActiveCount);
    }

    [Fact]
    public async Task Service_order_referral_and_authorization_are_valid()
    {
        var made = await Made();
        var order = await new Contracts.Eligibility.V1.ServiceOrders.ServiceOrdersClient(Channel("eligibility"))
            .GetServiceOrderAsync(new() { Name = made["serviceOrder"] }, As("provider", "harbor-works"));
        Assert.Equal(ServiceOrderState.InForce, order.State);
        for (var rule = 1; rule <= 7; rule++)
            AssertMet(order.Decision, $"NC-SO-00{rule}");

        var feed = await new Referrals.ReferralsClient(Channel("eligibility")).PullFeedAsync(new(), As("dvrs", "nc-dvrs"));
        var item = Assert.Single(feed.Items.DistinctBy(i => i.EventId));
        Assert.Equal((made["referral"], 1L, ReferralState.Referred), (item.Referral.Name, item.Sequence, item.Referral.State));
        var referral = await new Referrals.ReferralsClient(Channel("eligibility"))
            .GetReferralAsync(new() { Name = made["referral"] }, As("provider", "harbor-works"));
        AssertMet(referral.Decision, "NC-DVRS-001");
        AssertMet(referral.Decision, "NC-DVRS-002");

        var authorization = await new Contracts.Eligibility.V1.Authorizations.AuthorizationsClient(Channel("eligibility"))
            .GetAuthorizationAsync(new() { Name = made["authorization"] }, As("mco", "alliance"));
        Assert.Equal((AuthorizationState.Approved, 1, 1), (authorization.State, authorization.ApprovedUnits, authorization.UnitsUsed));
        Assert.Equal(89, DateOnly.Parse(authorization.ApprovedThrough).DayNumber - DateOnly.Parse(authorization.ApprovedFrom).DayNumber);
    }

    [Fact]
    public async Task The_claim_lines_carry_code_modifiers_units_and_charge()
    {
        var made = await Made();
        var claims = new Claims.ClaimsClient(Channel("billing"));
        var engagement = await claims.GetClaimLineAsync(new() { Name = made["claimLine1"] }, As("provider", "harbor-works"));
        Assert.Equal((ClaimLineState.Ready, "H2023", "Z1", 7, "172.41", "172.41"),
            (engagement.State, engagement.Code, string.Join(' ', engagement.Modifiers), engagement.Units, engagement.Charge.Amount, engagement.Amount.Amount));
        var intake = await claims.GetClaimLineAsync(new() { Name = made["claimLine2"] }, As("provider", "harbor-works"));
        Assert.Equal((ClaimLineState.Ready, "H2023", "Z2", 1, "2000.00", made["authorization"]),
            (intake.State, intake.Code, string.Join(' ', intake.Modifiers), intake.Units, intake.Charge.Amount, intake.Authorization));
    }

    [Fact]
    public async Task A_line_is_refused_twice_outside_the_authorization_and_for_unqualified_staff()
    {
        var made = await Made();
        var claims = new Claims.ClaimsClient(Channel("billing"));

        var second = await Try(made["milestone2"], made["esp"], made["day"]);
        Assert.Contains(second.Refusals, r => r is { RuleId: "NCC-MS-02b", Verdict: Verdict.NotMet });

        var dayBefore = DateOnly.Parse(made["day"]).AddDays(-1).ToString("yyyy-MM-dd");
        var outside = await Try(made["milestone2"], made["esp"], dayBefore);
        Assert.Contains(outside.Refusals, r => r is { RuleId: "NCC-MS-02c", Verdict: Verdict.NotMet });
        Assert.Contains(outside.Refusals, r => r is { RuleId: "NC-SO-007", Verdict: Verdict.NotMet });

        var staff = new Staff.StaffClient(Channel("staffing"));
        var novice = await staff.RegisterStaffMemberAsync(new()
        {
            Provider = "organizations/harbor-works",
            DisplayName = "Sandbox novice",
            HireDate = made["day"],
            Education = Contracts.Staffing.V1.Education.Hs,
            RequestId = NewId(),
        }, As("provider", "harbor-works"));
        await staff.AssignRoleAsync(
            new() { StaffMember = novice.Name, Team = made["team"], Role = StaffRole.Esp, From = made["day"], RequestId = NewId() },
                As("provider", "harbor-works"));
        var unqualified = await Try(made["milestone2"], novice.Name, made["day"]);
        Assert.Contains(unqualified.Refusals, r => r is { RuleId: "NC-STAFF-002", Verdict: Verdict.NotMet });

        async Task<ClaimLine> Try(string milestone, string member, string day)
        {
            var line = await claims.CreateClaimLineAsync(
                new() { Milestone = milestone, RenderingStaff = member, ServiceDate = day, ValidateOnly = true }, As("provider", "harbor-works"));
            Assert.Equal((ClaimLineState.Refused, "0.00"), (line.State, line.Amount.Amount));
            return line;
        }
    }

    [Fact]
    public async Task The_review_sets_total_tier_certification_and_next_review()
    {
        var made = await Made();
        var review = await new Reviews.ReviewsClient(Channel("fidelity")).GetReviewAsync(new() { Name = made["review"] }, As("state", "nc-dhhs"));
        Assert.Equal((105, "good", true), (review.Total, review.Tier, review.Certified));
        Assert.Equal(DateOnly.Parse(review.FinalReportReceivedDate).AddMonths(12), DateOnly.Parse(review.NextReviewDue));
        AssertMet(review.Decision, "NC-FID-011");
    }

    [Fact]
    public async Task The_dashboard_shows_the_case_once_and_every_number_leads_to_its_events()
    {
        await Made();
        var dashboards = new Dashboards.DashboardsClient(Channel("reporting"));
        Dashboard? shown = null;
        await Poll.Until(async () =>
        {
            shown = await dashboards.GetDashboardAsync(new() { Program = "nc-core", Provider = "organizations/harbor-works" }, As("provider", "harbor-works"));
            return shown.Milestones.Any(m => m is { Number: 2, ClaimedAmount.Amount: "2000.00" })
                && shown.Milestones.Any(m => m is { Number: 1, ClaimedAmount.Amount: "172.41" });
        }, TimeSpan.FromSeconds(60));
        Assert.All(shown!.Funnel, figure => Assert.Equal(1, figure.Count));
        Assert.All(shown.Funnel, figure => Assert.NotEmpty(figure.EventIds));
        Assert.Contains(shown.Deadlines, d => d.RuleId.StartsWith("NC-FID", StringComparison.Ordinal));
        Assert.All(shown.Deadlines, d => Assert.NotEmpty(d.EventId));
    }

    [Fact]
    public async Task A_foreign_tenant_sees_nothing_of_the_case_on_either_wire()
    {
        var made = await Made();
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Individuals.IndividualsClient(Channel("eligibility"))
                .GetIndividualAsync(new() { Name = made["individual"] }, As("provider", "other-agency")));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        using var http = platform.Http("eligibility", "provider", "other-agency");
        using var answer = await http.GetAsync($"/v1/{made["individual"]}");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static void AssertMet(Decision decision, string rule)
    {
        var finding = Assert.Single(decision.Findings, f => f.RuleId == rule);
        Assert.True(finding.Verdict == Verdict.Met, $"{rule}: {finding.Reason}");
        Assert.NotEmpty(finding.Citation.Document);
        Assert.NotEmpty(finding.Citation.Section);
    }

    private Task<IReadOnlyDictionary<string, string>> Made() => SandboxCase.Made(platform);

    private GrpcChannel Channel(string service)
    {
        var channel = GrpcChannel.ForAddress(platform.Grpc(service));
        _channels.Add(channel);
        return channel;
    }

    private Metadata As(string role, string organization) => new() { { "authorization", $"Bearer {platform.Token(role, organization)}" } };

    private static string NewId() => Guid.CreateVersion7().ToString();
}
