using System.Globalization;

namespace Ips.Policies.Staffing;

/// <summary>Did the team or staff member meet the meeting or community-time requirement of the month?</summary>
public static class MeetingDecision
{
    private static readonly RuleId NcCommunity = RuleId.Of("NC-LIM-003");
    private static readonly RuleId LaCommunity = RuleId.Of("LA-SVC-001");
    private static readonly RuleId MoCommunity = RuleId.Of("MO-STAFF-010");
    private static readonly Parameter<int> NcShare = Parameter<int>.Of(NcCommunity, "min_share");
    private static readonly Parameter<int> LaShare = Parameter<int>.Of(LaCommunity, "more_than_share");
    private static readonly Parameter<int> MoShare = Parameter<int>.Of(MoCommunity, "min_share");

    private static readonly MeetingKind[] Carolina = [MeetingKind.VocationalUnit, MeetingKind.TreatmentTeam, MeetingKind.Vr, MeetingKind.CommunityTime];
    private static readonly MeetingKind[] Louisiana = [MeetingKind.Supervision, MeetingKind.UnitSupervision, MeetingKind.TreatmentTeam, MeetingKind.CommunityTime];
    private static readonly MeetingKind[] Missouri = [MeetingKind.UnitSupervision, MeetingKind.TreatmentTeam, MeetingKind.Vr, MeetingKind.CommunityTime];

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MeetingFacts> Kind { get; } = new(
        "meeting-compliance", "Did the team or staff member meet the meeting or community-time requirement of the month?", Programs.All, MeetingFacts.Read, Evaluate);

    private static void Evaluate(MeetingFacts facts, Ruling ruling)
    {
        var kinds = ruling.Program switch
        {
            Programs.NcState or Programs.NcCore => Carolina,
            Programs.LaAcla or Programs.LaLhcc => Louisiana,
            _ => Missouri,
        };
        if (!kinds.Contains(facts.MeetingKind))
            throw new BadAskException([new("meetingKind", Codes.Of(facts.MeetingKind), $"a kind that {ruling.Program} asks for: {string.Join(", ", kinds.Select(Codes.Of))}")]);
        if (facts.MeetingKind == MeetingKind.CommunityTime)
            Community(facts, ruling);
        else if (kinds == Carolina)
            NcMeetingRules.Evaluate(facts, ruling);
        else if (kinds == Louisiana)
            OtherMeetingRules.Louisiana(facts, ruling);
        else
            OtherMeetingRules.Missouri(facts, ruling);
    }

    private static void Community(MeetingFacts facts, Ruling ruling)
    {
        AtLeast(NcCommunity, NcShare, facts, ruling);
        AtLeast(MoCommunity, MoShare, facts, ruling);
        if (!ruling.Has(LaCommunity))
            return;
        var (part, whole, percent) = (facts.CommunityContacts, facts.TotalContacts, ruling.Value(LaShare));
        ruling.Judge(LaCommunity, part is { } p && whole is { } w ? p * 100L > (long)percent * w : null, $"{part} of {whole} contacts in the community, more than {percent} percent needed",
                Fact.Of("communityContacts", part), Fact.Of("totalContacts", whole))
            .ToMeet($"more than {percent} percent of totalContacts in the community");
        Percent(part, whole, ruling);
    }

    private static void AtLeast(RuleId rule, Parameter<int> share, MeetingFacts facts, Ruling ruling)
    {
        if (!ruling.Has(rule))
            return;
        var (part, whole, percent) = (facts.CommunityMinutes, facts.ScheduledMinutes, ruling.Value(share));
        ruling.Judge(rule, part is { } p && whole is { } w ? p * 100L >= (long)percent * w : null, $"{part} of {whole} scheduled minutes in the community, at least {percent} percent needed",
                Fact.Of("communityMinutes", part), Fact.Of("scheduledMinutes", whole))
            .ToMeet($"communityMinutes of at least {percent} percent of scheduledMinutes");
        Percent(part, whole, ruling);
    }

    /// <summary>Percent with one decimal, half up, as text.</summary>
    private static void Percent(int? part, int? whole, Ruling ruling)
    {
        if (part is { } p && whole is > 0 and { } w)
            ruling.Answer("communityPct", decimal.Round(100m * p / w, 1, MidpointRounding.AwayFromZero).ToString("0.0", CultureInfo.InvariantCulture));
    }
}
