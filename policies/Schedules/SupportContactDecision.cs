using Ips.Policies.Milestones;

namespace Ips.Policies.Schedules;

/// <summary>
/// By which day is this contact due, and was it made? One that is required once has a first and a last day. One that is required again and again has periods:
/// weeks of seven days from the start of a job, calendar months after it, calendar weeks of a log. A period without a contact stays a gap; the next one is
/// counted from the last contact.
/// </summary>
public static class SupportContactDecision
{
    private static readonly RuleId Preparation = RuleId.Of("LA-SVC-017");
    private static readonly RuleId Start = RuleId.Of("LA-SVC-018");
    private static readonly RuleId FirstMonth = RuleId.Of("LA-SVC-019");
    private static readonly RuleId FollowAlong = RuleId.Of("LA-SVC-020");
    private static readonly RuleId Loss = RuleId.Of("LA-SVC-022");
    private static readonly RuleId Assessment = RuleId.Of("LA-SVC-009");
    private static readonly RuleId Employer = RuleId.Of("LA-SVC-014");
    private static readonly RuleId Log = RuleId.Of("LA-SVC-013");
    private static readonly RuleId Weekly = RuleId.Of("LA-SVC-011");
    private static readonly RuleId Sessions = RuleId.Of("LA-SVC-006");

    private static readonly Dictionary<RuleId, Parameter<int>> DayCount =
        new[] { Preparation, Start, Loss, Employer, Assessment }.ToDictionary(rule => rule, rule => Parameter<int>.Of(rule, "days"));

    // How a contact has to take place, by the rule; any kind where the rule prints none.
    private static readonly Dictionary<RuleId, Parameter<IReadOnlyList<string>>> Modes =
        new[] { Preparation, Start, FirstMonth, Employer, Weekly }.ToDictionary(rule => rule, rule => Parameter<IReadOnlyList<string>>.Of(rule, "modes"));

    private static readonly Parameter<int> FirstMonths = Parameter<int>.Of(FirstMonth, "for_months");
    private static readonly Parameter<int> FirstWeeks = Parameter<int>.Of(FirstMonth, "every_weeks");
    private static readonly Parameter<int> FollowMonths = Parameter<int>.Of(FollowAlong, "for_months");
    private static readonly Parameter<int> FollowEvery = Parameter<int>.Of(FollowAlong, "every_months");
    private static readonly Parameter<int> AfterMonths = Parameter<int>.Of(FollowAlong, "after_months");
    private static readonly Parameter<int> LogWeeks = Parameter<int>.Of(Log, "every_weeks");
    private static readonly Parameter<int> FewestInWeek = Parameter<int>.Of(Weekly, "fewest");
    private static readonly Parameter<string> CountedPer = Parameter<string>.Of(Weekly, "per");
    private static readonly Parameter<int> FewestSessions = Parameter<int>.Of(Sessions, "fewest");
    private static readonly Parameter<int> MostSessions = Parameter<int>.Of(Sessions, "most");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<SupportContactFacts> Kind { get; } = new(
        "support-contact", "By which day is this contact due, and was it made in time?", Evaluate);

    /// <summary>Whether a program requires it.</summary>
    public static bool Has(Pack program, SupportContact contact) => program.Find(RuleOf(contact)) is not null;

    private static void Evaluate(SupportContactFacts facts, RuleEvaluation evaluation)
    {
        var rule = RuleOf(facts.Contact);
        if (!evaluation.Has(rule))
            return;
        switch (facts.Contact)
        {
            case SupportContact.BeforeJobStart:
                Once(rule, facts.StartedOn?.AddDays(-evaluation.Value(DayCount[rule])), facts.StartedOn, facts, evaluation);
                break;
            case SupportContact.AfterJobStart or SupportContact.AfterJobLoss or SupportContact.FirstEmployerContact or SupportContact.FirstAssessment:
                Once(rule, facts.StartedOn, facts.StartedOn is { } from ? Days.After(from, evaluation.Value(DayCount[rule])) : null, facts, evaluation);
                break;
            case SupportContact.FirstMonth:
                Again(rule, start => Weeks(start, evaluation.Value(FirstWeeks), start.AddMonths(evaluation.Value(FirstMonths))), facts, evaluation);
                break;
            case SupportContact.FollowAlong:
                Again(rule, start => MonthsFrom(start.AddMonths(evaluation.Value(AfterMonths)), evaluation.Value(FollowEvery), evaluation.Value(FollowMonths)),
                    facts, evaluation);
                break;
            case SupportContact.EmployerContacts:
                InWeeks(facts, evaluation);
                break;
            case SupportContact.AssessmentSessions:
                Held(facts, evaluation);
                break;
            default:
                // The log has no last week.
                Again(rule, start => Weeks(FirstMonday(start), evaluation.Value(LogWeeks), null), facts, evaluation);
                break;
        }
    }

