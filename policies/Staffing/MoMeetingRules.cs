namespace Ips.Policies.Staffing;

/// <summary>Meetings in Missouri: weekly group supervision, weekly treatment team from beginning to end, monthly vocational rehabilitation.</summary>
public static class MoMeetingRules
{
    internal static readonly RuleId GroupWeekly = RuleId.Of("MO-STAFF-004");
    internal static readonly RuleId TreatmentWeekly = RuleId.Of("MO-INT-003");
    internal static readonly RuleId VrMonthly = RuleId.Of("MO-VR-003");

    /// <summary>Whether the month's meetings of the kind were held.</summary>
    public static void Evaluate(MeetingFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(GroupWeekly))
            return;
        switch (facts.MeetingKind)
        {
            case MeetingKind.UnitSupervision:
                Weekly(GroupWeekly, new(facts, m => m.Format is { } format ? format == MeetingFormat.Group : null), facts.Details("date", "format"),
                    "group supervision", evaluation);
                break;
            case MeetingKind.TreatmentTeam:
                Weekly(TreatmentWeekly, new(facts, m => m.WholeMeeting), facts.Details("date", "wholeMeeting"),
                    "a whole meeting of the treatment team", evaluation);
                break;
            default:
                evaluation.Require(VrMonthly, new MeetingMonth(facts, _ => true).HasDated(_ => true),
                        $"a meeting dated in {facts.Month:yyyy-MM} is needed", facts.Details("date"))
                    .Remedy("one meeting in the month");
                break;
        }
    }

    private static void Weekly(RuleId rule, MeetingMonth month, Fact[] facts, string what, RuleEvaluation evaluation)
    {
        evaluation.Require(rule, month.IsWeekly, $"weeks without {what}: {month.Missing}", facts).Remedy($"{what} in every week");
        month.AnswerMissing(evaluation);
    }
}
