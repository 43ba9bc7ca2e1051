namespace Ips.Policies.Milestones;

/// <summary>The printed caps. Each judges its rule and says what is left to pay; the milestone and the claim line ask here.</summary>
public static class Caps
{
    private static readonly RuleId EngagementUnits = RuleId.Of("NCC-MS-01c");
    private static readonly RuleId MonthTriggers = RuleId.Of("NCC-MS-06b");
    private static readonly RuleId TriggerAuthorization = RuleId.Of("NCC-MS-06d");
    private static readonly RuleId Promotions = RuleId.Of("NCC-MS-07c");
    private static readonly RuleId Education = RuleId.Of("NCC-MS-08c");

    private static readonly Parameter<int> EngagementCap = Parameter<int>.Of(EngagementUnits, "cap");
    private static readonly Parameter<string> EngagementYear = Parameter<string>.Of(EngagementUnits, "year");
    private static readonly Parameter<int> TriggerCap = Parameter<int>.Of(MonthTriggers, "cap");
    private static readonly Parameter<int> PromotionCap = Parameter<int>.Of(Promotions, "cap");
    private static readonly Parameter<string> PromotionYear = Parameter<string>.Of(Promotions, "year");
    private static readonly Parameter<int> EducationCap = Parameter<int>.Of(Education, "cap");

    /// <summary>Rules that refuse only what lies above them: the rest of the line stays payable.</summary>
    public static IReadOnlyList<RuleId> LeaveTheRest { get; } = [EngagementUnits, MonthTriggers, TriggerAuthorization];

    /// <summary>NCC-MS-01c: units of milestone 1 by date against what is left of each year.</summary>
    /// <returns>Units inside the cap, or null where they cannot be told.</returns>
    public static int? Engagement(RuleEvaluation ruling, IReadOnlyList<(DateOnly Date, int Units)>? asked, IReadOnlyList<YearUnits>? used, Fact askedFact)
    {
        int? inside = null;
        var total = asked?.Sum(a => a.Units);
        if (asked is not null && used is not null)
        {
            inside = asked.GroupBy(a => YearOf(ruling, EngagementYear, a.Date))
                .Sum(year => Math.Clamp(ruling.Value(EngagementCap) - used.Where(u => u.Year == year.Key).Sum(u => u.Units), 0, year.Sum(a => a.Units)));
        }

        ruling.Judge(EngagementUnits, inside is null ? null : inside == total,
                $"{total} units asked, {inside} of them inside the {ruling.Value(EngagementCap)} of a year", askedFact, Fact.Of("unitsUsedByYear", used))
            .Remedy($"{inside} units");
        return inside;
    }

    /// <summary>NCC-MS-06b: trigger payments of a month.</summary>
    /// <returns>Trigger payments inside the cap, or null where they cannot be told.</returns>
    public static int? Triggers(RuleEvaluation ruling, int? asked, int? paid, string askedFact)
    {
        int? inside = asked is { } a && paid is { } p ? Math.Clamp(ruling.Value(TriggerCap) - p, 0, a) : null;
        ruling.Judge(MonthTriggers, inside is null ? null : inside == asked, $"{asked} asked, {paid} already paid, at most {ruling.Value(TriggerCap)} a month",
                Fact.Of(askedFact, asked), Fact.Of("triggersPaidThisMonth", paid))
            .Remedy($"{inside} trigger payments");
        return inside;
    }

    /// <summary>NCC-MS-06d: the day inside the authorization and enough units left in it.</summary>
    /// <returns>Whether the day is covered, and the units inside what is left; null where it cannot be told.</returns>
    public static (bool? Covered, int? Inside) Authorized(RuleEvaluation ruling, DateOnly day, Authorization authorization, int? asked, string askedFact)
    {
        var covered = Evidence.Inside(day, authorization.From, authorization.To);
        int? inside = asked is { } a && authorization.Left is { } left ? Math.Clamp(left, 0, a) : null;
        bool? enough = asked is { } units && authorization.Left is { } rest ? rest >= units : null;
        ruling.Judge(TriggerAuthorization, Ternary.All(covered, enough), $"{day} in {authorization.From} to {authorization.To}, {authorization.Left} units left, {asked} asked",
                [.. authorization.Facts, Fact.Of(askedFact, asked)])
            .Remedy($"an authorization that covers {day} with {asked} units left");
        return (covered, inside);
    }

    /// <summary>NCC-MS-07c: promotions of a year.</summary>
    public static void PromotionsOf(RuleEvaluation ruling, DateOnly day, IReadOnlyList<YearPayments>? payments)
    {
        var year = YearOf(ruling, PromotionYear, day);
        var made = payments?.Where(p => p.Year == year).Sum(p => p.Payments);
        ruling.Judge(Promotions, made is { } count ? count < ruling.Value(PromotionCap) : null, $"{made} payments made in {year}, at most {ruling.Value(PromotionCap)}",
            Fact.Of("paymentsByYear", payments));
    }

    /// <summary>NCC-MS-08c: education payments ever made.</summary>
    public static void EducationOf(RuleEvaluation ruling, int? prior) =>
        ruling.Judge(Education, prior is { } count ? count < ruling.Value(EducationCap) : null, $"{prior} payments made, at most {ruling.Value(EducationCap)}",
            Fact.Of("priorPayments", prior));

    /// <summary>The year of a cap: the calendar year, or the fiscal year by the year in which it ends.</summary>
    private static int YearOf(RuleEvaluation ruling, Parameter<string> kind, DateOnly day) => ruling.Value(kind) switch
    {
        "calendar" => day.Year,
        "fiscal" => FiscalYear.EndOf(ruling, day).Year,
        var other => throw new InvalidOperationException($"{kind} is '{other}' in the pack, which is no kind of year; write calendar or fiscal."),
    };
}

/// <summary>An approved authorization as the facts give it.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Left">Units left.</param>
/// <param name="Facts">Names of the facts it was read from.</param>
public readonly record struct Authorization(DateOnly? From, DateOnly? To, int? Left, IReadOnlyList<Fact> Facts);
