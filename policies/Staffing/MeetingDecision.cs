namespace Ips.Policies.Staffing;

/// <summary>Did the team or staff member meet the meeting or community-time requirement of the month?</summary>
public static class MeetingDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MeetingFacts> Kind { get; } = new(
        "meeting-compliance", "Did the team or staff member meet the meeting or community-time requirement of the month?", Evaluate);

    private static void Evaluate(MeetingFacts facts, RuleEvaluation evaluation)
    {
        Refuse(facts.MeetingKind, evaluation.Text.Pack);
        if (facts.MeetingKind == MeetingKind.CommunityTime)
        {
            CommunityTimeRules.Evaluate(facts, evaluation);
            return;
        }

        NcMeetingRules.Evaluate(facts, evaluation);
        LaMeetingRules.Evaluate(facts, evaluation);
        MoMeetingRules.Evaluate(facts, evaluation);
    }

    /// <summary>A kind of meeting that the program does not have is bad input; its rules are of another program.</summary>
    private static void Refuse(MeetingKind kind, Pack program)
    {
        if (!Has(program, kind))
        {
            throw new InvalidRequestException([new("meetingKind", Codes.Of(kind),
                $"a kind that {program.Id} has: {string.Join(", ", Enum.GetValues<MeetingKind>().Where(k => Has(program, k)).Select(Codes.Of))}")]);
        }
    }

    private static bool Has(Pack program, MeetingKind kind) => RulesOf(kind).Any(rule => program.Find(rule) is not null);

    private static IReadOnlyList<RuleId> RulesOf(MeetingKind kind) => kind switch
    {
        MeetingKind.VocationalUnit => [NcMeetingRules.UnitWeekly],
        MeetingKind.TreatmentTeam => [NcMeetingRules.TreatmentWeekly, LaMeetingRules.SmallCaseload, MoMeetingRules.TreatmentWeekly],
        MeetingKind.Vr => [NcMeetingRules.VrMonthly, MoMeetingRules.VrMonthly],
        MeetingKind.CommunityTime => CommunityTimeRules.All,
        MeetingKind.Supervision => [LaMeetingRules.SmallCaseload],
        _ => [LaMeetingRules.UnitWeekly, MoMeetingRules.GroupWeekly],
    };
}
