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

    private static readonly Dictionary<RuleId, Parameter<int>> DayCount =
        new[] { Preparation, Start, Loss, Employer, Assessment }.ToDictionary(rule => rule, rule => Parameter<int>.Of(rule, "days"));

    // How a contact has to take place, by the rule; any kind where the rule prints none.
    private static readonly Dictionary<RuleId, Parameter<IReadOnlyList<string>>> Modes =
        new[] { Preparation, Start, FirstMonth, Employer }.ToDictionary(rule => rule, rule => Parameter<IReadOnlyList<string>>.Of(rule, "modes"));

    private static readonly Parameter<int> FirstMonths = Parameter<int>.Of(FirstMonth, "for_months");
    private static readonly Parameter<int> FirstWeeks = Parameter<int>.Of(FirstMonth, "every_weeks");
    private static readonly Parameter<int> FollowMonths = Parameter<int>.Of(FollowAlong, "for_months");
    private static readonly Parameter<int> FollowEvery = Parameter<int>.Of(FollowAlong, "every_months");
    private static readonly Parameter<int> AfterMonths = Parameter<int>.Of(FollowAlong, "after_months");
    private static readonly Parameter<int> LogWeeks = Parameter<int>.Of(Log, "every_weeks");

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
            default:
                // The log has no last week.
                Again(rule, start => Weeks(Days.Monday(start) == start ? start : Days.Monday(start).AddDays(7), evaluation.Value(LogWeeks), null), facts, evaluation);
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
        _ => Log,
    };
}
