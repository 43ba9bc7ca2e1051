namespace Ips.Policies.Staffing;

/// <summary>Meetings in North Carolina: no telephone, video only on a private platform, at most so many virtual unit meetings a month.</summary>
public static class NcMeetingRules
{
    internal static readonly RuleId UnitWeekly = RuleId.Of("NC-PROG-001");
    private static readonly RuleId UnitVirtual = RuleId.Of("NC-PROG-002");
    private static readonly RuleId UnitTelephone = RuleId.Of("NC-PROG-003");
    internal static readonly RuleId TreatmentWeekly = RuleId.Of("NC-PROG-006");
    private static readonly RuleId TreatmentTelephone = RuleId.Of("NC-PROG-007");
    internal static readonly RuleId VrMonthly = RuleId.Of("NC-DVRS-003");
    private static readonly RuleId VrTelephone = RuleId.Of("NC-DVRS-004");
    private static readonly RuleId VrTopics = RuleId.Of("NC-DVRS-006");

    private static readonly Parameter<int> MaxVirtual = Parameter<int>.Of(UnitVirtual, "max_virtual");
    private static readonly Parameter<int> HybridShare = Parameter<int>.Of(UnitVirtual, "hybrid_min_share");
    private static readonly Parameter<IReadOnlyList<string>> TopicsNeeded = Parameter<IReadOnlyList<string>>.Of(VrTopics, "topics");
    private static readonly Parameter<string> TopicsPer = Parameter<string>.Of(VrTopics, "per");
    private static readonly Parameter<int> TopicMonths = Parameter<int>.Of(VrTopics, "months");

    /// <summary>Whether the month's meetings of the kind were held as they should be.</summary>
    public static void Evaluate(MeetingFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(UnitVirtual))
            return;
        MeetingMonth month = new(facts, Counts);
        var share = evaluation.Value(HybridShare);
        var held = month.Dated(m => IsVirtual(m, share));
        switch (facts.MeetingKind)
        {
            case MeetingKind.VocationalUnit:
                Unit(facts, month, held, evaluation);
                break;
            case MeetingKind.TreatmentTeam:
                evaluation.Require(TreatmentWeekly, month.IsWeekly, $"weeks without a meeting that counts: {month.Missing}",
                        facts.Details("date", "mode", "hipaaPlatform"))
                    .Remedy("a meeting in every week, not by telephone and not on an open platform");
                RequireTelephone(TreatmentTelephone, facts, month, evaluation);
                month.AnswerMissing(evaluation);
                break;
            default:
                evaluation.Require(VrMonthly, month.HasDated(m => m.Documented), $"a documented meeting dated in {facts.Month:yyyy-MM} is needed",
                        facts.Details("date", "mode", "hipaaPlatform", "documented"))
                    .Remedy("one documented meeting in the month, not by telephone");
                RequireTelephone(VrTelephone, facts, month, evaluation);
                if (facts.Meetings?.Any(m => m.Topics is not null) == true)
                    Topics(facts, facts.Meetings, evaluation);
                break;
        }

        if (held is { } count && count.Least == count.Most)
            evaluation.Answer("virtualCount", count.Least);
    }

    private static void Unit(MeetingFacts facts, MeetingMonth month, (int Least, int Most)? held, RuleEvaluation evaluation)
    {
        var complete = month.IsTrueOfCounted(m => m.AllStaffPresent);
        evaluation.Require(UnitWeekly, Ternary.All(month.IsWeekly, complete),
            $"weeks without a meeting that counts: {month.Missing}; all staff present or excused: {complete}",
                facts.Details("date", "mode", "hipaaPlatform", "allStaffPresent"))
            .Remedy("a meeting in every week with all staff present or excused");
        var most = evaluation.Value(MaxVirtual);
        evaluation.Require(UnitVirtual, held is not { } count ? null : count.Least > most ? false : count.Most > most ? null : true,
                $"{held?.Least} virtual meetings in the month, at most {most}", facts.Details("date", "mode", "staffInRoom", "staffTotal"))
            .Remedy($"at most {most} virtual meetings in the month");
        RequireTelephone(UnitTelephone, facts, month, evaluation);
        month.AnswerMissing(evaluation);
    }

    /// <summary>The meetings that count, of this month and those before it, discuss every topic.</summary>
    private static void Topics(MeetingFacts facts, IReadOnlyList<Meeting> meetings, RuleEvaluation evaluation)
    {
        var needed = evaluation.Value(TopicsNeeded);
        var (first, after) = (facts.Month.AddMonths(1 - evaluation.Value(TopicMonths)), facts.Month.AddMonths(1));
        var discussed = needed.ToDictionary(topic => topic, topic => Ternary.Any([.. meetings.Select(m => Ternary.All(IsCounted(m), Covers(m, topic)))]), StringComparer.Ordinal);
        var met = evaluation.Chooses(TopicsPer, "meeting")
            ? Ternary.All([.. meetings.Select(m => Ternary.Any(Ternary.Not(IsCounted(m)), Ternary.All([.. needed.Select(topic => Covers(m, topic))])))])
            : Ternary.All([.. discussed.Values]);
        List<string> missing = [.. needed.Where(topic => discussed[topic] == false)];
        evaluation.Require(VrTopics, met, $"not discussed from {first:yyyy-MM} to {facts.Month:yyyy-MM}: {missing}",
                facts.Details("date", "mode", "hipaaPlatform", "documented", "topics"))
            .Remedy($"documented meetings that discuss {needed}");
        evaluation.Answer("topicsMissing", missing);

        bool? IsCounted(Meeting meeting) =>
            Ternary.All(meeting.Date is { } day ? day >= first && day < after : null, Counts(meeting), meeting.Documented);
    }

    private static bool? Covers(Meeting meeting, string topic) => meeting.Topics?.Any(t => Codes.Of(t) == topic);

    private static void RequireTelephone(RuleId rule, MeetingFacts facts, MeetingMonth month, RuleEvaluation evaluation)
    {
        var none = month.IsTrueOfNone(ByTelephone);
        evaluation.Require(rule, none, $"no one took part by telephone: {none}", facts.Details("date", "mode")).Remedy("meetings without telephone");
    }

    private static bool? Counts(Meeting meeting) => meeting.Mode switch
    {
        MeetingMode.InPerson => true,
        MeetingMode.Video or MeetingMode.Hybrid => meeting.HipaaPlatform,
        MeetingMode.Telephone => false,
        _ => null,
    };

    private static bool? ByTelephone(Meeting meeting) => meeting is { Mode: MeetingMode.Telephone } or { TelephoneParticipants: > 0 } ? true
        : meeting.Mode is null ? null : false;

    private static bool? IsVirtual(Meeting meeting, int inRoomShare) => meeting.Mode switch
    {
        MeetingMode.InPerson or MeetingMode.Telephone => false,
        MeetingMode.Video => true,
        MeetingMode.Hybrid => meeting is { StaffInRoom: { } room, StaffTotal: { } total } ? 100L * room < (long)inRoomShare * total : null,
        _ => null,
    };
}
