using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Policies;
using Xunit;
using Changes = Ips.Platform.Data.Changes;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Movements of units over rows, without a database.</summary>
public sealed class UnitLedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly PolicyService Policies = new(PolicyEngine.Shipped, TimeProvider.System);

    [Theory]
    [InlineData(0, 10, 10, null)]
    [InlineData(0, 11, 0, "NC-AUTH-001")]
    [InlineData(4, 6, 6, null)]
    [InlineData(4, 7, 0, "NC-AUTH-001")]
    public void A_line_draws_the_units_that_are_left_and_no_more(int taken, int drawn, int moved, string? refusedBy)
    {
        var authorization = Approved(10);
        if (taken > 0)
            Ledger(authorization, out _).Draw(NewLine(), Today, taken, hold: false);
        var answer = Ledger(authorization, out var changes).Draw(NewLine(), Today, drawn, hold: false).OrThrow();
        Assert.Equal((moved, 10 - taken - moved, refusedBy), (answer.Units, answer.UnitsLeft, answer.Refusal?.RuleId));
        Assert.Equal(moved > 0 ? 1 : 0, changes.Events.Count);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(89, true)]
    [InlineData(90, false)]
    public void Units_are_drawn_for_the_days_of_the_span(int day, bool drawn) =>
        Assert.Equal(drawn, Ledger(Approved(10), out _).Draw(NewLine(), Today.AddDays(day), 1, hold: false).OrThrow().Units == 1);

    [Fact]
    public void A_hold_ends_at_its_instant_and_its_units_are_released_once()
    {
        var authorization = Approved(10);
        var line = NewLine();
        Ledger(authorization, out _).Draw(line, Today, 8, hold: true);

        Ledger(authorization, out var before, Now + MoveUnits.HoldFor - TimeSpan.FromTicks(1));
        Ledger(authorization, out var at, Now + MoveUnits.HoldFor);
        Ledger(authorization, out var after, Now + MoveUnits.HoldFor);

        Assert.Equal((0, 1, 0), (before.Events.Count, at.Events.Count, after.Events.Count));
        Assert.Equal((-8, 10), (((AuthorizationUnitsMovedV1)at.Events[0].Event).UnitsMoved, ((AuthorizationUnitsMovedV1)at.Events[0].Event).UnitsLeft));
    }

    [Fact]
    public void Every_movement_raises_the_version_and_leaves_the_etag()
    {
        var authorization = Approved(10);
        var line = NewLine();
        Ledger(authorization, out _).Draw(line, Today, 3, hold: true);
        Ledger(authorization, out _).Confirm(line);
        Ledger(authorization, out _).Correct(line, 5);
        Ledger(authorization, out _).Release(line);
        Assert.Equal((5, "v1", 0), (authorization.Version, authorization.Etag(), authorization.UnitsUsed(Now)));
        Ledger(authorization, out _).Release(line);
        Assert.Equal(5, authorization.Version);
    }

    private static UnitLedger Ledger(Authorization authorization, out Changes changes, DateTimeOffset? now = null) =>
        new(authorization, Policies, changes = new(now ?? Now));

    private static ClaimLineId NewLine() => new(Guid.CreateVersion7());

    private static Authorization Approved(int units) => new()
    {
        Id = new(Guid.CreateVersion7()),
        IndividualId = new(Guid.CreateVersion7()),
        Provider = "agency-one",
        Payer = "payer-one",
        Program = "nc-state",
        Kind = Proto.AuthorizationKind.Ips,
        State = Proto.AuthorizationState.Approved,
        Request = new(),
        Exclusive = true,
        ReceivedOn = Today,
        Expedited = false,
        ManagedCare = false,
        RequestedFrom = Today,
        RequestedThrough = Today.AddDays(89),
        RequestedUnits = units,
        ApprovedFrom = Today,
        ApprovedThrough = Today.AddDays(89),
        ApprovedUnits = units,
        DecisionId = Guid.CreateVersion7(),
        RecordedAt = Now,
    };
}