    /// <summary>Due once: a contact from the first to the last day.</summary>
    private static void Once(RuleId rule, DateOnly? first, DateOnly? last, SupportContactFacts facts, RuleEvaluation evaluation)
    {
        var contacts = Counting(rule, facts, evaluation);
        DateOnly? made = contacts?.Where(c => c >= first).Select(c => (DateOnly?)c).Min();
        // A job that ended before the last day needs no contact any more.
        var over = facts.EndedOn < last && facts.Contact == SupportContact.AfterJobStart;
        bool? met = last is { } due && contacts is not null ? over || (made ?? evaluation.AsOf) <= due : null;
        evaluation.Require(rule, met,
                $"due from {Words.Day(first, "", "a day that is not known")} to {Words.Day(last, "", "a day that is not known")}; {Words.Day(made, "made on ", "not made")}",
                Fact.Of(facts.StartedOn), Fact.Of(facts.Contacts))
            .Remedy($"a contact by {Words.Day(last, "", "the last day")}");
        evaluation.Answer("dueOn", last, rule);
        if (met is { } inTime)
            evaluation.Answer("status", Codes.Of((made, inTime) switch
            {
                ({ }, true) => ScheduledActStatus.Done,
                ({ }, _) => ScheduledActStatus.DoneLate,
                (_, true) => over ? ScheduledActStatus.Done : ScheduledActStatus.Open,
                _ => ScheduledActStatus.Overdue,
            }));
    }

    /// <summary>Due in each of some periods.</summary>
    private static void Again(
        RuleId rule, Func<DateOnly, IEnumerable<(DateOnly First, DateOnly Last)>> periodsFrom, SupportContactFacts facts, RuleEvaluation evaluation)
    {
        var contacts = Counting(rule, facts, evaluation);
        if (contacts is null || facts.StartedOn is not { } start)
        {
            evaluation.Require(rule, (bool?)null, "contacts or the start are not known", Fact.Of(facts.StartedOn), Fact.Of(facts.Contacts));
            return;
        }

        // Read no further than needed: some have no last period.
        var periods = periodsFrom(start).TakeWhile(p => !(facts.EndedOn < p.Last));
        List<DateOnly> gaps = [.. periods.TakeWhile(p => p.Last < evaluation.AsOf).Where(p => !contacts.Exists(c => c >= p.First && c <= p.Last)).Select(p => p.First)];
        var owed = periods.Where(p => p.First > contacts.LastOrDefault()).Select(p => ((DateOnly First, DateOnly Last)?)p).FirstOrDefault();
        evaluation.Require(rule, gaps.Count == 0,
                $"{gaps.Count} periods without a contact: {gaps}; next by {Words.Day(owed?.Last, "", "no day: the time is over")}",
                Fact.Of(facts.StartedOn), Fact.Of(facts.Contacts))
            .Remedy($"a contact by {Words.Day(owed?.Last, "", "the end of each period")}");
        evaluation.Answer("dueOn", owed?.Last, rule);
        evaluation.Answer("gaps", gaps);
        evaluation.Answer("status", Codes.Of(owed switch
        {
            null => ScheduledActStatus.Done,
            { } next when next.Last < evaluation.AsOf => ScheduledActStatus.Overdue,
            { } next when next.First > evaluation.AsOf => ScheduledActStatus.Done,
            _ => ScheduledActStatus.Open,
        }));
    }

