using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;
using State = Ips.Contracts.Billing.V1.MilestoneReviewState;

namespace Ips.Billing.Tests;

/// <summary>A service of its own whose clock these tests move: the ten business days of Network Evaluation, and a held invoice at the end of its fiscal year.</summary>
[AnsweredRule.Named]
public sealed class MilestoneReviewTests(ReviewedService service) : IClassFixture<ReviewedService>
{
    private const string Kind = "network-evaluation-review";

    [Fact]
    public async Task Network_Evaluation_has_ten_business_days_and_a_late_review_approves_nothing_NCC_UM_003()
    {
        service.Clock.Set(FixedClock.At("2024-05-22").GetUtcNow());
        var (late, denied, returned) = (await Complete(), await Complete(), await Complete());
        Assert.Equal((Proto.MilestoneState.UnderReview, "2024-06-06"), (late.State, late.ReviewDueDate));
        var review = await Review(late);
        Assert.Equal(("2024-05-22", "2024-06-06", "", State.Open), (review.DocumentsCompleteDate, review.DueDate, review.AnsweredDate, review.State));
        Assert.Equal(["NCC-UM-003", "NCC-UM-001"], review.Decision.Findings.Select(f => f.RuleId));
        Assert.Equal(Verdict.Met, review.Decision.Verdict);
        Assert.Equal("harbor-works - Milestone 3", review.SubjectLine);
        var due = Assert.Single(await Due(late));
        Assert.Equal(("NCC-UM-003", "2024-06-06", late.Individual), (due.RuleId, due.DueOn, due.Individual));

        // On the tenth business day an answer is in time; a returned one stops the clock, and its next submission starts another.
        service.Clock.Set(FixedClock.At("2024-06-06").GetUtcNow());
        Assert.Equal(Proto.MilestoneState.Denied, (await Answer(denied, Proto.ReviewOutcome.Denied, "2024-06-06")).State);
        Assert.Equal(State.Answered, (await Review(denied)).State);
        Assert.Empty(await Due(denied));
        Assert.Equal(Proto.MilestoneState.Returned, (await Answer(returned, Proto.ReviewOutcome.Returned, "2024-06-05")).State);
        Assert.Empty(await Due(returned));
        await Answer(returned, Proto.ReviewOutcome.Approved, "2024-06-06").Refused(StatusCode.FailedPrecondition);
        var again = await Submit(returned.Individual);
        Assert.Equal((Proto.MilestoneState.UnderReview, "2024-06-20"), (again.State, again.ReviewDueDate));

        // On the eleventh the alert is published, and the milestone stays under review.
        service.Clock.Set(FixedClock.At("2024-06-07").GetUtcNow());
        await Poll.Until(async () => await service.Count("outbox_rows", $"type = 'ips.billing.billing-deadline-reached.v1' and body->>'about' = '{late.Name}' and body->>'state' = 'overdue'") == 1);
        Assert.Equal(State.Overdue, (await Review(late)).State);
        Assert.Equal(Verdict.NotMet, (await Review(late)).Decision.Verdict);
        Assert.Equal(Proto.MilestoneState.UnderReview, (await service.Milestones.GetMilestoneAsync(new() { Name = late.Name }, service.Us)).State);
        var approved = await Answer(late, Proto.ReviewOutcome.Approved, "2024-06-07");
        Assert.Equal(Proto.MilestoneState.Approved, approved.State);
        Assert.Equal(State.AnsweredLate, (await Review(late)).State);
        Assert.Equal(Proto.BillingDeadlineState.Met, (await Due(late, Proto.BillingDeadlineState.Met)).Single().State);
        await service.Uploaded(late.Name, DocumentKind.ApprovalLetter);
        Assert.Equal(Proto.MilestoneState.Billable, (await Answer(late, Proto.ReviewOutcome.Approved, "2024-06-07", "2024-06-07")).State);
    }

    [Fact]
    public async Task The_clock_starts_when_the_milestone_is_complete_and_not_for_one_that_is_not_reviewed()
    {
        service.Clock.Set(FixedClock.At("2024-07-08").GetUtcNow());
        var (individual, _) = service.Eligibility.Person();
        var milestone = await Submit(individual);
        Assert.Equal((Proto.MilestoneState.Collecting, ""), (milestone.State, milestone.ReviewDueDate));
        var incomplete = await Review(milestone);
        Assert.Equal((State.Unspecified, Verdict.NotMet), (incomplete.State, incomplete.Decision.Verdict));
        Assert.Equal(["NCC-UM-001"], incomplete.Decision.Findings.Where(f => f.Verdict == Verdict.NotMet).Select(f => f.RuleId));
        Assert.Empty(await Due(milestone));
        service.Clock.Set(FixedClock.At("2024-07-10").GetUtcNow());
        await service.Hired(individual, "2024-01-03", "", "2024-01-03", "2024-01-04", "2024-01-05");
        milestone = await service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, service.Us);
        Assert.Equal((Proto.MilestoneState.UnderReview, "2024-07-24"), (milestone.State, milestone.ReviewDueDate));
        Assert.Single(await Due(milestone));

