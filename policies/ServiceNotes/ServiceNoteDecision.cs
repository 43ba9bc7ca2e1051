using Ips.Policies.Milestones;

namespace Ips.Policies.ServiceNotes;

/// <summary>Is the note complete and the activity billable on the date of service, and how many units does it give?</summary>
public static class ServiceNoteDecision
{
    private static readonly RuleId Units = RuleId.Of("NC-BILL-005");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ServiceNoteFacts> Kind { get; } = new(
        "service-note", "Is the note complete and the activity billable on the date of service, and how many 15-minute units?", Evaluate, textDay: f => f.ServiceDate, beforeText: (_, evaluation) => Refused(evaluation));

    /// <summary>Outside the contract nothing is billable; before the state text a person decides, so there is no value.</summary>
    private static void Refused(RuleEvaluation evaluation)
    {
        if (evaluation.Worst != Verdict.NotMet)
            return;
        evaluation.Answer("billableMinutes", 0);
        evaluation.Answer("units", 0);
    }

    private static void Evaluate(ServiceNoteFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Units))
            return;
        NoteElementRules.Evaluate(facts, evaluation);
        NoteActivityRules.Evaluate(facts, evaluation);
        int? minutes = evaluation.Worst == Verdict.NotMet ? 0 : facts.DurationMinutes + (facts.OtherContactMinutesSameDate ?? 0);
        int? units = minutes is { } billable ? QuarterHours.OfStateCode(evaluation, billable) : null;
        if (facts.ClaimedUnits is { } claimed)
        {
            evaluation.Require(Units, units is { } most ? claimed <= most : null, $"{claimed} units claimed, {units} in {minutes} billable minutes of the date",
                    Fact.Of(facts.DurationMinutes))
                .Remedy($"claimedUnits of at most {units}");
        }

        evaluation.Answer("billableMinutes", minutes);
        evaluation.Answer("units", units);
        evaluation.Answer("counts", NoteElementRules.Counts(facts, evaluation));
    }
}
