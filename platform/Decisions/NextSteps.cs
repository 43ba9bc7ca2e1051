using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>
/// What an answer means for the person, and the next step. It covers only what the rules state: the payer's own notice explains rights of appeal.
/// </summary>
internal static class NextSteps
{
    private const string Correct = "If something above is wrong or has changed, inform the agency that gives the service, or the payer: "
        + "the record is corrected and the question is decided again.";

    private static readonly Dictionary<(string Question, Verdict Verdict), string> Own = new()
    {
        [("admission", Verdict.Met)] = "The service may begin on that day. Enrolment is checked on every day of service.",
        [("denial-reason", Verdict.Met)] = "The reason may be recorded. The person can ask again when it no longer holds.",
        [("denial-reason", Verdict.NotMet)] = "No one may be refused for this reason. "
            + "The question of admission stays open and is decided by the program's own criteria.",
        [("continued-service", Verdict.Met)] = "The service continues.",
        [("continued-service", Verdict.NotMet)] = "A discharge review follows. The service continues until a discharge is decided.",
        [("discharge", Verdict.Met)] = "The service ends with that day. The person can ask to be admitted again at any time.",
        [("discharge", Verdict.NotMet)] = "The service continues: it may not be ended for this reason, or not before what is missing above is done.",
        [("discharge", Verdict.NeedsFacts)] = "The service continues. Add what is not known above and ask again.",
        [("discharge", Verdict.NeedsReview)] = "The service continues until the people named above have decided.",
        [("service-order", Verdict.Met)] = "Services on that day are ordered.",
        [("service-order", Verdict.NotMet)] = "Services on that day are not ordered and cannot be paid. "
            + "A new order counts from its own day; it is never dated back.",
        [("dvrs-referral", Verdict.NotMet)] = "Send the referral, or record the offer and the person's own decision.",
    };

    /// <summary>The answer in a sentence.</summary>
    public static string Answer(Verdict verdict) => verdict switch
    {
        Verdict.Met => "Yes.",
        Verdict.NotMet => "No.",
        Verdict.NeedsFacts => "There is no answer yet: something is not known. What is not known is never counted as a no.",
        Verdict.NeedsReview => "There is no answer yet: the rule leaves the decision to a person.",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "not a verdict"),
    };

    /// <summary>The next step after this answer to this question.</summary>
    public static string After(string question, Verdict verdict) => (Own.GetValueOrDefault((question, verdict)), verdict) switch
    {
        ({ } own, Verdict.NotMet) => $"{own} {Correct}",
        ({ } own, _) => own,
        (_, Verdict.Met) => "No step is needed.",
        (_, Verdict.NotMet) => Correct,
        (_, Verdict.NeedsFacts) => "Record what is not known above; the question is then decided again.",
        _ => "The people named above decide; the answer follows.",
    };
}
