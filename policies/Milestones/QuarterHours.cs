namespace Ips.Policies.Milestones;

/// <summary>Counts units in minutes. Notes, engagement claims and YP630 lines all count here.</summary>
public static class QuarterHours
{
    private static readonly Parameter<int> StateUnit = Parameter<int>.Of(RuleId.Of("NC-BILL-005"), "unit_minutes");
    private static readonly Parameter<int> StatePart = Parameter<int>.Of(RuleId.Of("NC-BILL-005"), "part_minutes");
    private static readonly Parameter<int> EngagementUnit = Parameter<int>.Of(RuleId.Of("NCC-MS-01b"), "unit_minutes");
    private static readonly Parameter<int> EngagementPart = Parameter<int>.Of(RuleId.Of("NCC-MS-01b"), "part_minutes");

    /// <summary>Units of the state code in the minutes of a date; the last part counts as one where it has so many minutes.</summary>
    public static int OfStateCode(RuleEvaluation evaluation, int minutes) => OfStateCode(evaluation.Text, minutes);

    /// <inheritdoc cref="OfStateCode(RuleEvaluation, int)"/>
    public static int OfStateCode(PackDay text, int minutes) => Units(minutes, text.Value(StateUnit), text, StatePart);

    /// <summary>Units of milestone 1 in the minutes of a date; the last part counts as one where it has so many minutes.</summary>
    public static int OfEngagement(RuleEvaluation evaluation, int minutes) => OfEngagement(evaluation.Text, minutes);

    /// <inheritdoc cref="OfEngagement(RuleEvaluation, int)"/>
    public static int OfEngagement(PackDay text, int minutes) => Units(minutes, text.Value(EngagementUnit), text, EngagementPart);

    private static int Units(int minutes, int unit, PackDay text, Parameter<int> part) => (minutes + unit - text.ValueOr(part, unit)) / unit;
}
