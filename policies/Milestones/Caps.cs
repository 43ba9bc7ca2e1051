namespace Ips.Policies.Milestones;

/// <summary>The printed caps. Each evaluates its rule and returns what is left to pay, for the milestone and for the claim line.</summary>
public static class Caps
{
    private static readonly RuleId EngagementUnits = RuleId.Of("NCC-MS-01c");
    private static readonly RuleId MonthTriggers = RuleId.Of("NCC-MS-06b");
    private static readonly RuleId TriggerAuthorization = RuleId.Of("NCC-MS-06d");
    private static readonly RuleId Promotions = RuleId.Of("NCC-MS-07c");
    private static readonly RuleId Education = RuleId.Of("NCC-MS-08c");

    private static readonly Parameter<string> EngagementYear = Parameter<string>.Of(EngagementUnits, "year");
    private static readonly Parameter<int> TriggerCap = Parameter<int>.Of(MonthTriggers, "cap");
    private static readonly Parameter<int> PromotionCap = Parameter<int>.Of(Promotions, "cap");
    private static readonly Parameter<string> PromotionYear = Parameter<string>.Of(Promotions, "year");
    private static readonly Parameter<int> EducationCap = Parameter<int>.Of(Education, "cap");

    /// <summary>NCC-MS-01c: units of milestone 1 of a person at a provider in a year.</summary>
    public static Parameter<int> UnitsOfYear { get; } = Parameter<int>.Of(EngagementUnits, "cap");

    /// <summary>NCC-MS-06b: trigger payments of a month.</summary>
    public static Parameter<int> TriggersOfMonth => TriggerCap;

    /// <summary>Rules that refuse only what lies above them: the rest of the line stays payable.</summary>
    public static IReadOnlyList<RuleId> LeaveTheRest { get; } = [EngagementUnits, MonthTriggers, TriggerAuthorization];

    /// <summary>NCC-MS-01c: units of milestone 1 by date against what is left of each year.</summary>
    /// <returns>Units inside the cap, or null where not known.</returns>
    public static int? Engagement(RuleEvaluation evaluation, IReadOnlyList<(DateOnly Date, int Units)>? requested, IReadOnlyList<YearUnits>? used,
        Fact requestedFact)
    {
        int? inside = null;
        var total = requested?.Sum(a => a.Units);
        if (requested is not null && used is not null)
        {
            inside = requested.GroupBy(a => YearOf(evaluation, EngagementYear, a.Date))
                .Sum(year => Math.Clamp(evaluation.Value(UnitsOfYear) - used.Where(u => u.Year == year.Key).Sum(u => u.Units), 0, year.Sum(a => a.Units)));
        }

        evaluation.Require(EngagementUnits, inside is null ? null : inside == total,
                $"{total} units requested, {inside} of them inside the {evaluation.Value(UnitsOfYear)} of a year", requestedFact,
                    Fact.Of(used, nameof(MilestoneFacts.UnitsUsedByYear)))
            .Remedy($"{inside} units");
        return inside;
    }

    /// <summary>NCC-MS-06b: trigger payments of a month.</summary>
    /// <returns>Trigger payments inside the cap, or null where not known.</returns>
    public static int? Triggers(RuleEvaluation evaluation, int? requested, int? paid, string requestedFact)
    {
        int? inside = requested is { } a && paid is { } p ? Math.Clamp(evaluation.Value(TriggerCap) - p, 0, a) : null;
        evaluation.Require(MonthTriggers, inside is null ? null : inside == requested,
            $"{requested} requested, {paid} already paid, at most {evaluation.Value(TriggerCap)} a month",
                Fact.Of(requested, requestedFact), Fact.Of(paid, nameof(MilestoneFacts.TriggersPaidThisMonth)))
            .Remedy($"{inside} trigger payments");
        return inside;
    }

    /// <summary>NCC-MS-06d: the day inside the authorization and enough units left in it.</summary>
    /// <returns>Whether the day is covered, and the units inside what is left; null where not known.</returns>
    public static (bool? Covered, int? Inside) Authorized(RuleEvaluation evaluation, DateOnly day, Authorization authorization, int? requested,
        string requestedFact)
    {
        var covered = Evidence.Inside(day, authorization.From, authorization.To);
        int? inside = requested is { } a && authorization.Left is { } left ? Math.Clamp(left, 0, a) : null;
        bool? enough = requested is { } units && authorization.Left is { } rest ? rest >= units : null;
        evaluation.Require(TriggerAuthorization, Ternary.All(covered, enough),
            $"{day} in {authorization.From} to {authorization.To}, {authorization.Left} units left, {requested} requested",
                [.. authorization.Facts, Fact.Of(requested, requestedFact)])
            .Remedy($"an authorization that covers {day} with {requested} units left");
        return (covered, inside);
    }

    /// <summary>NCC-MS-07c: promotions of a year.</summary>
    public static void PromotionsOf(RuleEvaluation evaluation, DateOnly day, IReadOnlyList<YearPayments>? payments)
    {
        var year = YearOf(evaluation, PromotionYear, day);
        var made = payments?.Where(p => p.Year == year).Sum(p => p.Payments);
        evaluation.Require(Promotions, made is { } count ? count < evaluation.Value(PromotionCap) : null,
            $"{made} payments made in {year}, at most {evaluation.Value(PromotionCap)}",
            Fact.Of(payments, nameof(MilestoneFacts.PaymentsByYear)));
    }

    /// <summary>NCC-MS-08c: education payments ever made.</summary>
    public static void EducationOf(RuleEvaluation evaluation, int? prior) =>
        evaluation.Require(Education, prior is { } count ? count < evaluation.Value(EducationCap) : null,
            $"{prior} payments made, at most {evaluation.Value(EducationCap)}",
            Fact.Of(prior, nameof(MilestoneFacts.PriorPayments)));

    /// <summary>The year of a cap: the calendar year, or the fiscal year by the year in which it ends.</summary>
    private static int YearOf(RuleEvaluation evaluation, Parameter<string> kind, DateOnly day) => evaluation.Value(kind) switch
    {
        "calendar" => day.Year,
        "fiscal" => FiscalYear.EndOf(evaluation, day).Year,
        var other => throw new InvalidOperationException($"{kind} is '{other}' in the pack, which is no kind of year; write calendar or fiscal."),
    };
}

/// <summary>An approved authorization as the facts give it.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Left">Units left.</param>
/// <param name="Facts">Names of the facts it was read from.</param>
public readonly record struct Authorization(DateOnly? From, DateOnly? To, int? Left, IReadOnlyList<Fact> Facts);
