using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests.Chaos;

/// <summary>
/// Two replicas of Billing take people through milestones while they, PostgreSQL, RabbitMQ, Eligibility and Staffing are killed (-9) in turn: no unit twice, no dollar
/// twice, nothing billable without its evidence. A short form by default; <c>CHAOS_SECONDS=600 CHAOS_SEED=7 dotnet test tests/Billing.Tests --filter Chaos</c> is the
/// long one.
/// </summary>
public sealed class MilestoneChaosTests(ITestOutputHelper output)
{
    private const int Callers = 4;

    [Fact]
    public async Task Every_milestone_survives_any_kill_with_its_evidence_and_is_billed_once()
    {
        await using var platform = await ChaosPlatform.Start("billing");
        await platform.Watch();
        Books books = new();
        var callers = Enumerable.Range(0, Callers).Select(n => new MilestoneCaller(platform, books, (ChaosPlatform.Seed * 1000) + n)).ToList();
        foreach (var caller in callers)
            await caller.Hire();
        // Each part at least once, in an order set by the seed; then at random.
        await platform.Work(callers.Select<MilestoneCaller, Func<CancellationToken, Task>>(caller => caller.Work), () => books.Count, platform.Parts,
            TimeSpan.FromSeconds(ChaosPlatform.Seconds));
        output.WriteLine($"{platform.Summary}; {books.Notes.Count} notes, "
            + $"{books.Milestones.Count} milestones, {books.Lines.Count} claim lines ({books.Lines.Values.Count(s => s == Proto.ClaimLineState.Ready)} ready), "
            + $"{books.Documents.Count} documents acknowledged");
        await CheckStates(platform, books);
        await CheckMoney(platform, books);
        await CheckEvidence(platform);
        await platform.ExpectEvents();
        await platform.ExpectReplays(books.Decisions, (request, ops) => platform.Client<Proto.Decisions.DecisionsClient>(0).ReplayDecisionAsync(request, ops));
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
        // Each ready line has its unit, and no authorization gave more than it has. The reconciliation repairs what a kill left apart: then no other line has a unit.
        var ready = (await platform.Rows("select \"authorization\", 'claimLines/' || id, payable_units from claim_lines where state = 'Ready' and milestone_number = 2",
            r => KeyValuePair.Create((Authorization: r.GetString(0), Line: r.GetString(1)), r.GetInt32(2)))).OrderBy(u => u.Key).ToList();
        Assert.NotEmpty(ready);
        Assert.Empty(ready.Except(await platform.Ledger()));
        Assert.Empty(await platform.Rows(
            """
            select a.id from authorizations a join unit_draws d on d.authorization_id = a.id
            where d.released_at is null group by a.id, a.approved_units having sum(d.units) > a.approved_units
            """, r => 0, "eligibility"));
        Assert.Equal(0, await platform.Command("reconcile-units"));
        Assert.Equal(ready, await platform.Ledger());
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
}
