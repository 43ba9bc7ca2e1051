using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// The fair hearing of the state, after the appeal: by when, and what becomes of a decision that it reverses (42 CFR 438.408(f), 438.424(a)).
/// The tests have their own service: they move the clock by months.
/// </summary>
public sealed class FairHearingTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Theory]
    [InlineData(120, true)]
    [InlineData(121, false)]
    public async Task A_hearing_is_requested_within_120_days_of_the_notice(int days, bool accepted)
    {
        var (one, upheld) = await Upheld();
        Assert.Equal((service.Day(120), $"hearing-filing {service.Day(120)}"), (upheld.HearingBy, await one.Running(upheld.Name)));
        var listed = Assert.Single((await one.Deadlines.ListDeadlinesAsync(new() { Subject = upheld.Name }, one.AsPayer)).Deadlines);
        Assert.Equal(("42-CFR-438.408(f)(2)", "438.408(f)(2)"), (listed.RuleId, listed.Citation.Section));
        service.Clock.Advance(TimeSpan.FromDays(days));
        if (accepted)
        {
            var requested = await one.Appeals.RequestFairHearingAsync(Request(upheld), one.AsProvider);
            Assert.Equal((Proto.AppealState.HearingRequested, service.Day()), (requested.State, requested.HearingRequestedOn));
            Assert.Equal("", await one.Running(upheld.Name));
        }
        else
        {
            var late = await service.RefusedWithoutTrace(async () => await one.Appeals.RequestFairHearingAsync(Request(upheld), one.AsProvider));
            Assert.Equal((StatusCode.FailedPrecondition, true), (late.Code, late.Message.Contains("42-CFR-438.408(f)(2)", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_reversed_decision_is_carried_out_by_the_payer_within_72_hours()
    {
        var (one, upheld) = await Upheld();
        var requested = await one.Appeals.RequestFairHearingAsync(Request(upheld), one.AsPayer);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
            async () => await one.Appeals.RecordHearingOutcomeAsync(Outcome(requested, Proto.HearingOutcome.Reversed), one.AsProvider))).Code);
        var record = Outcome(requested, Proto.HearingOutcome.Reversed);
        var reversed = await one.Appeals.RecordHearingOutcomeAsync(record, one.AsPayer);
        Assert.Equal(reversed, await one.Appeals.RecordHearingOutcomeAsync(record, one.AsPayer));
        Assert.Equal((Proto.AppealState.HearingReversed, service.Day(), service.Clock.GetUtcNow().AddHours(72)),
            (reversed.State, reversed.HearingDecidedOn, reversed.ReversalDueTime.ToDateTimeOffset()));
        Assert.StartsWith("hearing-reversal", await one.Running(reversed.Name));
        Assert.Contains("within 72 hours", (await one.Appeals.ExplainAppealAsync(new() { Name = reversed.Name }, one.AsProvider)).Text);

        var upholds = await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(Decision(reversed, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer));
        Assert.Contains("42-CFR-438.424(a)", upholds.Message);
        // Who decided before may carry it out: there is nothing to decide.
        var carried = await one.Appeals.DecideAppealAsync(Decision(reversed, Proto.AppealOutcome.Overturn), one.AsPayer);
        Assert.Equal((Proto.AppealState.Overturned, ""), (carried.State, await one.Running(reversed.Name)));
        Assert.Equal(Proto.AuthorizationState.Approved,
            (await one.Authorizations.GetAuthorizationAsync(new() { Name = carried.Authorization }, one.AsProvider)).State);
    }

    [Theory]
    [InlineData(Proto.HearingOutcome.Upheld, Proto.AppealState.HearingUpheld, "left the payer's decision")]
    [InlineData(Proto.HearingOutcome.Withdrawn, Proto.AppealState.HearingWithdrawn, "was taken back")]
    public async Task A_hearing_that_changes_nothing_ends_the_way(Proto.HearingOutcome outcome, Proto.AppealState state, string says)
    {
        var (one, upheld) = await Upheld();
        var requested = await one.Appeals.RequestFairHearingAsync(Request(upheld), one.AsProvider);
        var ended = await one.Appeals.RecordHearingOutcomeAsync(Outcome(requested, outcome), one.AsPayer);
        Assert.Equal((state, ""), (ended.State, await one.Running(ended.Name)));
        Assert.Contains(says, (await one.Appeals.ExplainAppealAsync(new() { Name = ended.Name }, one.AsProvider)).Text);
        foreach (var refused in new[]
        {
            await service.RefusedWithoutTrace(async () => await one.Appeals.RequestFairHearingAsync(Request(ended), one.AsProvider)),
            await service.RefusedWithoutTrace(async () => await one.Appeals.DecideAppealAsync(Decision(ended, Proto.AppealOutcome.Overturn), one.AsReviewer)),
        })
            Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
    }

    [Fact]
    public async Task An_appeal_that_is_not_decided_in_time_counts_as_exhausted()
    {
        var (one, filed) = await Filed();
        var early = await service.RefusedWithoutTrace(async () => await one.Appeals.RequestFairHearingAsync(Request(filed), one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, early.Code);
        service.Clock.Advance(TimeSpan.FromDays(31));
        var requested = await one.Appeals.RequestFairHearingAsync(Request(filed), one.AsProvider);
        Assert.Equal((Proto.AppealState.HearingRequested, service.Day(119)), (requested.State, requested.HearingBy));
        var second = await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(filed.Authorization), one.AsProvider));
        Assert.Equal((StatusCode.FailedPrecondition, true), (second.Code, second.Message.Contains("42-CFR-438.402(b)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_managed_care_and_before_the_notice_there_is_none()
    {
        var (one, filed) = await Filed(Funding.State);
        var upheld = await one.Appeals.DecideAppealAsync(Decision(filed, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer);
        Assert.Equal("", upheld.HearingBy);
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Appeals.RequestFairHearingAsync(Request(upheld), one.AsProvider))).Code);
        var (two, other) = await Upheld();
        var request = Request(other);
        request.RequestedOn = service.Day(-1);
        Assert.Equal(["requested_on"], (await service.RefusedWithoutTrace(async () => await two.Appeals.RequestFairHearingAsync(request, two.AsProvider))).Fields);
    }

    private async Task<(PersonBuilder One, Proto.Appeal Appeal)> Upheld()
    {
        var (one, filed) = await Filed();
        return (one, await one.Appeals.DecideAppealAsync(Decision(filed, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer));
    }

    private async Task<(PersonBuilder One, Proto.Appeal Appeal)> Filed(Funding funding = Funding.Medicaid)
    {
        var one = await (await PersonBuilder.Register(service, funding: funding)).WithFacts();
        var denied = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(await one.Requested(Proto.AuthorizationKind.Ips, 40), Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer);
        return (one, await one.Appeals.FileAppealAsync(Filing(denied.Name), one.AsProvider));
    }

    private Proto.FileAppealRequest Filing(string authorization) => new()
    {
        Authorization = authorization,
        Kind = Proto.AppealKind.Appeal,
        Filer = Proto.AppealFiler.Individual,
        RequestedOn = service.Day(),
        Reason = "Quillwhy",
        RequestId = EligibilityService.NewId(),
    };

    private Proto.RequestFairHearingRequest Request(Proto.Appeal appeal) =>
        new() { Name = appeal.Name, Etag = appeal.Etag, RequestedOn = service.Day(), RequestId = EligibilityService.NewId() };

    private Proto.RecordHearingOutcomeRequest Outcome(Proto.Appeal appeal, Proto.HearingOutcome outcome) =>
        new() { Name = appeal.Name, Etag = appeal.Etag, Outcome = outcome, DecidedOn = service.Day(), RequestId = EligibilityService.NewId() };

    private static Proto.DecideAppealRequest Decision(Proto.Appeal appeal, Proto.AppealOutcome outcome, string rule = "") => new()
    {
        Name = appeal.Name,
        Etag = appeal.Etag,
        Outcome = outcome,
        Reason = "Quillreason",
        RuleId = rule,
        OverrideReason = outcome == Proto.AppealOutcome.Uphold ? "" : "Quilloverride",
        RequestId = EligibilityService.NewId(),
    };
}
