using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>The reviews of a team under a program, and what the policies say of them together.</summary>
/// <param name="policies">The policies.</param>
/// <param name="program">The program.</param>
/// <param name="reviews">All reviews of the team, also those that do not count.</param>
internal sealed class TeamHistory(PolicyService policies, string program, IEnumerable<Review> reviews)
{
    /// <summary>Final reviews that count, in the order in which their reports were received.</summary>
    public IReadOnlyList<Review> Final { get; } =
        [.. reviews.Where(r => r.State == Proto.ReviewState.Final).OrderBy(r => r.FinalReportReceivedDate).ThenBy(r => r.Id.Value)];

    /// <summary>The latest final review; null when there is none.</summary>
    public Review? Latest => Final.Count == 0 ? null : Final[^1];

    /// <summary>Whether the score of reviews decides who may be taken: where it does, a team is new until it reaches good fidelity once (LA-FID-009).</summary>
    public bool DecidesIntake => IntakeStatusDecision.Kind.AppliesTo(policies.Engine.Programs[program]);

    /// <summary>The history with a review that is stored with this decision, in place of its earlier form or of the one that it corrects.</summary>
    public TeamHistory With(Review review) =>
        new(policies, program, reviews.Where(r => r.Id != review.Id && r.Id != review.Corrects).Append(review));

    /// <summary>The review and those before it, which say what the team was.</summary>
    public IEnumerable<RestedOn> Used(Review review) =>
        [new(review.Id.Value, review.Version), .. Before(review).Select(r => new RestedOn(r.Id.Value, r.Version))];

    private IEnumerable<Review> Before(Review review) =>
        Final.Where(r => r.Id != review.Id && r.Id != review.Corrects && r.LastOnsiteDay < review.LastOnsiteDay).OrderBy(r => r.LastOnsiteDay);

    /// <summary>What follows from a review, given those before it.</summary>
    public Result<DecisionRecord> Decide(Review review, DateOnly today)
    {
        var earlier = Before(review).ToList();
        TeamStatus? status = DecidesIntake ? StatusAfter(earlier, today) : null;
        var final = review.FinalReportReceivedDate is not null;
        return policies.Decide(program, FidelityResultDecision.Kind, today, new FidelityResultFacts
        {
            FinalScore = final ? review.Total : null,
            DraftScore = final ? null : review.Total,
            FinalReportReceivedDate = review.FinalReportReceivedDate,
            Evaluator = review.Evaluator.ToPolicy(),
            ReviewDate = review.LastOnsiteDay,
            TeamStatus = status,
            PreviousScore = status == TeamStatus.New && earlier.Count > 0 ? earlier[^1].Total : null,
            LowItems = FidelityScale.LowItems(review.Scores.Select((score, i) => new ItemScore(i + 1, score)), policies.TextOn(program, today)),
            FindingsDate = status is null ? null : review.FinalReportReceivedDate,
            GrantedIntervalMonths = review.GrantedIntervalMonths,
            PrescribedIntervalMonths = review.PrescribedIntervalMonths,
            CorrectivePlanDueBy = review.CorrectivePlanDueBy,
            CapImplementedDate = review.PlanImplementedDate,
            CapStartedDate = review.PlanStartedDate,
            CapApprovedDate = review.PlanApprovedDate,
            PlanReviewDate = review.PlanReviewedDate,
            TechnicalAssistanceHours = review.AssistanceHours,
            ActionPlanDate = review.PlanDate,
            Scale = DecidesIntake ? review.Scale : null,
        });
    }

    /// <summary>
    /// Decides again what follows from the final reviews after this one, where earlier reviews say what a team is (LA-FID-005, -009): a review that is
    /// recorded, corrected
    /// or withdrawn later than those that follow it changes them. This history holds the review as it is now.
    /// </summary>
    public Problem? DecideLater(Review review, DateOnly today, Changes changes)
    {
        if (!DecidesIntake || review.FinalReportReceivedDate is null)
            return null;
        foreach (var later in Final.Where(r => r.Id != review.Id && r.Id != review.Corrects && r.LastOnsiteDay > review.LastOnsiteDay)
            .OrderBy(r => r.LastOnsiteDay))
        {
            if (!Decide(later, today).Is(out var decision, out var problem))
                return problem;
            var before = Follows(later);
            later.Take(decision);
            if (Follows(later) == before)
            {
                later.DecisionId = before.DecisionId;
                continue;
            }

            changes.Insert(policies.Store(decision, later.Provider, later.Id.Name, Used(later)));
            changes.Update(later);
            changes.Publish(later.Moved(Proto.ReviewState.Final, today, this, today));
        }

        return null;
    }

    private static Consequences Follows(Review review) =>
        new(review.Tier, review.Certified, review.NextReviewDue, review.NextReviewRule, review.ActionPlanRequired,
        review.CorrectivePlanRequired, review.CorrectivePlanDue)
        { DecisionId = review.DecisionId };

