namespace Ips.Policies.Staffing;

/// <summary>Meetings of a North Carolina team (NC-PROG-001 to -007, NC-DVRS-003 and -004).</summary>
internal static class NcMeetingRules
{
    private static readonly RuleId UnitWeekly = RuleId.Of("NC-PROG-001");
    private static readonly RuleId UnitVirtual = RuleId.Of("NC-PROG-002");
    private static readonly RuleId UnitTelephone = RuleId.Of("NC-PROG-003");
    private static readonly RuleId TeamWeekly = RuleId.Of("NC-PROG-006");
    private static readonly RuleId TeamTelephone = RuleId.Of("NC-PROG-007");
    private static readonly RuleId VrMonthly = RuleId.Of("NC-DVRS-003");
    private static readonly RuleId VrTelephone = RuleId.Of("NC-DVRS-004");
    private static readonly Parameter<int> MaxVirtual = Parameter<int>.Of(UnitVirtual, "max_virtual");
    private static readonly Parameter<int> MinVr = Parameter<int>.Of(VrMonthly, "min_meetings");

    public static void Evaluate(MeetingFacts facts, Ruling ruling)
    {
        if (!ruling.Has(UnitWeekly))
            return;
        switch (facts.MeetingKind)
        {
            case MeetingKind.VocationalUnit:
                Unit(facts, ruling);
                Telephone(UnitTelephone, facts, ruling);
                break;
            case MeetingKind.TreatmentTeam:
                OtherMeetingRules.Weekly(TeamWeekly, new(facts, m => m.OnAcceptedPlatform), "meetings[].mode", ruling);
                Telephone(TeamTelephone, facts, ruling);
                break;
            default:
                Vr(facts, ruling);
                Telephone(VrTelephone, facts, ruling);
                break;
        }

        if (facts.Meetings is not null && MeetingWeeks.InMonth(facts).All(m => m.Virtual is not null))
            ruling.Answer("virtualCount", MeetingWeeks.InMonth(facts).Count(m => m.Virtual == true));
    }

    private static void Unit(MeetingFacts facts, Ruling ruling)
    {
        MeetingWeeks weeks = new(facts, m => m.OnAcceptedPlatform);
        var attended = facts.Meetings is null ? null
            : Known.All([.. MeetingWeeks.InWeeks(facts).Where(m => m.OnAcceptedPlatform != false).Select(m => m.OnAcceptedPlatform is null && m.AllStaffPresent == false ? null : m.AllStaffPresent)]);
        ruling.Judge(UnitWeekly, Known.All(weeks.Weekly, attended), $"weeks without a meeting that counts: {weeks.Missing}; all staff present or excused: {attended}",
                Fact.Of("meetings", facts.Meetings), new("meetings[].mode", weeks.Complete), new("meetings[].allStaffPresent", attended is not null))
            .ToMeet("a meeting in every week with all staff present or excused");
        if (weeks.Complete)
            ruling.Answer("weeksMissing", weeks.Missing);

        var most = ruling.Value(MaxVirtual);
        var virtually = MeetingWeeks.InMonth(facts).Count(m => m.Virtual == true);
        var perhaps = MeetingWeeks.InMonth(facts).Count(m => m.Virtual is null);
        ruling.Judge(UnitVirtual, facts.Meetings is null ? null : virtually > most ? false : virtually + perhaps <= most ? true : null, $"{virtually} virtual meetings in the month, at most {most}",
                Fact.Of("meetings", facts.Meetings), new("meetings[].mode", perhaps == 0))
            .ToMeet($"at most {most} virtual meetings");
    }

    private static void Vr(MeetingFacts facts, Ruling ruling)
    {
        var min = ruling.Value(MinVr);
        var counted = MeetingWeeks.InMonth(facts).Select(m => Known.All(m.OnAcceptedPlatform, m.Documented)).ToList();
        var (held, perhaps) = (counted.Count(c => c == true), counted.Count(c => c is null));
        ruling.Judge(VrMonthly, facts.Meetings is null ? null : held >= min ? true : held + perhaps >= min ? null : false,
                $"{held} documented meetings that count in the month, at least {min} needed", Fact.Of("meetings", facts.Meetings), new("meetings[].documented", perhaps == 0))
            .ToMeet("a documented meeting in person or on a HIPAA-compliant platform");
    }

    private static void Telephone(RuleId rule, MeetingFacts facts, Ruling ruling)
    {
        var by = facts.Meetings is { } meetings ? Known.Any([.. meetings.Select(m => m.ByTelephone)]) : null;
        ruling.Judge(rule, Known.Not(by), $"participation by telephone: {by}", Fact.Of("meetings", facts.Meetings), new("meetings[].mode", by is not null))
            .ToMeet("no participation by telephone");
    }
}
