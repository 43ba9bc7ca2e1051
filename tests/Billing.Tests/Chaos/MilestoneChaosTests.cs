using System.Globalization;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests.Chaos;

/// <summary>
/// Two replicas of Billing take people through milestones while replicas, PostgreSQL, RabbitMQ, Eligibility and Staffing are killed in turn: no unit twice, no dollar
/// twice, nothing billable without its evidence. A short form by default; <c>CHAOS_SECONDS=600 CHAOS_SEED=7 dotnet test tests/Billing.Tests --filter Chaos</c> is the
/// long one.
/// </summary>
public sealed class MilestoneChaosTests(ITestOutputHelper output)
{
    private const int Callers = 4;

    [Fact]
    public async Task Every_milestone_survives_any_kill_with_its_evidence_and_is_billed_once()
    {
        var (seconds, seed) = (Setting("CHAOS_SECONDS", 20), Setting("CHAOS_SEED", 1));
        FakeEligibility eligibility = new();
        await using FakeService eligibilityHost = new();
        await using FakeService staffingHost = new();
        await eligibilityHost.Serve(eligibility.Individuals).Serve(eligibility.Determinations).Serve(eligibility.Orders).Serve(eligibility.Authorizations)
            .Serve(eligibility.Profiles).Start();
        await staffingHost.Serve(new StaffFake()).Start();
        await using var platform = await ChaosPlatform.Start("billing", typeof(Db.BillingDb).Assembly, new Dictionary<string, string>
        {
            ["Authentication:ClientId"] = "billing",
            ["Authentication:ClientSecret"] = TestIssuer.ClientSecret,
            ["services:eligibility:grpc:0"] = eligibilityHost.Address,
            ["services:staffing:grpc:0"] = staffingHost.Address,
        }, eligibilityHost, staffingHost);
        await platform.Watch();
        Books books = new();
        using CancellationTokenSource enough = new();
        var work = Enumerable.Range(0, Callers).Select(n => Task.Run(() => new MilestoneCaller(platform, eligibility, books, (seed * 1000) + n).Work(enough.Token))).ToArray();

        Random random = new(seed);
        var since = TimeProvider.System.GetTimestamp();
        List<int> struck = [];
        // Each of them at least once, in an order set by the seed; then at random until the time is over.
        for (var n = 0; n < platform.Victims || TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(seconds); n++)
        {
            var done = books.Count;
            await Poll.Until(() => books.Count > done + 20 || work.Any(w => w.IsFaulted), TimeSpan.FromMinutes(3));
            struck.Add(n < platform.Victims ? (n + seed) % platform.Victims : random.Next(platform.Victims));
            await platform.Strike(struck[^1]);
        }

        var before = books.Count;
        await Poll.Until(() => books.Count > before + 20 || work.Any(w => w.IsFaulted), TimeSpan.FromMinutes(3));
        await enough.CancelAsync();
        await Task.WhenAll(work);
        await platform.UntilHealthy();
        output.WriteLine($"seed {seed}: struck {string.Join(' ', struck)} (0, 1 replicas, 2 PostgreSQL, 3 RabbitMQ, 4 Eligibility, 5 Staffing); {books.Notes.Count} notes, "
            + $"{books.Milestones.Count} milestones, {books.Lines.Count} claim lines ({books.Lines.Values.Count(s => s == Proto.ClaimLineState.Ready)} ready), "
            + $"{books.Documents.Count} documents acknowledged; {platform.Repeated} calls sent again");
        await CheckStates(platform, books);
        await CheckMoney(platform, books);
        await CheckEvidence(platform);
        await platform.ExpectEvents();
        await Replay(platform, books);
    }

    /// <summary>Everything acknowledged is there once, in the state that was acknowledged last.</summary>
    private static async Task CheckStates(ChaosPlatform platform, Books books)
    {
        Assert.Equal(books.Notes.OrderBy(n => n.Key), await Named("select 'serviceNotes/' || id, voided_at is not null from service_notes", r => r.GetBoolean(1)));
        Assert.Equal(books.Milestones.OrderBy(m => m.Key), await Named("select 'milestones/' || id, state from milestones", r => Enum.Parse<Proto.MilestoneState>(r.GetString(1))));
        Assert.Equal(books.Lines.OrderBy(l => l.Key), await Named("select 'claimLines/' || id, state from claim_lines", r => Enum.Parse<Proto.ClaimLineState>(r.GetString(1))));
        Assert.Equal(books.Documents.OrderBy(d => d.Key),
            await Named("select 'documents/' || d.id, c.sha256 from documents d join document_contents c on c.id = d.content_id", r => r.GetString(1)));

        async Task<IEnumerable<KeyValuePair<string, T>>> Named<T>(string sql, Func<Npgsql.NpgsqlDataReader, T> read) =>
            (await platform.Rows(sql, r => KeyValuePair.Create(r.GetString(0), read(r)))).OrderBy(row => row.Key);
    }

