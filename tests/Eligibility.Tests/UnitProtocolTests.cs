using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Ips.Eligibility.Authorizations;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Claims = Ips.Contracts.Billing.V1;
using Difference = Ips.Billing.Claims.ReconcileUnits.Difference;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// A claim line in Billing and its units in Eligibility are two commits. Only Billing moves units, and whatever stops between the two commits is repaired.
/// </summary>
[Collection("eligibility")]
public sealed class UnitProtocolTests(EligibilityService service)
{
    public static TheoryData<string> Moves => ["draw", "confirm", "correct", "release", "list"];

    [Theory]
    [MemberData(nameof(Moves))]
    public async Task Only_Billing_moves_units(string move)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved();
        var withHeader = service.As(Roles.Provider, one.Provider);
        withHeader.Add(ServiceCalls.ActingForHeader, one.Provider);
        var operations = service.As(Roles.Ops, Tokens.OwnOrganization, "operations-system");
        operations.Add(ServiceCalls.ActingForHeader, one.Provider);
        foreach (var caller in new[]
        {
            one.AsProvider, withHeader, one.AsPayer, operations, EligibilityService.AsService("staffing", one.Provider),
            service.As(Roles.Ops, "ips-ops", "billing"), service.As(Roles.Provider, one.Provider, "billing"),
        })
            Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(() => Send(move, one, approved.Name, caller))).Code);

        await Send(move, one, approved.Name, EligibilityService.AsService("billing", one.Provider));
        if (move == "list")
            return;
        // The provider acted for limits the call: what it does not see is not found, and without one nothing moves.
        Assert.Equal(StatusCode.NotFound,
            (await service.RefusedWithoutTrace(() => Send(move, one, approved.Name, EligibilityService.AsService("billing", "agency-foreign")))).Code);
        var nameless = await service.RefusedWithoutTrace(() => Send(move, one, approved.Name, EligibilityService.AsService("billing")));
        Assert.Contains("ips-acting-for", nameless.Fields);
    }

    [Fact]
    public async Task A_crash_before_the_line_is_stored_leaves_a_hold_that_ends()
    {
        var (one, approved, billing, milestone) = await Ready();
        await billing.Database.ScalarAsync(
            """
            create function fails() returns trigger language plpgsql as $$ begin raise exception 'shutting down' using errcode = '57P01'; end $$;
            create constraint trigger fails after insert on claim_lines deferrable initially deferred for each row execute function fails();
            """);
        var request = billing.Line(milestone);
        await billing.Lines.CreateClaimLineAsync(request, one.AsProvider).Refused(StatusCode.Unavailable);
        await billing.Database.ScalarAsync("drop trigger fails on claim_lines; drop function fails()");
        Assert.Equal(1, (await one.Again(approved)).UnitsUsed);

        // The request may come back, so this is no difference yet.
        var found = await billing.Reconcile();
        Assert.Equal((0, 0), (found.Found.Values.Sum(), found.Left));
        service.Clock.Advance(MoveUnits.HoldFor);
        Assert.Equal(0, (await one.Again(approved)).UnitsUsed);
    }

    [Fact]
    public async Task A_crash_after_a_void_is_stored_leaves_units_that_are_released()
    {
        var (one, approved, billing, milestone) = await Ready();
        var line = await Claimed(billing, one, milestone);
        // Eligibility cannot store the release, and Billing has stored the void.
        await service.Database.ScalarAsync(
            """
            create function fails() returns trigger language plpgsql as $$ begin raise exception 'shutting down' using errcode = '57P01'; end $$;
            create trigger fails before update on unit_draws for each row execute function fails();
            """);
        Assert.Equal(Claims.ClaimLineState.Void, (await billing.Void(line, one)).State);
        await service.Database.ScalarAsync("drop trigger fails on unit_draws; drop function fails()");
        await billing.Reconcile();
        Assert.Equal(0, (await one.Again(approved)).UnitsUsed);

        // The same, and its event is lost too.
        await Released(line);
        await service.Database.ScalarAsync($"update unit_draws set released_at = null, held_until = null where claim_line_id = '{Id(line)}'");
        Assert.Equal(1, (await one.Again(approved)).UnitsUsed);
        await Finds(billing, Difference.UnitsWithoutLine);
        Assert.Equal(0, (await one.Again(approved)).UnitsUsed);
        Assert.Equal(Claims.ClaimLineState.Ready, (await Claimed(billing, one, milestone)).State);
    }

    [Fact]
    public async Task A_ready_line_whose_units_were_released_draws_them_again()
    {
        var (one, approved, billing, milestone) = await Ready();
        var line = await Claimed(billing, one, milestone);
        await Send("release", one, approved.Name, one.AsBilling, line.Name);
        Assert.Equal(0, (await one.Again(approved)).UnitsUsed);
        await Finds(billing, Difference.LineWithoutUnits);
        Assert.Equal((1, Claims.ClaimLineState.Ready), ((await one.Again(approved)).UnitsUsed, (await billing.Again(line, one)).State));
    }

    [Fact]
    public async Task A_ready_line_whose_units_another_line_has_is_not_payable_until_they_are_free()
    {
        var (one, approved, billing, milestone) = await Ready();
        var line = await Claimed(billing, one, milestone);
        await Send("release", one, approved.Name, one.AsBilling, line.Name);
        var other = $"claimLines/{EligibilityService.NewId()}";
        await Send("draw", one, approved.Name, one.AsBilling, other);
        await Finds(billing, Difference.LineWithoutUnits, isRepaired: false);
        var questioned = await billing.Again(line, one);
        Assert.Equal(Claims.ClaimLineState.Attention, questioned.State);
        Assert.Contains("NCC-MS-02c", questioned.Refusals.Select(f => f.RuleId));

        await Send("release", one, approved.Name, one.AsBilling, other);
        await Finds(billing, Difference.LineWithoutUnits);
        Assert.Equal((1, Claims.ClaimLineState.Ready), ((await one.Again(approved)).UnitsUsed, (await billing.Again(line, one)).State));
    }

    [Theory]
    [InlineData("held_until = '2099-01-01'", Difference.UnitsWouldExpire)]
    [InlineData("units = 2", Difference.OtherUnits)]
    public async Task Units_that_do_not_fit_their_line_are_changed_to_fit(string broken, Difference difference)
    {
        var (one, approved, billing, milestone) = await Ready();
        var line = await Claimed(billing, one, milestone);
        await service.Database.ScalarAsync($"update unit_draws set {broken} where claim_line_id = '{Id(line)}'");
        await Finds(billing, difference);
        Assert.Equal(1L, await service.Count($"unit_draws where claim_line_id = '{Id(line)}' and held_until is null and units = 1 and released_at is null"));
        Assert.Equal(1, (await one.Again(approved)).UnitsUsed);
    }

    [Fact]
    public async Task The_command_reports_every_kind_of_difference_and_zero_too()
    {
        var (one, _, billing, milestone) = await Ready();
        await Claimed(billing, one, milestone);
        ConcurrentDictionary<string, int> reported = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "ips.units.differences")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => reported[(string)tags[0].Value!] = value);
        listener.Start();
        await using var scope = billing.Services.CreateAsyncScope();
        var command = scope.ServiceProvider.GetServices<IServiceCommand>().Single(c => c.Name == "reconcile-units");
        Assert.Equal(0, await command.Run(default));
        Assert.Equal(Enum.GetNames<Difference>().Length, reported.Count);
        Assert.All(reported.Values, value => Assert.Equal(0, value));
    }

    private async Task<(PersonBuilder One, Proto.Authorization Approved, BillingBeside Billing, string Milestone)> Ready()
    {
        var billing = await service.Billing();
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var order = await one.Draft();
        await one.ServiceOrders.SignServiceOrderAsync(one.Signature(order), one.AsProvider);
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider)).State);
        var approved = await one.Approved();
        return (one, approved, billing, await billing.Milestone(one));
    }

    // Completes when the units no longer expire: no event is under way.
    private async Task<Claims.ClaimLine> Claimed(BillingBeside billing, PersonBuilder one, string milestone)
    {
        var line = await billing.Lines.CreateClaimLineAsync(billing.Line(milestone), one.AsProvider);
        Assert.True(line.State == Claims.ClaimLineState.Ready, $"{line.State}: {string.Join("; ", line.Refusals.Select(f => f.RuleId + " " + f.Reason))}");
        await Poll.Until(async () => await service.Count($"unit_draws where claim_line_id = '{Id(line)}' and held_until is null") == 1);
        return line;
    }

    private async Task Released(Claims.ClaimLine line)
    {
        var billing = await service.Billing();
        var voided = (Guid)(await billing.Scalar($"select id from outbox_rows where subject = '{line.Name}' and type = 'ips.billing.claim-line-voided.v1'"))!;
        await Poll.Until(async () => await service.Count($"inbox_rows where message_id = '{voided}'") == 1);
    }

    private static async Task Finds(BillingBeside billing, Difference difference, bool isRepaired = true)
    {
        var found = await billing.Reconcile();
        Assert.Equal($"{difference} 1", string.Join(", ", found.Found.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}")));
        Assert.Equal(0, found.Left);
        var again = await billing.Reconcile();
        Assert.Equal(isRepaired ? 0 : 1, again.Found.Values.Sum());
    }

    private static string Id(Claims.ClaimLine line) => line.Name["claimLines/".Length..];

    private Task Send(string move, PersonBuilder one, string authorization, Metadata caller, string? line = null)
    {
        line ??= $"claimLines/{EligibilityService.NewId()}";
        var id = EligibilityService.NewId();
        return move switch
        {
            "draw" => one.Authorizations.DrawUnitsAsync(
                new() { Name = authorization, ClaimLine = line, ServiceDate = service.Day(), Units = 1, Hold = true, RequestId = id }, caller).ResponseAsync,
            "confirm" => one.Authorizations.ConfirmUnitsAsync(new() { Name = authorization, ClaimLine = line, RequestId = id }, caller).ResponseAsync,
            "correct" => Corrected(one.Authorizations.CorrectUnitsAsync(
                new() { Name = authorization, ClaimLine = line, Units = 1, RequestId = id }, caller)),
            "release" => one.Authorizations.ReleaseUnitsAsync(new() { Name = authorization, ClaimLine = line, RequestId = id }, caller).ResponseAsync,
            _ => one.Authorizations.ListUnitDrawsAsync(new(), caller).ResponseAsync,
        };
    }

    // A line without units cannot be corrected: that is an answer of the ledger, behind the door.
    private static async Task Corrected(AsyncUnaryCall<Proto.UnitMovement> call)
    {
        try
        {
            await call;
        }
        catch (RpcException late) when (late.StatusCode == StatusCode.FailedPrecondition)
        {
        }
    }
}
