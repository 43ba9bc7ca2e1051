namespace Ips.Policies.Staffing;

/// <summary>Did the team or staff member meet the meeting or community-time requirement of the month?</summary>
public static class MeetingDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MeetingFacts> Kind { get; } = new(
        "meeting-compliance", "Did the team or staff member meet the meeting or community-time requirement of the month?", Programs.All, Evaluate);

    private static void Evaluate(MeetingFacts facts, RuleEvaluation evaluation)
    {
        Refuse(facts.MeetingKind, evaluation.Program);
        if (facts.MeetingKind == MeetingKind.CommunityTime)
        {
            CommunityTimeRules.Evaluate(facts, evaluation);
            return;
        }

        switch (evaluation.Program)
        {
            case Programs.NcState or Programs.NcCore:
                NcMeetingRules.Evaluate(facts, evaluation);
                break;
            case Programs.LaAcla or Programs.LaLhcc:
                LaMeetingRules.Evaluate(facts, evaluation);
                break;
            default:
                MoMeetingRules.Evaluate(facts, evaluation);
                break;
        }
    }

    /// <summary>A kind of meeting that the program does not have is bad input; judging it by no rule would answer yes.</summary>
    private static void Refuse(MeetingKind kind, string program)
    {
        MeetingKind[] kinds = program switch
        {
            Programs.NcState or Programs.NcCore => [MeetingKind.VocationalUnit, MeetingKind.TreatmentTeam, MeetingKind.Vr, MeetingKind.CommunityTime],
            Programs.LaAcla or Programs.LaLhcc => [MeetingKind.Supervision, MeetingKind.UnitSupervision, MeetingKind.TreatmentTeam, MeetingKind.CommunityTime],
            _ => [MeetingKind.UnitSupervision, MeetingKind.TreatmentTeam, MeetingKind.Vr, MeetingKind.CommunityTime],
        };
        if (!kinds.Contains(kind))
            throw new InvalidRequestException([new("meetingKind", Codes.Of(kind), $"a kind that {program} has: {string.Join(", ", kinds.Select(Codes.Of))}")]);
    }
}
