using Grpc.Core;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Held units are released automatically unless their claim line was stored; stored lines keep their units; corrections move the difference.</summary>
[Collection("eligibility")]
public sealed class UnitHoldTests(EligibilityService service)
{
    [Fact]
    public async Task The_ledger_shows_what_each_line_has_holds_and_had()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved(Proto.AuthorizationKind.Ips, 40);
        var (taken, held, returned, lost) = (await Drawn(4, false), await Drawn(3, true), await Drawn(2, false), await Drawn(5, true));
        await one.Authorizations.ReleaseUnitsAsync(new() { Name = approved.Name, ClaimLine = returned, RequestId = EligibilityService.NewId() }, one.AsBilling);
        var before = await Entries(one.AsPayer);
        Assert.Equal((Proto.UnitEntryState.Taken, 4, null), (before[taken].State, before[taken].Units, before[taken].HeldUntil));
        Assert.Equal((Proto.UnitEntryState.Held, service.Clock.GetUtcNow().AddDays(7)), (before[held].State, before[held].HeldUntil.ToDateTimeOffset()));
        Assert.Equal((Proto.UnitEntryState.Returned, service.Clock.GetUtcNow()), (before[returned].State, before[returned].ReturnTime.ToDateTimeOffset()));
        await one.Authorizations.ConfirmUnitsAsync(new() { Name = approved.Name, ClaimLine = held, RequestId = EligibilityService.NewId() }, one.AsBilling);
        service.Clock.Advance(TimeSpan.FromDays(7));
        var after = await Entries(one.AsProvider);
        Assert.Equal((Proto.UnitEntryState.Taken, Proto.UnitEntryState.HoldEnded, service.Clock.GetUtcNow()),
            (after[held].State, after[lost].State, after[lost].ReturnTime.ToDateTimeOffset()));
        var first = await one.Authorizations.ListUnitEntriesAsync(new() { Name = approved.Name, PageSize = 3 }, one.AsProvider);
        var rest = await one.Authorizations.ListUnitEntriesAsync(
            new() { Name = approved.Name, PageSize = 3, PageToken = first.NextPageToken }, one.AsProvider);
        Assert.Equal((3, 1, ""), (first.UnitEntries.Count, rest.UnitEntries.Count, rest.NextPageToken));
        Assert.Equal(Grpc.Core.StatusCode.NotFound, (await EligibilityService.Refused(async () => await one.Authorizations.ListUnitEntriesAsync(
            new() { Name = approved.Name }, service.As(Roles.Mco, "payer-foreign")))).Code);

        async Task<string> Drawn(int units, bool hold)
        {
            var line = $"claimLines/{EligibilityService.NewId()}";
            await one.Authorizations.DrawUnitsAsync(new()
            {
                Name = approved.Name,
                ClaimLine = line,
                ServiceDate = service.Day(),
                Units = units,
                Hold = hold,
                RequestId = EligibilityService.NewId(),
            }, one.AsBilling);
            return line;
        }