    /// <summary>No note, unit or dollar twice.</summary>
    private static async Task CheckMoney(ChaosPlatform platform, Books books)
    {
        Assert.Empty(books.ClaimedTwice);
        Assert.Contains(Proto.ClaimLineState.Ready, books.Lines.Values);
        Assert.Empty(await platform.Rows(
            "select n.note_id from milestone_notes n join milestones m on m.id = n.milestone_id where m.state <> 'Denied' group by n.note_id having count(*) > 1", r => 0));
        Assert.Empty(await platform.Rows(
            """
            select individual_id from claim_lines where state = 'Ready' and milestone_number in (2, 3) group by individual_id, milestone_number having count(*) > 1
            union all
            select individual_id from claim_lines where state = 'Ready' and milestone_number = 1 group by individual_id, milestone_id, service_date having count(*) > 1
            union all
            select individual_id from claim_lines where state = 'Ready' and milestone_number = 1 group by individual_id having sum(payable_units) > 40
            """, r => 0));
        // Each ready line has its unit, and no authorization gave more than it has.
        var drawn = (await platform.Rows("select 'individuals/' || individual_id, 'claimLines/' || id, payable_units from claim_lines where state = 'Ready' and milestone_number = 2",
            r => (Person: r.GetString(0), Line: r.GetString(1), Units: r.GetInt32(2)))).ToList();
        Assert.NotEmpty(drawn);
        Assert.All(drawn, line => Assert.Equal(line.Units, books.People[line.Person].Drawn.GetValueOrDefault(line.Line)));
        Assert.All(books.People.Values, person => Assert.InRange(person.Drawn.Values.Sum(), 0, person.Authorized!.Value.Units));
    }

    /// <summary>What can be billed or is claimed has its evidence: notes that stand, and for a reviewed milestone its documents and the stored letter.</summary>
    private static async Task CheckEvidence(ChaosPlatform platform)
    {
        Assert.Empty(await platform.Rows(
            """
            select m.id from milestones m where m.state in ('Billable', 'Claimed') and m.number = 1
            and not exists (select from milestone_notes n join service_notes s on s.id = n.note_id where n.milestone_id = m.id and s.voided_at is null)
            union all
            select m.id from milestones m where m.state in ('Billable', 'Claimed') and m.number = 3
            and (m.letter_uploaded_on is null
                or not exists (select from documents d where d.kind = 'ApprovalLetter' and d.subject = 'milestones/' || m.id)
                or (select count(distinct d.kind) from documents d where d.individual_id = m.individual_id
                    and d.kind in ('CareerProfileWithFasp', 'MonthlyJobDevNotesWithEmployerContacts', 'JobStartForm', 'VrRecord')) <> 4
                or not exists (select from jobs j where j.individual_id = m.individual_id))
            union all
            select l.id from claim_lines l join milestones m on m.id = l.milestone_id where l.state = 'Ready' and m.state <> 'Claimed'
            union all
            select l.id from claim_lines l join milestone_notes n on n.milestone_id = l.milestone_id and n.service_date = l.service_date
            join service_notes s on s.id = n.note_id where l.state = 'Ready' and l.milestone_number = 1
            group by l.id, l.payable_units having sum(case when s.voided_at is null then s.billable_minutes else 0 end) < l.payable_units * 15
            """, r => 0));
    }

    // Every acknowledged decision, computed again: the same bytes. The audit log has no break.
    private static async Task Replay(ChaosPlatform platform, Books books)
    {
        Proto.Decisions.DecisionsClient decisions = new(platform.Channels[0]);
        var ops = platform.As(Roles.Ops, Tokens.OwnOrganization);
        foreach (var id in books.Decisions.Distinct())
        {
            var replay = await decisions.ReplayDecisionAsync(new() { Name = $"decisions/{id}" }, ops);
            Assert.True(replay.Outcome == ReplayOutcome.Same, $"decisions/{id}: {replay.Outcome} {replay.Why}");
        }

        Assert.Equal(0, await platform.Command("verify-audit"));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}