        var second = await service.Submitted(BillingService.Second(individual, day: "2024-05-02"));
        await service.Milestones.GetMilestoneReviewAsync(new() { Name = second.Name }, service.Us).Refused(StatusCode.FailedPrecondition);
        await service.Milestones.GetMilestoneReviewAsync(new() { Name = milestone.Name }, service.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await service.Milestones.GetMilestoneReviewAsync(new() { Name = milestone.Name }, service.As(Roles.Dvrs, "nc-dvrs")).Refused(StatusCode.PermissionDenied);
        Assert.Equal(["name"], (await service.Milestones.GetMilestoneReviewAsync(new() { Name = "milestones/1" }, service.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Theory]
    [InlineData("Acme BH - Milestone 3", "Acme BH", Verdict.Met)]
    [InlineData("Acme BH - Milestone 4", "Acme BH", Verdict.NotMet)]
    [InlineData("documents", "Acme BH", Verdict.NotMet)]
    [InlineData("Acme BH - Milestone 3", "", Verdict.NeedsFacts)]
    public async Task The_subject_line_names_provider_and_milestone_NCC_UM_002(string subject, string name, Verdict verdict)
    {
        service.Clock.Set(FixedClock.At("2024-08-05").GetUtcNow());
        var (individual, _) = service.Eligibility.Person();
        await service.Hired(individual, "2024-01-03", "", "2024-01-03", "2024-01-04", "2024-01-05");
        var milestone = await Submit(individual, evidence => (evidence.SubjectLine, evidence.ProviderDisplayName) = (subject, name));
        var review = await Review(milestone);
        Assert.Equal(verdict, Assert.Single(review.Decision.Findings, f => f.RuleId == "NCC-UM-002").Verdict);
        // The line of the message says nothing about the milestone itself.
        Assert.Equal(Proto.MilestoneState.UnderReview, milestone.State);
        Assert.Equal(State.Open, review.State);
    }

    private async Task<Proto.Milestone> Complete()
    {
        var (individual, _) = service.Eligibility.Person();
        await service.Hired(individual, "2024-01-03", "", "2024-01-03", "2024-01-04", "2024-01-05");
        return await Submit(individual);
    }

    private async Task<Proto.Milestone> Submit(string individual, Action<Proto.MilestoneEvidence>? change = null)
    {
        Proto.MilestoneEvidence evidence = new()
        {
            Documents =
            {
                Proto.MilestoneDocument.CareerProfileWithFasp, Proto.MilestoneDocument.MonthlyJobDevNotesWithEmployerContacts, Proto.MilestoneDocument.JobStartForm,
            },
            VrStatement = Proto.VrStatement.Refused,
            VrDocumentDate = "2024-01-02",
        };
        change?.Invoke(evidence);
        return await service.Submitted(BillingService.Later(individual, 3, "2024-05-01", evidence));
    }

    private async Task<Proto.MilestoneReview> Review(Proto.Milestone milestone) =>
        await service.Milestones.GetMilestoneReviewAsync(new() { Name = milestone.Name }, service.Us);

    private AsyncUnaryCall<Proto.Milestone> Answer(Proto.Milestone milestone, Proto.ReviewOutcome outcome, string received, string uploaded = "") =>
        service.Milestones.RecordReviewAsync(
            new() { Name = milestone.Name, Outcome = outcome, ReceivedDate = received, UploadedDate = uploaded, RequestId = BillingService.NewId() }, service.Us);

    private async Task<IReadOnlyList<Proto.BillingDeadline>> Due(Proto.Milestone milestone, params Proto.BillingDeadlineState[] states) =>
        [.. (await new Proto.BillingDeadlines.BillingDeadlinesClient(service.Calls).ListBillingDeadlinesAsync(
            new() { Subject = milestone.Name, States = { states } }, service.Us)).Deadlines.Where(d => d.Kind == Kind)];
}

/// <summary>Billing with a clock that a test moves, and deadlines that are looked at all the time.</summary>
public sealed class ReviewedService : BillingService
{
    public ReviewedService() : base(FixedClock.At("2024-05-22")) => Settings["Deadlines:Interval"] = "00:00:00.2";
}