    /// <summary>So many in a week, on average over the whole weeks up to the as-of day; a week with too few days of work does not count.</summary>
    private static void InWeeks(SupportContactFacts facts, RuleEvaluation evaluation)
    {
        var fewest = evaluation.Value(FewestInWeek);
        List<int>? made = facts is { StartedOn: { } start, WeeksAway: { } away } && Counting(Weekly, facts, evaluation) is { } contacts
            ? [.. Weeks(FirstMonday(start), 1, null).TakeWhile(w => w.Last <= evaluation.AsOf && !(facts.EndedOn < w.Last))
                .Where(w => !away.Any(day => day >= w.First && day <= w.Last)).Select(w => contacts.Count(c => c >= w.First && c <= w.Last))]
            : null;
        bool? met = made is null ? null : evaluation.Chooses(CountedPer, "week") ? made.TrueForAll(count => count >= fewest) : made.Sum() >= (long)fewest * made.Count;
        evaluation.Require(Weekly, met, $"{made?.Sum()} contacts in {made?.Count} weeks, at least {fewest} a week",
                Fact.Of(facts.StartedOn), Fact.Of(facts.Contacts), Fact.Of(facts.WeeksAway))
            .Remedy($"at least {(long?)fewest * made?.Count} contacts in {made?.Count} weeks");
        evaluation.Answer("contacts", made?.Sum());
        evaluation.Answer("weeks", made?.Count);
        if (met is { } enough)
            evaluation.Answer("status", Codes.Of(enough ? ScheduledActStatus.Done : ScheduledActStatus.Overdue));
    }

    /// <summary>The sessions of an assessment that is written.</summary>
    private static void Held(SupportContactFacts facts, RuleEvaluation evaluation)
    {
        var (fewest, most) = (evaluation.Value(FewestSessions), evaluation.Value(MostSessions));
        var held = facts.StartedOn is { } start ? Counting(Sessions, facts, evaluation)?.Count(day => day >= start) : null;
        evaluation.Require(Sessions, held is { } count ? count >= fewest && count <= most : null, $"{held} sessions, {fewest} to {most} needed",
                Fact.Of(facts.StartedOn), Fact.Of(facts.Contacts))
            .Remedy($"{fewest} to {most} sessions");
        evaluation.Answer("sessions", held);
    }

    /// <summary>The days of the contacts that count, or null: none is known, or the mode of one is not. An attempt counts where efforts are enough.</summary>
    private static List<DateOnly>? Counting(RuleId rule, SupportContactFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Contacts is not { } contacts)
            return null;
        var made = contacts.Where(c => c.Attempted != true || rule == FollowAlong);
        if (Modes.TryGetValue(rule, out var printed))
        {
            var modes = evaluation.Value(printed);
            made = made.Where(c => c.Mode is { } mode && modes.Contains(Codes.Of(mode), StringComparer.Ordinal));
        }

        return [.. made.Select(c => c.Date).Order()];
    }

    /// <summary>The Monday of the first whole week.</summary>
    private static DateOnly FirstMonday(DateOnly start) => Days.Monday(start.AddDays(6));

    /// <summary>Whole weeks from the first day to the day before <paramref name="end"/>; without one they have no end.</summary>
    private static IEnumerable<(DateOnly First, DateOnly Last)> Weeks(DateOnly from, int weeks, DateOnly? end)
    {
        var days = 7 * weeks;
        for (var first = from; weeks > 0 && !(first.AddDays(days) > end); first = first.AddDays(days))
            yield return (first, first.AddDays(days - 1));
    }

    /// <summary>Calendar months, the first one that of the day.</summary>
    private static IEnumerable<(DateOnly First, DateOnly Last)> MonthsFrom(DateOnly day, int months, int forMonths)
    {
        DateOnly first = new(day.Year, day.Month, 1);
        for (var month = 0; months > 0 && month + months <= forMonths; month += months)
            yield return (first.AddMonths(month), first.AddMonths(month + months).AddDays(-1));
    }

    private static RuleId RuleOf(SupportContact contact) => contact switch
    {
        SupportContact.BeforeJobStart => Preparation,
        SupportContact.AfterJobStart => Start,
        SupportContact.FirstMonth => FirstMonth,
        SupportContact.FollowAlong => FollowAlong,
        SupportContact.AfterJobLoss => Loss,
        SupportContact.FirstEmployerContact => Employer,
        SupportContact.FirstAssessment => Assessment,
        SupportContact.EmployerContacts => Weekly,
        SupportContact.AssessmentSessions => Sessions,
        _ => Log,
    };
}
