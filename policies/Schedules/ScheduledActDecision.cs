namespace Ips.Policies.Schedules;

/// <summary>
/// By which day is it to be done, and was it? What is due in every week, month or quarter is due in whole calendar periods: first in the first whole one from the
/// start of its clock, then in the one after that in which it was last done.
/// </summary>
public static class ScheduledActDecision
{
    private static readonly RuleId EachOfStaff = RuleId.Of("NC-STAFF-010");
    private static readonly RuleId EachSpecialist = RuleId.Of("MO-STAFF-005");
    private static readonly RuleId[] Weekly = [RuleId.Of("LA-SUP-003"), EachOfStaff];
    private static readonly RuleId NewSpecialists = RuleId.Of("LA-SUP-005");
    private static readonly RuleId[] Mentoring = [NewSpecialists, EachOfStaff, EachSpecialist];
    private static readonly RuleId[] Visits = [RuleId.Of("LA-SUP-004")];
    private static readonly RuleId[] Outcomes = [RuleId.Of("LA-SUP-006"), RuleId.Of("MO-STAFF-006")];
    private static readonly RuleId[] Invitations = [RuleId.Of("MO-VR-004")];
    private static readonly RuleId[] Collaborative = [RuleId.Of("NCC-COLL-001")];
    private static readonly RuleId[] Calls = [RuleId.Of("NCC-COLL-002")];
    private static readonly RuleId Committee = RuleId.Of("MO-IMPL-006");
    private static readonly RuleId Members = RuleId.Of("MO-IMPL-004");
    private static readonly RuleId BothAgencies = RuleId.Of("MO-IMPL-005");
    private static readonly RuleId NewTeam = RuleId.Of("LA-FID-004");
    private static readonly RuleId MissouriTeam = RuleId.Of("MO-FID-001");
    private static readonly RuleId AfterPlan = RuleId.Of("NC-FID-007");

    private static readonly Parameter<int> NewForMonths = Parameter<int>.Of(NewSpecialists, "new_for_months");

    // The values of the rules, by the rule: how often, or within how many months.
    private static readonly Dictionary<RuleId, Parameter<int>> Weeks = Of<int>("every_weeks", Weekly);
    private static readonly Dictionary<RuleId, Parameter<int>> Months = Of<int>("every_months", [.. Mentoring, .. Visits, .. Outcomes, .. Invitations, .. Collaborative, .. Calls, Committee]);
    private static readonly Parameter<int> MonthsAfterGood = Parameter<int>.Of(Committee, "every_months_after");
    private static readonly Parameter<int> GoodFidelity = Parameter<int>.Of(Committee, "good_fidelity");
    private static readonly Parameter<IReadOnlyList<string>> MembersNeeded = Parameter<IReadOnlyList<string>>.Of(Members, "members");
    private static readonly Parameter<IReadOnlyList<string>> Served = Parameter<IReadOnlyList<string>>.Of(Members, "served");
    private static readonly Parameter<string> ServedNeeded = Parameter<string>.Of(Members, "of_served");
    private static readonly Dictionary<RuleId, Parameter<int>> Within = new()
    {
        [NewTeam] = Parameter<int>.Of(NewTeam, "months_from_start"),
        [MissouriTeam] = Parameter<int>.Of(MissouriTeam, "due_months"),
        [AfterPlan] = Parameter<int>.Of(AfterPlan, "months_from_plan"),
    };
    private static readonly Dictionary<RuleId, Parameter<int>> GraceDays = Of<int>("grace_days", [MissouriTeam, AfterPlan]);

    // Whose act it is, where it is not the team's.
    private static readonly Dictionary<RuleId, Parameter<string>> Whose = Of<string>("per", [EachOfStaff, NewSpecialists, EachSpecialist]);

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ScheduledActFacts> Kind { get; } = new(
        "scheduled-act", "By which day is it to be done, and was it done in time?", Evaluate);

    /// <summary>Whether a program requires it.</summary>
    public static bool Has(Pack program, ScheduledAct act) => RulesOf(act).Any(rule => program.Find(rule) is not null);