        async Task<Dictionary<string, Proto.UnitEntry>> Entries(Grpc.Core.Metadata who) =>
            (await one.Authorizations.ListUnitEntriesAsync(new() { Name = approved.Name }, who)).UnitEntries.ToDictionary(e => e.ClaimLine);
    }

    [Fact]
    public async Task An_unconfirmed_hold_ends_and_its_released_units_are_published_once()
    {
        var (one, approved) = await Approved(10);
        var (lost, next) = (NewLine(), NewLine());
        var request = DrawRequest(approved, lost, 8);
        var held = await one.Authorizations.DrawUnitsAsync(request, one.AsBilling);
        Assert.Equal((8, 2, service.Clock.GetUtcNow() + MoveUnits.HoldFor), (held.Units, held.UnitsLeft, held.HeldUntil.ToDateTimeOffset()));
        Assert.Equal(("NC-AUTH-001", 2), ((await Draw(one, approved, next, 3)) is var r ? r.Refusal.RuleId : "", r.UnitsLeft));

        service.Clock.Advance(MoveUnits.HoldFor - TimeSpan.FromSeconds(1));
        Assert.Equal(8, (await one.Again(approved)).UnitsUsed);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await one.Again(approved)).UnitsUsed);
        Assert.Equal((7, 3), ((await Draw(one, approved, next, 7)) is var d ? d.Units : 0, d.UnitsLeft));
        Assert.Equal("8,-8,7",
            await service.Scalar(
            $"select string_agg(body->>'unitsMoved', ',' order by sequence) from outbox_rows where subject = '{approved.Name}' "
                + "and body->>'unitsMoved' is not null"));

        // A retry must not return the first response now: it would promise units that another line has.
        var again = await one.Authorizations.DrawUnitsAsync(request, one.AsBilling);
        Assert.Equal((0, "NC-AUTH-001"), (again.Units, again.Refusal.RuleId));
        Assert.Equal(-7, (await Release(one, approved, next)).Units);
        Assert.Equal((8, 2),
            ((await one.Authorizations.DrawUnitsAsync(request, one.AsBilling)) is var drawnAgain ? drawnAgain.Units : 0, drawnAgain.UnitsLeft));
    }

    [Fact]
    public async Task A_retry_during_the_hold_returns_the_first_response()
    {
        var (one, approved) = await Approved(10);
        var request = DrawRequest(approved, NewLine(), 4);
        var first = await one.Authorizations.DrawUnitsAsync(request, one.AsBilling);
        Assert.Equal(first, await one.Authorizations.DrawUnitsAsync(request, one.AsBilling));
        Assert.Equal(0, (await Draw(one, approved, request.ClaimLine, 4)).Units);
        Assert.Equal(6, 10 - (await one.Again(approved)).UnitsUsed);
    }

    [Fact]
    public async Task A_confirmed_hold_lasts_and_an_ended_hold_takes_free_units_again()
    {
        var (one, approved) = await Approved(10);
        var (stored, late, never) = (NewLine(), NewLine(), NewLine());
        foreach (var line in new[] { stored, late, never })
            await Draw(one, approved, line, 3, hold: true);
        Assert.Null((await Confirm(one, approved, stored)).HeldUntil);
        service.Clock.Advance(MoveUnits.HoldFor);
        Assert.Equal(3, (await one.Again(approved)).UnitsUsed);
        Assert.Equal(3, (await Confirm(one, approved, late)).Units);
        Assert.Equal(4, (await Draw(one, approved, NewLine(), 4)).Units);
        var gone = await Confirm(one, approved, never);
        Assert.Equal((0, "NC-AUTH-001", 0), (gone.Units, gone.Refusal.RuleId, gone.UnitsLeft));
        Assert.Equal(0, (await Confirm(one, approved, NewLine())).Units);
    }

    [Fact]
    public async Task A_line_stored_by_billing_keeps_its_units_without_a_call()
    {
        var (one, approved) = await Approved(10);
        var (stored, refused) = (NewLine(), NewLine());
        await Draw(one, approved, stored, 3, hold: true);
        await Draw(one, approved, refused, 3, hold: true);
        await service.Send([Decided(refused, "refused"), Decided(stored, "ready")]);
        await Poll.Until(async () => await service.Count($"unit_draws where claim_line_id = '{stored[11..]}' and held_until is null") == 1);
        Assert.Equal(1, await service.Count($"unit_draws where claim_line_id = '{refused[11..]}' and held_until is not null"));
        service.Clock.Advance(MoveUnits.HoldFor);
        Assert.Equal(3, (await one.Again(approved)).UnitsUsed);
    }

    [Fact]
    public async Task A_line_voided_by_billing_returns_its_units_without_a_call()
    {
        var (one, approved) = await Approved(10);
        var (voided, ready) = (NewLine(), NewLine());
        await Draw(one, approved, voided, 3);
        await Draw(one, approved, ready, 3);
        await service.Send([Voided(voided)]);
        await Poll.Until(async () => await service.Count($"unit_draws where claim_line_id = '{voided[11..]}' and released_at is not null") == 1);
        Assert.Equal(3, (await one.Again(approved)).UnitsUsed);
        Assert.Equal(0, (await Release(one, approved, voided)).Units);
    }

    [Fact]
    public async Task A_message_that_is_delivered_again_has_no_second_effect()
    {
        var (one, approved) = await Approved(10);
        var line = NewLine();
        await Draw(one, approved, line, 3, hold: true);
        var (confirmed, released) = (EligibilityService.NewMessage(), EligibilityService.NewMessage());
        await Deliver(confirmed, (units, message) => units.Confirm(new(Guid.Parse(line[11..])), message, default));
        await Deliver(released, (units, message) => units.Release(new(Guid.Parse(line[11..])), message, default));
        Assert.Equal(0, (await one.Again(approved)).UnitsUsed);
        Assert.Equal(2, await service.Count($"inbox_rows where message_id in ('{confirmed.MessageId}', '{released.MessageId}')"));

        // A message about a line without units has no effect, and has none later.
        var (early, late) = (EligibilityService.NewMessage(), NewLine());
        await Deliver(early, (units, message) => units.Release(new(Guid.Parse(late[11..])), message, default));
        await Draw(one, approved, late, 3);
        await Deliver(early, (units, message) => units.Release(new(Guid.Parse(late[11..])), message, default));
        Assert.Equal(3, (await one.Again(approved)).UnitsUsed);

        // Four deliveries at once, each with a row object and a scope of its own, as replicas have.
        Task Deliver(InboxRow row, Func<MoveUnits, InboxRow, Task> deliver) => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.Use<MoveUnits>(units =>
            deliver(units, new() { MessageId = row.MessageId, Consumer = row.Consumer, ReceivedAt = row.ReceivedAt }))));
    }

    [Fact]
    public async Task A_correction_moves_the_difference_and_never_more_than_the_units_left()
    {
        var (one, approved) = await Approved(10);
        var line = NewLine();
        await Draw(one, approved, line, 4);
        Assert.Equal((5, 1), ((await Correct(one, approved, line, 9)) is var up ? up.Units : 0, up.UnitsLeft));
        Assert.Equal((0, 1, "NC-AUTH-001"), ((await Correct(one, approved, line, 11)) is var over ? over.Units : -1, over.UnitsLeft, over.Refusal.RuleId));
        Assert.Equal((-7, 8), ((await Correct(one, approved, line, 2)) is var down ? down.Units : 0, down.UnitsLeft));
        Proto.CorrectUnitsRequest request = new() { Name = approved.Name, ClaimLine = line, Units = 10, RequestId = EligibilityService.NewId() };
        var all = await one.Authorizations.CorrectUnitsAsync(request, one.AsBilling);
        Assert.Equal(all, await one.Authorizations.CorrectUnitsAsync(request, one.AsBilling));
        var exhausted = await one.Again(approved);
        Assert.Equal((true, Proto.AuthorizationPhase.Active, Proto.AuthorizationState.Approved), (exhausted.UnitsExhausted, exhausted.Phase, exhausted.State));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await Correct(one, approved, NewLine(), 1))).Code);
    }

    private async Task<(PersonBuilder One, Proto.Authorization Approved)> Approved(int units)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        return (one, await one.ApprovedFor(0, 80, units));
    }

    // A line of service notes has no milestone: its id is one of zeros, and consumers take the event.
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_claim_line_that_needs_attention_has_a_deadline_until_it_stands(bool ofMilestone)
    {
        var one = await PersonBuilder.Register(service);
        var line = NewLine();
        var decided = Decided(line, "attention") with
        {
            IndividualId = new(Guid.Parse(one.Name[12..])),
            MilestoneId = ofMilestone ? new(Guid.CreateVersion7()) : default,
            Provider = one.Provider,
            RefusedBy = ["NC-ELIG-008"],
        };
        await service.Send([decided]);
        await Poll.Until(async () => await one.Running(line) == $"attention {service.Day(7)}");
        await service.Send([decided with { State = "ready", RefusedBy = [] }]);
        await Poll.Until(async () => await one.Running(line) == "");
    }

    private static string NewLine() => $"claimLines/{EligibilityService.NewId()}";

    private Proto.DrawUnitsRequest DrawRequest(Proto.Authorization from, string line, int units, bool hold = true) =>
        new() { Name = from.Name, ClaimLine = line, ServiceDate = from.ApprovedFrom, Units = units, Hold = hold, RequestId = EligibilityService.NewId() };

    private async Task<Proto.UnitMovement> Draw(PersonBuilder one, Proto.Authorization from, string line, int units, bool hold = false) =>
        await one.Authorizations.DrawUnitsAsync(DrawRequest(from, line, units, hold), one.AsBilling);

    private static async Task<Proto.UnitMovement> Confirm(PersonBuilder one, Proto.Authorization from, string line) =>
        await one.Authorizations.ConfirmUnitsAsync(new() { Name = from.Name, ClaimLine = line, RequestId = EligibilityService.NewId() }, one.AsBilling);

    private static async Task<Proto.UnitMovement> Correct(PersonBuilder one, Proto.Authorization from, string line, int units) =>
        await one.Authorizations.CorrectUnitsAsync(new() { Name = from.Name, ClaimLine = line, Units = units, RequestId = EligibilityService.NewId() },
            one.AsBilling);

    private static async Task<Proto.UnitMovement> Release(PersonBuilder one, Proto.Authorization from, string line) =>
        await one.Authorizations.ReleaseUnitsAsync(new() { Name = from.Name, ClaimLine = line, RequestId = EligibilityService.NewId() }, one.AsBilling);

    private ClaimLineDecidedV1 Decided(string line, string state) => new()
    {
        ClaimLineId = new(Guid.Parse(line[11..])),
        MilestoneId = new(Guid.CreateVersion7()),
        IndividualId = new(Guid.CreateVersion7()),
        StaffMemberId = new(Guid.CreateVersion7()),
        Provider = "agency-one",
        Program = "nc-core",
        MilestoneNumber = 2,
        ServiceDate = DateOnly.Parse(service.Day()),
        State = state,
        Verdict = "Met",
        Code = "H2023",
        Modifiers = [],
        Units = 3,
        PayableUnits = 3,
        Charge = 1m,
        Amount = 1m,
        Currency = "USD",
        RefusedBy = [],
        DecisionId = new(Guid.CreateVersion7()),
        PackVersion = "1",
    };

    private ClaimLineVoidedV1 Voided(string line) => new()
    {
        ClaimLineId = new(Guid.Parse(line[11..])),
        MilestoneId = new(Guid.CreateVersion7()),
        IndividualId = new(Guid.CreateVersion7()),
        Provider = "agency-one",
        Program = "nc-core",
        MilestoneNumber = 2,
        ServiceDate = DateOnly.Parse(service.Day()),
        Units = 3,
        Charge = 1m,
        Currency = "USD",
    };
}
