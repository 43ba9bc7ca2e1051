using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// What becomes of a request that its payer does not decide in time, and how that time is extended (42 CFR 438.210(d), 438.404(c)(5)).
/// The tests have their own service: they move the clock by months.
/// </summary>
public sealed class DecisionTimeTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Fact]
    public async Task A_request_that_is_not_decided_in_time_is_denied_on_that_day_and_can_be_appealed()
    {
        var (one, requested) = await Requested();
        var last = service.Day(7);
        await Pass(7);
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Again(requested)).State);
        await Pass(1);
        var denied = await Until(one, requested, Proto.AuthorizationState.Denied);
        Assert.Equal((Proto.Decider.Time, last, "42-CFR-438.404(c)(5)", Proto.PayerReasonCode.NotDecidedInTime, "A3"),
            (denied.Decider, denied.DecidedOn, denied.PayerRuleId, denied.ReasonCode, denied.X12Action));
        Assert.Equal($"appeal-filing {service.Day(59)}", await one.Running(denied.Name));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{denied.Name}' and body->>'outcome' = 'deny' and body->>'reasonCode' = 'not_decided_in_time'"));
        Assert.Contains(denied.Name, (await one.Authorizations.ListAuthorizationsAsync(new() { Decider = Proto.Decider.Time }, one.AsPayer)).Authorizations.Select(a => a.Name));

        // A late approval counts; a late denial changes nothing.
        var late = await service.RefusedWithoutTrace(async () => await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(denied, Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer));
        Assert.Equal(StatusCode.FailedPrecondition, late.Code);
        var approved = await one.Approve(denied);
        Assert.Equal((Proto.AuthorizationState.Approved, Proto.Decider.Payer, Proto.PayerReasonCode.Unspecified), (approved.State, approved.Decider, approved.ReasonCode));
        Assert.DoesNotContain("appeal-filing", await one.Running(denied.Name));
    }

    [Fact]
    public async Task A_denial_by_time_is_appealed_like_any_other_and_then_not_decided_again()
    {
        var (one, requested) = await Requested();
        await Pass(8);
        var denied = await Until(one, requested, Proto.AuthorizationState.Denied);
        var appeal = await one.Appeals.FileAppealAsync(new()
        {
            Authorization = denied.Name,
            Kind = Proto.AppealKind.Appeal,
            Filer = Proto.AppealFiler.Provider,
            RequestedOn = service.Day(),
            Reason = "Quillno answer came",
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        Assert.Equal(("42-CFR-438.404(c)(5)", Proto.PayerReasonCode.NotDecidedInTime), (appeal.AgainstRuleId, appeal.AgainstReasonCode));
        var refused = await service.RefusedWithoutTrace(async () => await one.Approve(await one.Again(denied)));
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
    }

    [Fact]
    public async Task Without_managed_care_no_time_ends()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        await Pass(100);
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Again(requested)).State);
        var refused = await service.RefusedWithoutTrace(() => Extend(one, requested, one.AsPayer, Proto.ExtensionGround.Information));
        Assert.Equal((StatusCode.FailedPrecondition, true), (refused.Code, refused.Message.Contains("42-CFR-438.210(d)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    public async Task The_time_is_extended_once_by_up_to_14_days(int days)
    {
        var (one, requested) = await Requested();
        var extended = await Extend(one, requested, one.AsPayer, Proto.ExtensionGround.Information, days);
        Assert.Equal((days, Proto.ExtensionGround.Information, "Quillextension", $"payer-decision {service.Day(7 + days)}"),
            (extended.DecisionExtendedDays, extended.ExtensionGround, extended.ExtensionReason, await one.Running(requested.Name)));
        Assert.Equal(requested.DecisionDueTime.ToDateTimeOffset().AddDays(days).Date, extended.DecisionDueTime.ToDateTimeOffset().Date);
        Assert.Equal(0, await service.Count("authorizations a where a::text like '%Quillextension%' or a::text like '%5175696c6c657874%'"));
        // The end of the time before is over without effect.
        await Pass(8);
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Again(requested)).State);
        var second = await service.RefusedWithoutTrace(async () => await Extend(one, await one.Again(requested), one.AsProvider, Proto.ExtensionGround.Individual));
        Assert.Equal((StatusCode.FailedPrecondition, true), (second.Code, second.Message.Contains("once", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_extends_sends_its_own_ground_and_1_to_14_days_and_a_repetition_changes_nothing()
    {
        var (one, requested) = await Requested();
        foreach (var (who, ground, days, field) in new[]
        {
            (one.AsPayer, Proto.ExtensionGround.Provider, 14, "ground"), (one.AsProvider, Proto.ExtensionGround.Information, 14, "ground"),
            (one.AsPayer, Proto.ExtensionGround.Information, 15, "days"), (one.AsPayer, Proto.ExtensionGround.Information, 0, "days"),
        })
            Assert.Equal([field], (await service.RefusedWithoutTrace(() => Extend(one, requested, who, ground, days))).Fields);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(
            () => Extend(one, requested, service.As(Roles.Mco, "another-payer"), Proto.ExtensionGround.Information))).Code);
        var request = Extension(requested, Proto.ExtensionGround.Provider, 3);
        var extended = await one.Authorizations.ExtendDecisionAsync(request, one.AsProvider);
        Assert.Equal(extended, await one.Authorizations.ExtendDecisionAsync(request, one.AsProvider));
        var stale = await service.RefusedWithoutTrace(() => Extend(one, requested, one.AsPayer, Proto.ExtensionGround.Information));
        Assert.Equal(StatusCode.Aborted, stale.Code);
    }

    [Fact]
    public async Task An_expedited_request_is_extended_for_the_person_and_not_for_the_provider()
    {
        var one = await (await PersonBuilder.Register(service, funding: Funding.Medicaid)).WithFacts();
        var request = await one.Request(Proto.AuthorizationKind.Ips, 40);
        request.Expedited = true;
        var requested = await one.Send(request);
        var refused = await service.RefusedWithoutTrace(() => Extend(one, requested, one.AsProvider, Proto.ExtensionGround.Provider));
        Assert.Contains("438.210(d)(2)(ii)", refused.Message);
        var extended = await Extend(one, requested, one.AsProvider, Proto.ExtensionGround.Individual, 2);
        Assert.Equal(requested.DecisionDueTime.ToDateTimeOffset().AddDays(2), extended.DecisionDueTime.ToDateTimeOffset());
    }

    // The time passes, and deadlines that it reaches are published and consumed: a request of somebody else that ends at the same time shows when.
    private async Task Pass(int days)
    {
        var (other, ends) = await Requested();
        service.Clock.Advance(TimeSpan.FromDays(days));
        await service.SweepAhead(0);
        if (days >= 8)
            await Until(other, ends, Proto.AuthorizationState.Denied);
    }

    private async Task<(PersonBuilder One, Proto.Authorization Requested)> Requested()
    {
        var one = await (await PersonBuilder.Register(service, funding: Funding.Medicaid)).WithFacts();
        return (one, await one.Requested(Proto.AuthorizationKind.Ips, 40));
    }

    private static async Task<Proto.Authorization> Extend(
        PersonBuilder one, Proto.Authorization requested, Metadata who, Proto.ExtensionGround ground, int days = 14) =>
        await one.Authorizations.ExtendDecisionAsync(Extension(requested, ground, days), who);

    private static Proto.ExtendDecisionRequest Extension(Proto.Authorization requested, Proto.ExtensionGround ground, int days) => new()
    {
        Name = requested.Name,
        Etag = requested.Etag,
        Days = days,
        Ground = ground,
        Reason = "Quillextension",
        RequestId = EligibilityService.NewId(),
    };

    private static async Task<Proto.Authorization> Until(PersonBuilder one, Proto.Authorization requested, Proto.AuthorizationState state)
    {
        Proto.Authorization? found = null;
        await Poll.Until(async () => (found = await one.Again(requested)).State == state);
        return found!;
    }
}
