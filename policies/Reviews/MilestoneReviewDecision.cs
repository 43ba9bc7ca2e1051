using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Ips.Policies.Reports;

namespace Ips.Policies.Reviews;

/// <summary>
/// Was all sent to Network Evaluation, under the right subject line, and does it answer the milestone in time? A late answer never approves by itself.
/// </summary>
public static class MilestoneReviewDecision
{
    private static readonly RuleId InTime = RuleId.Of("NCC-UM-003");
    private static readonly RuleId AllSent = RuleId.Of("NCC-UM-001");
    private static readonly RuleId Subject = RuleId.Of("NCC-UM-002");

    private static readonly Parameter<string> StartsWith = Parameter<string>.Of(InTime, "starts_with");
    private static readonly Parameter<int> ReviewDays = Parameter<int>.Of(InTime, "review_days");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MilestoneReviewFacts> Kind { get; } = new(
        "milestone-review", "Was all sent to Network Evaluation, and does it answer the milestone in time?", Evaluate);

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
        OnlyIfGiven(facts, evaluation);
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

    private static void OnlyIfGiven(MilestoneReviewFacts facts, RuleEvaluation evaluation)
    {
        if (facts.DocumentsSent is { } sent)
        {
            evaluation.Require(AllSent, sent, sent ? "all that the milestone requires was sent" : "something that the milestone requires was not sent",
                    new Fact("documentsCompleteOn", true))
                .Remedy("all documents of the milestone");
        }

        if (facts.SubjectLine is not { } subject)
            return;
        // The number is looked for outside of the provider's name, which may hold one.
        var rest = facts.ProviderName is { Length: > 0 } provider ? subject.Replace(provider, " ", StringComparison.OrdinalIgnoreCase) : subject;
        bool? numbered = facts.Milestone is { } number ? HasNumber(rest, number) : null;
        evaluation.Require(Subject, Ternary.All(SubjectLines.Names(subject, facts.ProviderName), numbered),
                "the subject line has to name the provider and the number of the milestone", Fact.Of(facts.ProviderName), Fact.Of(facts.Milestone))
            .Remedy("a subject line with the provider's name and the number of the milestone");
    }

    private static bool HasNumber(string text, int number) =>
        string.Concat(text.Select(c => char.IsAsciiDigit(c) ? c : ' ')).Split(' ').Contains(number.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
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

    /// <summary>Only if given: all that the milestone requires was sent to it.</summary>
    public bool? DocumentsSent { get; init; }

    /// <summary>Only if given: subject line of the message with the documents.</summary>
    public string? SubjectLine { get; init; }

    /// <summary>The provider's name, to be found in the subject line.</summary>
    public string? ProviderName { get; init; }

    /// <summary>Number of the milestone, to be found in the subject line.</summary>
    [Range(1, 9)]
    public int? Milestone { get; init; }
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
