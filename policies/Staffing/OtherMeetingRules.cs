namespace Ips.Policies.Staffing;

/// <summary>Meetings and supervision in Louisiana (LA-MTG-001 to -003) and Missouri (MO-STAFF-004, MO-INT-003, MO-VR-003).</summary>
internal static class OtherMeetingRules
{
    private static readonly RuleId LaFew = RuleId.Of("LA-MTG-001");
    private static readonly RuleId LaMany = RuleId.Of("LA-MTG-002");
    private static readonly RuleId LaUnit = RuleId.Of("LA-MTG-003");
    private static readonly RuleId MoUnit = RuleId.Of("MO-STAFF-004");
    private static readonly RuleId MoTeam = RuleId.Of("MO-INT-003");
    private static readonly RuleId MoVr = RuleId.Of("MO-VR-003");
    private static readonly Parameter<int> FewThrough = Parameter<int>.Of(LaFew, "max_caseload");
    private static readonly Parameter<int> ManyFrom = Parameter<int>.Of(LaMany, "min_caseload");
    private static readonly Parameter<int> MinVr = Parameter<int>.Of(MoVr, "min_meetings");

    public static void Louisiana(MeetingFacts facts, Ruling ruling)
    {
        MeetingWeeks weeks = new(facts, m => m.Administrative != true);
        if (facts.MeetingKind == MeetingKind.UnitSupervision)
        {
            Weekly(LaUnit, weeks, "meetings", ruling);
            return;
        }

        var (few, many) = (ruling.Value(FewThrough), ruling.Value(ManyFrom));
        if (!(facts.CaseloadCount > few))
        {
            ruling.Judge(LaFew, facts.CaseloadCount is null ? null : weeks.EveryTwoWeeks,
                    $"caseload {facts.CaseloadCount}, up to {few} every two weeks; weeks without a meeting that counts: {weeks.Missing}",
                    Fact.Of("caseloadCount", facts.CaseloadCount), new("meetings", weeks.Known))
                .ToMeet("a meeting that counts in every two weeks");
        }

        if (!(facts.CaseloadCount < many))
        {
            ruling.Judge(LaMany, facts.CaseloadCount is null ? null : weeks.Weekly,
                    $"caseload {facts.CaseloadCount}, from {many} weekly; weeks without a meeting that counts: {weeks.Missing}",
                    Fact.Of("caseloadCount", facts.CaseloadCount), new("meetings", weeks.Known))
                .ToMeet("a meeting that counts in every week");
        }

        if (weeks.Known)
            ruling.Answer("weeksMissing", weeks.Missing);
    }

    public static void Missouri(MeetingFacts facts, Ruling ruling)
    {
        switch (facts.MeetingKind)
        {
            case MeetingKind.UnitSupervision:
                Weekly(MoUnit, new(facts, m => m.Format is { } format ? format == MeetingFormat.Group : null), "meetings[].format", ruling);
                break;
            case MeetingKind.TreatmentTeam:
                Weekly(MoTeam, new(facts, m => m.WholeMeeting), "meetings[].wholeMeeting", ruling);
                break;
            default:
                var (held, min) = (MeetingWeeks.InMonth(facts).Count(), ruling.Value(MinVr));
                ruling.Judge(MoVr, facts.Meetings is null ? null : held >= min, $"{held} meetings in the month, at least {min} needed", Fact.Of("meetings", facts.Meetings))
                    .ToMeet($"at least {min} meetings in the month");
                break;
        }
    }

    public static void Weekly(RuleId rule, MeetingWeeks weeks, string needed, Ruling ruling)
    {
        ruling.Judge(rule, weeks.Weekly, $"weeks without a meeting that counts: {weeks.Missing}", new("meetings", weeks.Known), new(needed, weeks.Complete))
            .ToMeet("a meeting that counts in every week");
        if (weeks.Complete)
            ruling.Answer("weeksMissing", weeks.Missing);
    }
}
