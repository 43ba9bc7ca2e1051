using Grpc.Core;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>What a ready line rested on changes: it stands, or it needs attention and is not payable.</summary>
[Collection("billing")]
public sealed class ReconsiderTests(BillingService billing)
{
    [Fact]
    public async Task A_line_needs_attention_when_the_person_is_not_eligible_any_more()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await ReadySecond(individual);
        person.Eligible = false;
        await Corrected(individual);
        var questioned = await Becomes(line, Proto.ClaimLineState.Attention);
        Assert.Contains("NC-ELIG-008", questioned.Refusals.Select(f => f.RuleId));
        Assert.Equal((line.Decision, Verdict.NotMet), (questioned.Decision, questioned.Reconsidered.Verdict));
        Assert.Equal((line.Charge, line.Authorization), (questioned.Charge, questioned.Authorization));
        Assert.Equal(["ready", "attention"], await States(line));
        Assert.Empty(person.Released);

        // Both decisions are read by their names.
        foreach (var decision in new[] { line.Decision, questioned.Reconsidered })
        {
            Assert.Equal(decision.ReceiptSha256,
                (await billing.Decisions.GetDecisionAsync(new() { Name = $"decisions/{decision.DecisionId}" }, billing.Us)).ReceiptSha256);
        }
    }

    [Fact]
    public async Task A_line_that_would_be_made_the_same_way_stands_and_nothing_is_stored()
    {
        var (individual, _) = billing.Eligibility.Person();
        var line = await ReadySecond(individual);
        await billing.Use<ReconsiderClaimLines>(lines => lines.Handle(IdOf(individual), NewMessage(), default));
        Assert.Equal(line, await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us));
        Assert.Equal(["ready"], await States(line));
    }

    [Fact]
    public async Task The_event_that_is_delivered_again_and_a_second_one_decide_nothing_more()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await ReadySecond(individual);
        person.Order = ("", "");
        var message = NewMessage();
        await Deliver(message);
        await Deliver(new() { MessageId = message.MessageId, Consumer = message.Consumer, ReceivedAt = message.ReceivedAt });
        await Deliver(NewMessage());
        Assert.Equal(["ready", "attention"], await States(line));

        Task Deliver(InboxRow row) => billing.Use<ReconsiderClaimLines>(lines => lines.Handle(IdOf(individual), row, default));
    }

    [Theory]
    [InlineData("funding")]
    [InlineData("payer")]
    [InlineData("order")]
    [InlineData("authorization")]
    [InlineData("staff")]
    [InlineData("act")]
    public async Task Whatever_the_line_rested_on(string changed)
    {
        var (individual, person) = billing.Eligibility.Person();
        var staff = $"staff/{Guid.CreateVersion7()}";
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        request.RenderingStaff = staff;
        var line = await billing.Claimed(request);
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        Action change = changed switch
        {
            "funding" => () => person.Funding = Funding.State,
            "payer" => () => person.Payer = "organizations/another-payer",
            "order" => () => person.Order = ("", ""),
            "authorization" => () => person.Authorized = null,
            "act" => () => person.Overlaps.Act = true,
            _ => () => billing.Staff.Qualifications[staff] = new() { StaffMember = staff, Qualified = false },
        };
        change();
        await billing.Use<ReconsiderClaimLines>(lines => lines.Handle(IdOf(individual), NewMessage(), default));
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal(Proto.ClaimLineState.Attention, questioned.State);
        Assert.NotEmpty(questioned.Refusals);
    }

    [Fact]
    public async Task ACT_that_is_recorded_later_takes_a_ready_line_to_attention_NC_LIM_002()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await ReadySecond(individual);
        person.Overlaps.Act = true;
        await billing.Send([new ActStartedV1
        {
            IndividualId = IdOf(individual),
            Provider = BillingService.Provider,
            FactId = Guid.CreateVersion7(),
            From = new(2025, 3, 1),
            Through = null,
            Retracted = false,
        }]);
        Assert.Equal("NC-LIM-002", (await Becomes(line, Proto.ClaimLineState.Attention)).Refusals[0].RuleId);
    }

    [Fact]
    public async Task Lines_of_a_staff_member_who_is_blocked_need_attention_and_stand_again_when_cleared()
    {
        var staff = $"staff/{Guid.CreateVersion7()}";
        List<Proto.ClaimLine> lines = [];
        foreach (var rendering in new[] { staff, staff, billing.Esp })
        {
            var (individual, _) = billing.Eligibility.Person();
            var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
            request.RenderingStaff = rendering;
            lines.Add(await billing.Claimed(request));
        }

        billing.Staff.Qualifications[staff] = new()
        {
            StaffMember = staff,
            Decision = new() { Findings = { new Finding { RuleId = "LA-BGC-005", Verdict = Verdict.NotMet, Reason = "on the exclusion list", Deciding = true } } },
        };
        StaffBlockedV1 blocked = new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            StaffMemberId = new(Guid.Parse(staff["staff/".Length..])),
            Provider = BillingService.Provider,
            Program = "nc-core",
            Role = "ESP",
            From = new(2025, 3, 1),
            RuleId = "LA-BGC-005",
        };
        await billing.Send([blocked]);
        foreach (var line in lines.Take(2))
            Assert.NotEmpty((await Becomes(line, Proto.ClaimLineState.Attention)).Refusals);
        await billing.Send([blocked]);
        await billing.Use<ReconsiderClaimLines>(each => each.Handle(blocked.StaffMemberId, NewMessage(), default));
        billing.Staff.Qualifications.Remove(staff, out _);
        await billing.Send([new StaffClearedV1
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            StaffMemberId = blocked.StaffMemberId,
            Provider = BillingService.Provider,
            Program = "nc-core",
            Role = "ESP",
            From = new(2025, 3, 1),
            RuleId = null,
        }]);
        foreach (var line in lines.Take(2))
        {
            Assert.Empty((await Becomes(line, Proto.ClaimLineState.Ready)).Refusals);
            Assert.Equal(["ready", "attention", "ready"], await States(line));
        }

        Assert.Equal(["ready"], await States(lines[2]));
    }

    [Fact]
    public async Task Asked_again_it_stays_until_it_is_payable_as_it_was_made()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await ReadySecond(individual);
        person.Eligible = false;
        await billing.Use<ReconsiderClaimLines>(lines => lines.Handle(IdOf(individual), NewMessage(), default));
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        await Again(line.Name, line.Etag).Refused(StatusCode.Aborted);
        var still = await Again(line.Name, questioned.Etag);
        Assert.Equal(Proto.ClaimLineState.Attention, still.State);
        Assert.NotEqual(questioned.Reconsidered.DecisionId, still.Reconsidered.DecisionId);

        person.Eligible = true;
        var validated = await billing.Claims.ReconsiderClaimLineAsync(new() { Name = line.Name, Etag = still.Etag, ValidateOnly = true }, billing.Us);
        Assert.Equal(Proto.ClaimLineState.Ready, validated.State);
        var again = await Again(line.Name, still.Etag);
        Assert.Equal((Proto.ClaimLineState.Ready, 0, line.Decision), (again.State, again.Refusals.Count, again.Decision));
        Assert.Equal(["ready", "attention", "attention", "ready"], await States(line));
        Assert.Equal(0, person.Left);
        await Again(line.Name, again.Etag).Refused(StatusCode.FailedPrecondition);

        AsyncUnaryCall<Proto.ClaimLine> Again(string name, string etag) =>
            billing.Claims.ReconsiderClaimLineAsync(new() { Name = name, Etag = etag, RequestId = BillingService.NewId() }, billing.Us);
    }

    [Fact]
    public async Task A_line_that_needs_attention_can_be_voided_and_its_units_return()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await ReadySecond(individual);
        person.Eligible = false;
        await billing.Use<ReconsiderClaimLines>(lines => lines.Handle(IdOf(individual), NewMessage(), default));
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        var gone = await billing.Claims.VoidClaimLineAsync(
            new() { Name = line.Name, Etag = questioned.Etag, RequestId = BillingService.NewId() }, billing.Us);
        Assert.Equal((Proto.ClaimLineState.Void, 1), (gone.State, person.Left));
    }

    [Fact]
    public async Task A_merge_moves_everything_to_the_survivor_a_milestone_is_not_paid_twice_and_an_undo_gives_everything_back()
    {
        var (survivor, _) = billing.Eligibility.Person();
        var (merged, other) = billing.Eligibility.Person();
        other.Disclosure = Ips.Contracts.Eligibility.V1.DisclosureChoice.Disclose;
        var (stays, moves) = (await ReadySecond(survivor), await ReadySecond(merged));
        var note = await billing.Noted(merged);
        var first = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.First(merged, BillingService.Day, note))).Name));
        Assert.Equal(Proto.ClaimLineState.Ready, first.State);
        await billing.Hired(merged, "2025-02-03");
        await billing.Referred(merged, "referred", "2025-01-20");
        await billing.Employment.RecordEducationAsync(new()
        {
            Individual = merged,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Facts = new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10" },
            RequestId = BillingService.NewId(),
        }, billing.Us);
        await billing.Profiles.RecordClaimFactsAsync(
            new() { Individual = merged, Program = "nc-core", From = "2025-01-01", Content = new() { Diagnoses = { "F20.9" } }, RequestId = BillingService.NewId() }, billing.Us);
        await billing.Database.ScalarAsync(
            $"""
            insert into claims (id, version, claim_line_id, individual_id, provider, payer, program, milestone_number, service_date, state, frequency, number, line_control,
              payer_claim, code, modifiers, units, charge, expected, allowed, paid, adjusted, written_off, live, recorded_at, steps)
            select gen_random_uuid(), 1, id, individual_id, provider, payer, program, milestone_number, service_date, 'Sent', 'Original', 'C1', 'L1',
              '', code, modifiers, units, charge, charge, 0, 0, 0, 0, true, now(), 0 from claim_lines where id = '{first.Name["claimLines/".Length..]}'
            """);
        await billing.Uploaded(merged, Ips.Contracts.Common.V1.DocumentKind.JobStartForm);
        Proto.Incentives.IncentivesClient incentives = new(billing.Calls);
        var letter = await incentives.RecordIncentiveLetterAsync(IncentiveService.LetterOf([merged]), billing.Us);
        await incentives.CreateIncentiveInvoiceAsync(new() { Letter = letter.Name, RequestId = BillingService.NewId() }, billing.Us);
        // Louisiana sets days of contacts around a job.
        var today = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/Chicago"));
        await billing.Employment.RecordJobAsync(new()
        {
            Individual = merged,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "la-lhcc",
            Facts = new() { StartDate = today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), IntegratedCompetitive = true },
            RequestId = BillingService.NewId(),
        }, billing.Us);
        await billing.Employment.RecordEmployerContactAsync(new()
        {
            Program = "la-lhcc",
            StaffMember = $"staff/{Guid.CreateVersion7()}",
            Individual = merged,
            Day = "2025-02-01",
            Mode = Proto.EmployerContactMode.InPerson,
            Employer = "Sealed Employer",
            RequestId = BillingService.NewId(),
        }, billing.Us);
        foreach (var table in await Tables())
            Assert.True(await billing.Count(table, $"individual_id = '{merged[12..]}'") > 0, $"{table} has a person's id, and this test no row in it");
        var (before, ofSurvivor) = (await Rows(merged), await Rows(survivor));
        var preview = await new Proto.Merges.MergesClient(billing.Calls).PreviewMergeAsync(new() { Survivor = survivor, Merged = merged }, billing.Us);
        Assert.Equal(before.CountBy(row => row.Split(' ')[0]).Where(kind => kind.Key != "accounts").OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => (kind.Key, kind.Value)),
            preview.Moves.Select(kind => (kind.Kind, kind.Count)));
        Assert.Equal([stays.Name, moves.Name, first.Name], preview.DecidedAgain);
        Assert.Equal([("milestones_of_one_number", stays.Milestone, moves.Milestone), ("ready_lines_of_one_milestone", stays.Name, moves.Name)],
            preview.Conflicts.Select(c => (c.Kind, c.SurvivorRecord, c.MergedRecord)));
        Assert.Equal(before, await Rows(merged));

        await billing.Send([new IndividualsMergedV1
        {
            IndividualId = IdOf(survivor),
            MergedId = IdOf(merged),
            Provider = BillingService.Provider,
        }]);
        await Becomes(moves, Proto.ClaimLineState.Attention);
        foreach (var table in await Tables())
            Assert.Equal(0, await billing.Count(table, $"individual_id = '{merged[12..]}'{(table == "accounts" ? " and merged_into is null" : "")}"));
        foreach (var name in new[] { survivor, merged })
        {
            var lines = (await billing.Claims.ListClaimLinesAsync(new() { Individual = name }, billing.Us)).ClaimLines;
            Assert.Equal([stays.Name, moves.Name, first.Name], lines.OrderBy(l => l.CreateTime).Select(l => l.Name));
            Assert.Equal([Proto.ClaimLineState.Ready, Proto.ClaimLineState.Attention, Proto.ClaimLineState.Ready], lines.OrderBy(l => l.CreateTime).Select(l => l.State));
            Assert.Equal(first.PayableUnits, (await billing.Ledger.GetUnitLedgerAsync(new()
            {
                Individual = name,
                Provider = $"organizations/{BillingService.Provider}",
                Program = "nc-core",
                Year = 2025,
            }, billing.Us)).UnitsUsed);
        }

        // What is recorded under the old name later belongs to the survivor, and counts with what is there.
        var late = await billing.Notes.RecordServiceNoteAsync(billing.Note(merged), billing.Us);
        Assert.Equal((survivor, 8), (late.Individual, late.DayUnits));

        // The undo gives back what came from the merged record; what was recorded since stays. Its events may come twice, and late ones change nothing.
        IndividualsSeparatedV1 undo = new() { IndividualId = IdOf(survivor), SeparatedId = IdOf(merged), Provider = BillingService.Provider, Sequence = 2 };
        await billing.Send([undo], times: 2);
        Assert.Equal([], (await Becomes(moves, Proto.ClaimLineState.Ready)).Refusals);
        await billing.Use<FollowMerge>(merges => merges.Handle(
            new IndividualsMergedV1 { IndividualId = IdOf(survivor), MergedId = IdOf(merged), Provider = BillingService.Provider, Sequence = 1 }, NewMessage(), default));
        Assert.Equal(before, await Rows(merged));
        Assert.Equal([$"service_notes {late.Name["serviceNotes/".Length..]}"], (await Rows(survivor)).Except(ofSurvivor));
        Assert.Empty(ofSurvivor.Except(await Rows(survivor)));
        Proto.Merges.MergesClient merges = new(billing.Calls);
        var made = await merges.ListMadeWhileMergedAsync(new() { Name = merged }, billing.Us);
        var listed = Assert.Single(made.Records);
        Assert.Equal((survivor, "service_notes", late.Name, late.CreateTime), (made.Survivor, listed.Kind, listed.Name, listed.CreateTime));
        await merges.ListMadeWhileMergedAsync(new() { Name = survivor }, billing.Us).Refused(StatusCode.NotFound);
        await merges.ListMadeWhileMergedAsync(new() { Name = merged }, billing.As(Roles.Provider, "second-chance")).Refused(StatusCode.NotFound);
        foreach (var (name, expected) in new[] { (survivor, new[] { stays.Name }), (merged, [moves.Name, first.Name]) })
        {
            var lines = (await billing.Claims.ListClaimLinesAsync(new() { Individual = name }, billing.Us)).ClaimLines;
            Assert.Equal(expected, lines.OrderBy(l => l.CreateTime).Select(l => l.Name));
            Assert.All(lines, line => Assert.Equal((name, Proto.ClaimLineState.Ready), (line.Individual, line.State)));
        }

        Assert.Equal(merged, (await billing.Notes.RecordServiceNoteAsync(billing.Note(merged), billing.Us)).Individual);
    }

    [Fact]
    public async Task Merges_and_undos_end_the_same_in_any_order_of_arrival()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var people = Enumerable.Range(0, 3).Select(_ => billing.Eligibility.Person().Name).ToArray();
            var (first, second, third) = (people[0], people[1], people[2]);
            var notes = new List<(string Person, string Note)>();
            foreach (var person in people)
                notes.Add((person, await billing.Noted(person)));
            var before = await Rows(first);
            // First into second, second into third; both undone; first into third.
            List<Func<FollowMerge, Task>> events =
            [
                Merge(first, second, 1), Merge(second, third, 1), Undo(second, third, 2), Undo(first, second, 2), Merge(first, third, 3),
            ];
            var arriving = events.ToArray();
            new Random(seed).Shuffle(arriving);
            foreach (var arrival in arriving.Concat(seed % 2 == 0 ? arriving : []))
                await billing.Use(arrival);
            Assert.Equal([third, second, third], await Task.WhenAll(notes.Select(async note =>
                (await billing.Notes.GetServiceNoteAsync(new() { Name = note.Note }, billing.Us)).Individual)));
            await billing.Use(Undo(first, third, 4));
            Assert.Equal(before, await Rows(first));
        }

        Func<FollowMerge, Task> Merge(string merged, string survivor, long sequence) => merges => merges.Handle(new IndividualsMergedV1
        {
            IndividualId = IdOf(survivor),
            MergedId = IdOf(merged),
            Provider = BillingService.Provider,
            Sequence = sequence,
        }, NewMessage(), default);

        Func<FollowMerge, Task> Undo(string merged, string survivor, long sequence) => merges => merges.Handle(new IndividualsSeparatedV1
        {
            IndividualId = IdOf(survivor),
            SeparatedId = IdOf(merged),
            Provider = BillingService.Provider,
            Sequence = sequence,
        }, NewMessage(), default);
    }

    /// <summary>The rows of each table with the person's id.</summary>
    private async Task<List<string>> Rows(string individual)
    {
        await using BillingDb db = new(new DbContextOptionsBuilder<BillingDb>().UseNpgsql("Host=none").UseSnakeCaseNamingConvention().Options, Caller.None);
        List<string> rows = [];
        foreach (var table in await Tables())
        {
            var key = string.Join(", ", db.Model.GetEntityTypes().First(t => t.GetTableName() == table).FindPrimaryKey()!.Properties.Select(p => p.GetColumnName()));
            var found = (string)(await billing.Scalar(
                $"select coalesce(string_agg(concat_ws(' ', '{table}', {key}), E'\n' order by concat_ws(' ', {key})), '') from {table} where individual_id = '{individual[12..]}'"))!;
            rows.AddRange(found.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return rows;
    }

    // Coverage is a copy of what Eligibility publishes, and after a merge it publishes it under both names. Caseloads are a copy of assignments, which Staffing moves.
    private static async Task<IReadOnlyList<string>> Tables()
    {
        await using BillingDb db = new(new DbContextOptionsBuilder<BillingDb>().UseNpgsql("Host=none").UseSnakeCaseNamingConvention().Options, Caller.None);
        return [.. db.Model.GetEntityTypes().Where(e => e.ClrType != typeof(CoverageSpan) && e.ClrType != typeof(CaseloadSpan)
                && e.ClrType != typeof(MovedRow) && e.ClrType != typeof(FollowedMerge)
                && e.GetProperties().Any(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(IndividualId)))
            .Select(e => e.GetTableName()!).Distinct()];
    }

    private async Task<Proto.ClaimLine> ReadySecond(string individual)
    {
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        // The line's decision rests on the milestone, its own on the authorization.
        foreach (var record in new[] { line.Milestone, line.Authorization })
            Assert.Contains((await billing.Decisions.ListDependentsAsync(new() { Record = record }, billing.Us)).Dependents, d => d.Decision == $"decisions/{line.Decision.DecisionId}");
        Assert.Equal(0, await billing.Count("decisions where rests_on = '{}'"));
        return line;
    }

    private Task Corrected(string individual) => billing.Send([new IndividualCorrectedV1
    {
        IndividualId = IdOf(individual),
        Provider = BillingService.Provider,
        Kind = "enrollment",
        Retracted = false,
    }]);

    private async Task<Proto.ClaimLine> Becomes(Proto.ClaimLine line, Proto.ClaimLineState state)
    {
        var now = line;
        await Poll.Until(async () => (now = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us)).State == state);
        return now;
    }

    /// <summary>The states that events named, in their order.</summary>
    private async Task<string[]> States(Proto.ClaimLine line) =>
        ((string)(await billing.Scalar(
            $"select coalesce(string_agg(body->>'state', ',' order by sequence), '') from outbox_rows where subject = '{line.Name}'"))!).Split(',');

    private static InboxRow NewMessage() => new() { MessageId = Guid.CreateVersion7(), Consumer = "test", ReceivedAt = TimeProvider.System.GetUtcNow() };

    private static IndividualId IdOf(string name) => new(Guid.Parse(name["individuals/".Length..]));
}