    /// <summary>Who has to meet it in a program on a day.</summary>
    public static ScheduledFor For(Pack program, ScheduledAct act, DateOnly day) =>
        RulesOf(act).FirstOrDefault(rule => Whose.ContainsKey(rule) && program.On(day).Rule(rule) is not null) is { } one
            ? Codes.Parse<ScheduledFor>(program.On(day).Value(Whose[one])) ?? ScheduledFor.Team : ScheduledFor.Team;

    private static void Evaluate(ScheduledActFacts facts, RuleEvaluation evaluation)
    {
        Refuse(facts.Act, evaluation.Text.Pack);
        foreach (var rule in RulesOf(facts.Act).Where(evaluation.Has))
        {
            switch (facts.Act)
            {
                case ScheduledAct.Supervision:
                    var weeks = evaluation.Value(Weeks[rule]);
                    Again(rule, day => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), first => first.AddDays(7 * weeks), facts, evaluation);
                    break;
                case ScheduledAct.FirstReview or ScheduledAct.FirstReviewAfterPlan:
                    Once(rule, evaluation.Value(Within[rule]), facts, evaluation);
                    break;
                default:
                    var months = rule == Committee && facts.FidelityTotal >= evaluation.Value(GoodFidelity) ? evaluation.Value(MonthsAfterGood)
                        : evaluation.Value(Months[rule]);
                    Again(rule, day => new(day.Year, day.Month - (months > 0 ? (day.Month - 1) % months : 0), 1), first => first.AddMonths(months), facts, evaluation);
                    break;
            }
        }

