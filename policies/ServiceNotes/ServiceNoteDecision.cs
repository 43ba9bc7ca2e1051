using Ips.Policies.Milestones;

namespace Ips.Policies.ServiceNotes;

/// <summary>Is the note complete and the activity billable on the date of service, and how many units does it give?</summary>
public static class ServiceNoteDecision
{
    private static readonly RuleId Units = RuleId.Of("NC-BILL-005");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ServiceNoteFacts> Kind { get; } = new(
        "service-note", "Is the note complete and the activity billable on the date of service, and how many 15-minute units?", Programs.NorthCarolina,
        ServiceNoteFacts.Read, Evaluate, textDay: f => f.ServiceDate, beforeText: (_, ruling) => Refused(ruling));

    /// <summary>Outside the contract nothing is billable; before the state text a person decides, so nothing is said.</summary>
    private static void Refused(RuleEvaluation ruling)
    {
        if (ruling.Worst != Verdict.NotMet)
            return;
        ruling.Answer("billableMinutes", 0);
        ruling.Answer("units", 0);
    }

    private static void Evaluate(ServiceNoteFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(Units))
            return;
        NoteElementRules.Evaluate(facts, ruling);
        NoteActivityRules.Evaluate(facts, ruling);
        int? minutes = ruling.Worst == Verdict.NotMet ? 0 : facts.DurationMinutes + (facts.OtherContactMinutesSameDate ?? 0);
        int? units = minutes is { } billable ? QuarterHours.OfStateCode(ruling, billable) : null;
        if (facts.ClaimedUnits is { } claimed)
        {
            ruling.Judge(Units, units is { } most ? claimed <= most : null, $"{claimed} units claimed, {units} in {minutes} billable minutes of the date",
                    Fact.Of("durationMinutes", facts.DurationMinutes))
                .Remedy($"claimedUnits of at most {units}");
        }

        ruling.Answer("billableMinutes", minutes);
        ruling.Answer("units", units);
    }
}
