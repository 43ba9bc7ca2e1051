using System.Globalization;

namespace Ips.Policies.Staffing;

/// <summary>The share of a month's work that is done in the community: of time in North Carolina and Missouri, of contacts in Louisiana.</summary>
public static class CommunityTimeRules
{
    private static readonly RuleId NcTime = RuleId.Of("NC-LIM-003");
    private static readonly RuleId MoTime = RuleId.Of("MO-STAFF-010");
    private static readonly RuleId LaContacts = RuleId.Of("LA-SVC-001");

    private static readonly Parameter<int> NcShare = Parameter<int>.Of(NcTime, "min_share");
    private static readonly Parameter<int> MoShare = Parameter<int>.Of(MoTime, "min_share");
    private static readonly Parameter<int> LaShare = Parameter<int>.Of(LaContacts, "more_than");

    /// <summary>The rules, one of each state.</summary>
    internal static IReadOnlyList<RuleId> All { get; } = [NcTime, MoTime, LaContacts];

    /// <summary>Whether enough of the month was spent in the community; a month that has not begun holds no work.</summary>
    public static void Evaluate(MeetingFacts facts, RuleEvaluation evaluation)
    {
        RequireTime(NcTime, NcShare, facts, evaluation);
        RequireTime(MoTime, MoShare, facts, evaluation);
        if (!evaluation.Has(LaContacts))
            return;
        var (part, whole, share) = (facts.CommunityContacts, facts.TotalContacts, evaluation.Value(LaShare));
        evaluation.Require(LaContacts, Ternary.All(facts.Month <= evaluation.AsOf, part is { } p && whole is { } w ? 100L * p > (long)share * w : null),
            $"{part} of {whole} contacts in the community, more than {share} percent needed",
                Fact.Of(part, nameof(facts.CommunityContacts)), Fact.Of(whole, nameof(facts.TotalContacts)))
            .Remedy($"more than {share} percent of all contacts in the community");
        AnswerShare(part, whole, evaluation);
    }

    private static void RequireTime(RuleId rule, Parameter<int> minimum, MeetingFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(rule))
            return;
        var (part, whole, share) = (facts.CommunityMinutes, facts.ScheduledMinutes, evaluation.Value(minimum));
        evaluation.Require(rule, Ternary.All(facts.Month <= evaluation.AsOf, part is { } p && whole is { } w ? 100L * p >= (long)share * w : null),
            $"{part} of {whole} scheduled minutes in the community, {share} percent needed",
                Fact.Of(part, nameof(facts.CommunityMinutes)), Fact.Of(whole, nameof(facts.ScheduledMinutes)))
            .Remedy($"at least {share} percent of the scheduled minutes in the community");
        AnswerShare(part, whole, evaluation);
    }

    private static void AnswerShare(int? part, int? whole, RuleEvaluation evaluation)
    {
        if (part is { } p && whole is > 0)
            evaluation.Answer("communityPct", Math.Round(100m * p / whole.Value, 1, MidpointRounding.AwayFromZero)
                .ToString("0.0", CultureInfo.InvariantCulture));
    }
}