        // Releases before these values have no decision about the members.
        if (facts.Act == ScheduledAct.SteeringCommittee && evaluation.Text.TryValue(MembersNeeded, out var members))
            Convened(members, facts, evaluation);
    }

    /// <summary>Who sits on the committee.</summary>
    private static void Convened(IReadOnlyList<string> members, ScheduledActFacts facts, RuleEvaluation evaluation)
    {
        var served = evaluation.Value(Served);
        var all = evaluation.Chooses(ServedNeeded, "all");
        var present = facts.CommitteeMembers;
        evaluation.Require(Members, Ternary.All(Lists.HasAll(present, members), all ? Lists.HasAll(present, served) : Lists.HasAny(present, served)),
                $"members: {Lists.Of(present)}; needed: {members} and {(all ? "each" : "one")} of {served}", Fact.Of(present, nameof(facts.CommitteeMembers)), new("lastDoneOn", true))
            .Remedy($"a committee of {members} and {(all ? "each" : "one")} of {served}");
        evaluation.Require(BothAgencies, Ternary.Any(Ternary.Not(facts.PartnerAgency), present?.Contains(CommitteeMember.PartnerAgency)),
                $"another agency works with this one: {facts.PartnerAgency}; members: {Lists.Of(present)}",
                Fact.Of(facts.PartnerAgency), Fact.Of(present, nameof(facts.CommitteeMembers)))
            .Remedy("a member from each of the agencies");
    }

    /// <summary>Due in every period.</summary>
    private static void Again(RuleId rule, Func<DateOnly, DateOnly> periodOf, Func<DateOnly, DateOnly> next, ScheduledActFacts facts, RuleEvaluation evaluation)
    {
        if (rule == NewSpecialists && evaluation.AsOf >= facts.StartedOn?.AddMonths(evaluation.Value(NewForMonths)))
        {
            evaluation.Require(rule, true, Words.Day(facts.StartedOn, "not new any more: started on ", ""), Fact.Of(facts.StartedOn));
            return;
        }

        DateOnly? due = null;
        var done = Done(facts, evaluation);
        if (facts.StartedOn is { } start && done is { } known && (!known || facts.LastDoneOn is not null))
        {
            var first = periodOf(start);
            var owed = known ? next(periodOf(facts.LastDoneOn!.Value)) : first == start ? first : next(first);
            due = next(owed).AddDays(-1);
        }

        bool? met = due is { } last ? evaluation.AsOf <= last : null;
        evaluation.Require(rule, met,
                $"{(done == true ? Words.Day(facts.LastDoneOn, "last done on ", "done") : "not done yet")}; next by {Words.Day(due, "", "a day that is not known")}",
                new Fact("startedOn", facts.StartedOn is not null), Fact.Of(facts.Done), new("lastDoneOn", done != true || facts.LastDoneOn is not null))
            .Remedy($"done by {Words.Day(due, "", "the last day")}");
        if (due is null)
            return;
        evaluation.Answer("dueOn", due, rule);
        evaluation.Answer("for", Whose.TryGetValue(rule, out var whose) ? evaluation.Value(whose) : null, rule);
        evaluation.Answer("status", Codes.Of(met == false ? ScheduledActStatus.Overdue
            : done == true && periodOf(facts.LastDoneOn!.Value) == periodOf(evaluation.AsOf) ? ScheduledActStatus.Done : ScheduledActStatus.Open));
    }

    /// <summary>
    /// Due once, some months after the start of its clock; the same day of the month, or the last one of a shorter month, is in time, and so are the days of grace
    /// where the rule has some.
    /// </summary>
    private static void Once(RuleId rule, int months, ScheduledActFacts facts, RuleEvaluation evaluation)
    {
        var target = facts.StartedOn?.AddMonths(months);
        var due = GraceDays.TryGetValue(rule, out var grace) ? target?.AddDays(evaluation.Value(grace)) : target;
        var done = Done(facts, evaluation);
        DateOnly? doneOn = done == true ? facts.LastDoneOn : done == false ? evaluation.AsOf : null;
        bool? met = due is { } last && doneOn is { } day ? day <= last : null;
        evaluation.Require(rule, met,
                $"last day {Words.Day(due, "", "not known")}; {(done == true ? Words.Day(facts.LastDoneOn, "done on ", "done") : Words.Day(evaluation.AsOf, "not done by ", ""))}",
                new Fact("startedOn", facts.StartedOn is not null), Fact.Of(facts.Done), new("lastDoneOn", done != true || facts.LastDoneOn is not null))
            .Remedy($"done by {Words.Day(due, "", "the last day")}");
        evaluation.Answer("dueOn", due, rule);
        evaluation.Answer("targetOn", target == due ? null : target, rule);
        if (met is not { } inTime)
            return;
        evaluation.Answer("status", Codes.Of((done, inTime) switch
        {
            (true, true) => ScheduledActStatus.Done,
            (true, _) => ScheduledActStatus.DoneLate,
            (_, true) => ScheduledActStatus.Open,
            _ => ScheduledActStatus.Overdue,
        }));
    }

    /// <summary>An act of a later day has not happened yet, and one before its clock started does not count.</summary>
    private static bool? Done(ScheduledActFacts facts, RuleEvaluation evaluation) =>
        evaluation.Happened(facts.LastDoneOn) == false || facts.LastDoneOn < facts.StartedOn ? false : facts.Done;

    private static Dictionary<RuleId, Parameter<T>> Of<T>(string name, RuleId[] rules)
        where T : notnull => rules.ToDictionary(rule => rule, rule => Parameter<T>.Of(rule, name));

    /// <summary>What the program does not ask for is bad input; its rules are of another program.</summary>
    private static void Refuse(ScheduledAct act, Pack program)
    {
        if (!Has(program, act))
        {
            throw new InvalidRequestException([new("act", Codes.Of(act),
                $"what {program.Id} requires: {string.Join(", ", Enum.GetValues<ScheduledAct>().Where(a => Has(program, a)).Select(Codes.Of))}")]);
        }
    }

    private static IReadOnlyList<RuleId> RulesOf(ScheduledAct act) => act switch
    {
        ScheduledAct.Supervision => Weekly,
        ScheduledAct.FieldMentoring => Mentoring,
        ScheduledAct.TreatmentTeamVisit => Visits,
        ScheduledAct.OutcomeReview => Outcomes,
        ScheduledAct.VrInvitation => Invitations,
        ScheduledAct.EmploymentCollaborative => Collaborative,
        ScheduledAct.AssistanceCall => Calls,
        ScheduledAct.FirstReview => [NewTeam, MissouriTeam],
        ScheduledAct.SteeringCommittee => [Committee],
        _ => [AfterPlan],
    };
}
