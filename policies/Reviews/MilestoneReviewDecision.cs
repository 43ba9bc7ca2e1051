namespace Ips.Policies.Reviews;

/// <summary>Does Network Evaluation answer a milestone in time? A late answer never approves by itself.</summary>
public static class MilestoneReviewDecision
{
    private static readonly RuleId InTime = RuleId.Of("NCC-UM-003");

    private static readonly Parameter<string> StartsWith = Parameter<string>.Of(InTime, "starts_with");
    private static readonly Parameter<int> ReviewDays = Parameter<int>.Of(InTime, "review_days");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MilestoneReviewFacts> Kind { get; } = new(
        "milestone-review", "Does Network Evaluation answer the milestone in time?", Evaluate);

    private static void Evaluate(MilestoneReviewFacts facts, RuleEvaluation evaluation)
    {
        var (begins, fact, what) = evaluation.Chooses(StartsWith, "first_document") ? (facts.FirstDocumentOn, Fact.Of(facts.FirstDocumentOn), "first document")
            : (facts.DocumentsCompleteOn, Fact.Of(facts.DocumentsCompleteOn), "documents complete");
        LastDay? due = begins is { } start ? evaluation.Calendar.LastDayAfter(start, evaluation.Value(ReviewDays)) : null;
        // An answer of a later day has not come yet; its last day may still be to come.
        var answered = evaluation.Happened(facts.AnsweredOn) == false ? false : facts.Answered;
        var on = answered == true ? facts.AnsweredOn : answered == false ? evaluation.AsOf : null;
        var timely = due is { } last && on is { } day ? last.InTime(day) : Verdict.NeedsFacts;
        evaluation.Require(InTime, timely,
                $"{what} on {begins}, last day {due}; {(answered == true ? Words.Day(facts.AnsweredOn, "answered on ", "answered") : Words.Day(evaluation.AsOf, "not answered by ", ""))}",
                fact, Fact.Of(facts.Answered), new Fact("answeredOn", answered != true || facts.AnsweredOn is not null).NotNeeded)
            .Remedy($"an answer on or before {due}");
        evaluation.Answer("dueOn", due?.Day, InTime);
        if (timely is not (Verdict.Met or Verdict.NotMet))
            return;
        evaluation.Answer("status", Codes.Of((answered, timely == Verdict.Met) switch
        {
            (true, true) => MilestoneReviewStatus.Answered,
            (true, _) => MilestoneReviewStatus.AnsweredLate,
            (_, true) => MilestoneReviewStatus.Open,
            _ => MilestoneReviewStatus.Overdue,
        }));
    }
}

/// <summary>The review of one milestone. <see langword="null"/> means not known.</summary>
public sealed record MilestoneReviewFacts
{
    /// <summary>Day on which Network Evaluation had all documents.</summary>
    [Act]
    public DateOnly? DocumentsCompleteOn { get; init; }

    /// <summary>Day of the first document, which counts only under the reading that is not taken.</summary>
    [Act]
    public DateOnly? FirstDocumentOn { get; init; }

    /// <summary>It has answered.</summary>
    public bool? Answered { get; init; }

    /// <summary>Day of its answer; needed when it has answered.</summary>
    [Act]
    public DateOnly? AnsweredOn { get; init; }
}

/// <summary>How a review stands.</summary>
public enum MilestoneReviewStatus
{
    /// <summary>Not answered, and the last day has not passed.</summary>
    Open,

    /// <summary>Answered in time.</summary>
    Answered,

    /// <summary>Answered after the last day.</summary>
    AnsweredLate,

    /// <summary>Not answered, and the last day has passed.</summary>
    Overdue,
}
