using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Who decides (NC-AUTH-004), on what ground (NC-AUTH-009, NC-AUTH-011), and within what time.</summary>
[Collection("eligibility")]
public sealed class PayerDecisionTests(EligibilityService service)
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    [Fact]
    public async Task NC_AUTH_004_only_the_persons_payer_decides()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        var self = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(requested), one.AsProvider));
        Assert.Equal(StatusCode.PermissionDenied, self.Code);
        var other = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(requested), service.As(Roles.Mco, "another-payer")));
        Assert.Equal(StatusCode.NotFound, other.Code);
        Assert.Equal(Proto.AuthorizationState.Approved, (await one.Approve(requested)).State);
    }

    [Theory]
    [InlineData("NC-AUTH-009", Proto.AuthorizationOutcome.Deny, StatusCode.FailedPrecondition)]
    [InlineData("NC-AUTH-009", Proto.AuthorizationOutcome.Modify, StatusCode.OK)]
    [InlineData("NC-AUTH-011", Proto.AuthorizationOutcome.Deny, StatusCode.OK)]
    [InlineData("NC-AUTH-011", Proto.AuthorizationOutcome.Pend, StatusCode.OK)]
    [InlineData("NC-NONE-001", Proto.AuthorizationOutcome.Deny, StatusCode.InvalidArgument)]
    public async Task A_ground_is_a_rule_of_the_program_and_cost_alone_denies_nothing(string rule, Proto.AuthorizationOutcome outcome, StatusCode code)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var ruling = PersonBuilder.Ruling(await one.Requested(Proto.AuthorizationKind.Ips, 40), outcome, rule);
        if (code == StatusCode.OK)
            Assert.Equal(rule, (await one.Authorizations.DecideAuthorizationAsync(ruling, one.AsPayer)).PayerRuleId);
        else
            Assert.Equal(code, (await service.RefusedWithoutTrace(async () => await one.Authorizations.DecideAuthorizationAsync(ruling, one.AsPayer))).Code);
    }

    [Fact]
    public async Task The_payers_seven_days_stop_while_it_waits_for_information()
    {
        var one = await (await PersonBuilder.Register(service, funding: Funding.Medicaid)).WithFacts();
        var requested = await one.Requested(Proto.AuthorizationKind.Ips, 40);
        Assert.Equal($"payer-decision {service.Day(7)}", await one.Running(requested.Name));
        var listed = Assert.Single((await one.Deadlines.ListDeadlinesAsync(new() { Subject = requested.Name }, one.AsPayer)).Deadlines);
        Assert.Equal(("42-CFR-438.210(d)", "438.210(d)", 7, Proto.DeadlineState.Open), (listed.RuleId, listed.Citation.Section, listed.DaysLeft, listed.State));

        service.Clock.Advance(TimeSpan.FromDays(2));
        var pended = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Pend, "NC-AUTH-003"), one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, null), (pended.State, pended.DecisionDueTime));
        Assert.DoesNotContain("payer-decision", await one.Running(requested.Name));
        service.Clock.Advance(TimeSpan.FromDays(3));
        Proto.AddDocumentsRequest add = new() { Name = pended.Name, Etag = pended.Etag, RequestId = EligibilityService.NewId() };
        add.Documents.Add(await one.Paper(DocumentKind.SupportingRecords));
        var back = await one.Authorizations.AddDocumentsAsync(add, one.AsProvider);
        Assert.Equal($"payer-decision {service.Day(5)}", await one.Running(requested.Name));
        Assert.Equal(Deadline.StartOf(DateOnly.Parse(service.Day(6)), NewYork), back.DecisionDueTime.ToDateTimeOffset());
        await service.SweepAhead(6);
        Assert.Equal("due_soon 2, due, overdue", await service.PublishedStages(requested.Name, "payer-decision"));
        // The event of a clock that is ahead is refused, so nothing is denied by it.
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Again(requested)).State);
        Assert.Equal(Proto.AuthorizationState.Approved, (await one.Approve(await one.Again(requested))).State);
        Assert.DoesNotContain("payer-decision", await one.Running(requested.Name));
    }

    [Fact]
    public async Task An_expedited_request_is_due_72_hours_after_its_receipt()
    {
        var one = await (await PersonBuilder.Register(service, funding: Funding.Medicaid)).WithFacts();
        var request = await one.Request(Proto.AuthorizationKind.Ips, 40);
        request.Expedited = true;
        var requested = await one.Send(request);
        Assert.Equal((true, service.Clock.GetUtcNow().AddHours(72)), (requested.Expedited, requested.DecisionDueTime.ToDateTimeOffset()));
        var listed = Assert.Single((await one.Deadlines.ListDeadlinesAsync(new() { Subject = requested.Name }, one.AsProvider)).Deadlines);
        Assert.Equal(requested.DecisionDueTime, listed.DueAt);
    }

    [Theory]
    [InlineData("2025-12-31T17:00:00Z", 1, "2026-01-14")]
    [InlineData("2026-01-01T17:00:00Z", 1, "2026-01-08")]
    [InlineData("2026-06-30T17:00:00Z", 7, "2026-07-14")]
    [InlineData("2026-07-01T17:00:00Z", 7, "2026-07-08")]
    [InlineData("2026-07-02T03:00:00Z", 7, "2026-07-08")]
    public void Fourteen_days_before_a_rating_period_of_2026_and_seven_from_it_by_the_local_day_of_receipt(string received, int ratingMonth, string due)
    {
        var (on, at) = DecisionClock.Start(DateTimeOffset.Parse(received), expedited: false, ratingMonth, NewYork);
        Assert.Equal((due, new TimeOnly(0, 0)), (on.Day(), TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, NewYork).DateTime)));
    }

    [Fact]
    public void Hours_resume_at_the_instant()
    {
        var received = DateTimeOffset.Parse("2026-03-06T12:00:00Z");
        var due = DecisionClock.Start(received, expedited: true, 1, NewYork);
        var on = DecisionClock.Resume(due, received.AddHours(10), received.AddHours(34), expedited: true, NewYork);
        Assert.Equal(received.AddHours(96), on.At);
    }
}
