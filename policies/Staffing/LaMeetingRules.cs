namespace Ips.Policies.Staffing;

/// <summary>Meetings in Louisiana: how often a specialist meets follows the caseload; the unit meets weekly; administrative meetings do not count.</summary>
public static class LaMeetingRules
{
    internal static readonly RuleId SmallCaseload = RuleId.Of("LA-MTG-001");
    private static readonly RuleId LargeCaseload = RuleId.Of("LA-MTG-002");
    internal static readonly RuleId UnitWeekly = RuleId.Of("LA-MTG-003");

    private static readonly Parameter<int> SmallThrough = Parameter<int>.Of(SmallCaseload, "max_caseload");
    private static readonly Parameter<int> EveryWeeks = Parameter<int>.Of(SmallCaseload, "every_weeks");
    private static readonly Parameter<int> LargeFrom = Parameter<int>.Of(LargeCaseload, "min_caseload");

    /// <summary>Whether the month's meetings of the kind were held often enough.</summary>
    public static void Evaluate(MeetingFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(UnitWeekly))
            return;
        MeetingMonth month = new(facts, m => m.Administrative != true);
        var held = facts.Details("date");
        if (facts.MeetingKind == MeetingKind.UnitSupervision)
        {
            evaluation.Require(UnitWeekly, month.IsWeekly, $"weeks without a meeting that counts: {month.Missing}", held)
                .Remedy("supervision of the unit in every week");
            month.AnswerMissing(evaluation);
            return;
        }

        var caseload = facts.CaseloadCount;
        Fact[] named = [Fact.Of(caseload, nameof(facts.CaseloadCount)), .. held];
        if (!(caseload > evaluation.Value(SmallThrough)))
        {
            var weeks = evaluation.Value(EveryWeeks);
            evaluation.Require(SmallCaseload, caseload is null ? null : month.IsEvery(weeks),
                    $"{caseload} members: a meeting every {weeks} weeks; weeks without one: {month.Missing}", named)
                .Remedy($"a meeting in every {weeks} weeks, counted from the first Monday of the month");
        }

        if (caseload < evaluation.Value(LargeFrom))
            return;
        evaluation.Require(LargeCaseload, caseload is null ? null : month.IsWeekly,
                $"{caseload} members: a meeting every week; weeks without one: {month.Missing}", named)
            .Remedy("a meeting in every week");
        if (caseload is not null)
            month.AnswerMissing(evaluation);
    }
}