    private sealed record Consequences(string Tier, bool Certified, DateOnly? NextReviewDue, string? NextReviewRule, bool ActionPlan, bool CorrectivePlan,
        DateOnly? CorrectivePlanDue)
    {
        /// <summary>The receipt; two receipts of the same consequences are equal here.</summary>
        public Guid DecisionId { get; init; }

        public bool Equals(Consequences? other) => other is not null
            && (Tier, Certified, NextReviewDue, NextReviewRule, ActionPlan, CorrectivePlan, CorrectivePlanDue)
            == (other.Tier, other.Certified, other.NextReviewDue, other.NextReviewRule, other.ActionPlan, other.CorrectivePlan, other.CorrectivePlanDue);

        public override int GetHashCode() => HashCode.Combine(Tier, Certified, NextReviewDue, CorrectivePlanDue);
    }

    /// <summary>What is known about whom the team may take, or keep, on a day. Only for a program in which <see cref="DecidesIntake"/>.</summary>
    public IntakeStatusFacts Intake(IntakePurpose purpose, DateOnly day)
    {
        var external = External(Final);
        return Facts(purpose, external, SuspendedOn(external, day), day) with
        {
            HealthSafetyViolation = external.Count == 0 ? null : external[^1].HealthSafetyViolation,
        };
    }

    /// <summary>
    /// The latest suspension of intake, as it stands on a day by the reports received: its first day, which lies ahead while a plan still has time, and the day
    /// before the report that ended it. Null where there is none.
    /// </summary>
    public (DateOnly From, DateOnly? Through)? Suspension(DateOnly day)
    {
        if (!DecidesIntake)
            return null;
        var facts = Intake(IntakePurpose.NewMember, day);
        if (!policies.Decide(program, IntakeStatusDecision.Kind, day, facts).Is(out var decision, out _))
            return null;
        var intake = decision.Value<string>("intake");
        if (facts.SuspendedOn is { } from)
            return (from, intake == Codes.Of(Policies.Fidelity.Intake.Open) ? External(Final)[^1].FinalReportReceivedDate!.Value.AddDays(-1) : null);
        return intake == Codes.Of(Policies.Fidelity.Intake.CapInForce) ? (decision.Value<DateOnly?>("cureBy")!.Value.AddDays(1), null) : null;
    }

    /// <summary>
    /// The first day of the latest suspension of intake: the day after the time to cure a score ended. A suspension that a good review ended is named until the
    /// review after it.
    /// </summary>
    private DateOnly? SuspendedOn(IReadOnlyList<Review> external, DateOnly day)
    {
        DateOnly? suspended = null;
        for (var i = 0; i < external.Count; i++)
        {
            if (i > 0 && IsGood(external[i - 1], day))
                suspended = null;
            var until = i + 1 < external.Count ? external[i + 1].LastOnsiteDay.AddDays(-1) : day;
            var facts = Facts(IntakePurpose.NewMember, [.. external.Take(i + 1)], null, until);
            if (suspended is null && policies.Decide(program, IntakeStatusDecision.Kind, until, facts).Is(out var decision, out _)
                && decision.Value<string>("intake") == Codes.Of(Policies.Fidelity.Intake.Suspended))
            {
                suspended = decision.Value<DateOnly?>("cureBy")?.AddDays(1);
            }
        }

        return suspended;
    }

    private IntakeStatusFacts Facts(IntakePurpose purpose, IReadOnlyList<Review> external, DateOnly? suspended, DateOnly day) => new()
    {
        Purpose = purpose,
        TeamStatus = StatusAfter(external, day),
        Reviews = [.. external.Select(External)],
        CapImplementedDate = CureBegan(external, day),
        SuspendedOn = suspended,
    };

    // A second plan for the same low score gives no further time.
    private DateOnly? CureBegan(IReadOnlyList<Review> external, DateOnly day) =>
        external.Reverse().TakeWhile(r => !IsGood(r, day)).LastOrDefault(r => r.PlanImplementedDate is not null)?.PlanImplementedDate;

    private TeamStatus StatusAfter(IEnumerable<Review> earlier, DateOnly day) =>
        External(earlier).Any(r => IsGood(r, day)) ? TeamStatus.Existing : TeamStatus.New;

    // The policies say which score is good: alone, it keeps the intake of an existing team open.
    private bool IsGood(Review review, DateOnly day) =>
        policies.Decide(program, IntakeStatusDecision.Kind, day,
            new IntakeStatusFacts { Purpose = IntakePurpose.NewMember, TeamStatus = TeamStatus.Existing, Reviews = [External(review)] })
            .Is(out var decision, out _) && decision.Decision.Verdict == Verdict.Met;

    /// <summary>A team's own evaluation is no external review.</summary>
    private static List<Review> External(IEnumerable<Review> reviews) =>
        [.. reviews.Where(r => r.Evaluator != Proto.Evaluator.Provider).OrderBy(r => r.LastOnsiteDay).ThenBy(r => r.FinalReportReceivedDate)];

    private static ExternalReview External(Review review) => new() { Date = review.LastOnsiteDay, Score = review.Total };
}
