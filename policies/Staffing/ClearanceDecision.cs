using System.Globalization;

namespace Ips.Policies.Staffing;

/// <summary>Is this person cleared for employment, and kept cleared, in Louisiana?</summary>
public static class ClearanceDecision
{
    private static readonly RuleId CheckedBefore = RuleId.Of("LA-BGC-001");
    private static readonly RuleId NotFailed = RuleId.Of("LA-BGC-002");
    private static readonly RuleId CheckAge = RuleId.Of("LA-BGC-003");
    private static readonly RuleId OnFile = RuleId.Of("LA-BGC-004");
    private static readonly RuleId ListsBefore = RuleId.Of("LA-BGC-005");
    private static readonly RuleId ListsMonthly = RuleId.Of("LA-BGC-006");
    private static readonly RuleId TbFree = RuleId.Of("LA-BGC-009");
    private static readonly RuleId TbAge = RuleId.Of("LA-BGC-010");
    private static readonly RuleId Drugs = RuleId.Of("LA-BGC-011");
    private static readonly RuleId[] NotExcluded = [RuleId.Of("LA-BGC-007"), RuleId.Of("ACLA-STAFF-003"), RuleId.Of("LHCC-STAFF-001")];

    private static readonly Parameter<int> CheckDays = Parameter<int>.Of(CheckAge, "max_age");
    private static readonly Parameter<IReadOnlyList<string>> TbAccepted = Parameter<IReadOnlyList<string>>.Of(TbFree, "accepted");
    private static readonly Parameter<int> TbDays = Parameter<int>.Of(TbAge, "max_age");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ClearanceFacts> Kind { get; } = new(
        "pre-employment-clearance", "Is this person cleared for employment, and kept cleared?", Programs.Louisiana, ClearanceFacts.Read, Evaluate);

    private static void Evaluate(ClearanceFacts facts, Ruling ruling)
    {
        Background(facts, ruling);
        ExclusionLists(facts, ruling);
        foreach (var rule in NotExcluded)
        {
            ruling.Judge(rule, Known.Not(facts.ExclusionFinding), $"excluded or a negative finding on either list: {facts.ExclusionFinding}", Fact.Of("exclusionFinding", facts.ExclusionFinding))
                .ToMeet("exclusionFinding false");
        }

        Tuberculosis(facts, ruling);
        ruling.Judge(Drugs, Known.All(facts.DrugPolicyWritten, facts.DrugScreenPassed), $"drug policy written: {facts.DrugPolicyWritten}, screen passed: {facts.DrugScreenPassed}",
                Fact.Of("drugPolicyWritten", facts.DrugPolicyWritten), Fact.Of("drugScreenPassed", facts.DrugScreenPassed))
            .ToMeet("drugPolicyWritten and drugScreenPassed both true");
    }

    private static void Background(ClearanceFacts facts, Ruling ruling)
    {
        var (checkedOn, employed, result) = (facts.BackgroundCheckDate, facts.EmploymentDate, facts.BackgroundCheckResult);
        bool? passed = result is { } found ? found == BackgroundCheck.Pass : null;
        ruling.Judge(CheckedBefore, Known.All(Before(checkedOn, employed), passed, facts.SexOffenderRegistryChecked),
                $"checked on {checkedOn}, employed from {employed}, result {result.Code()}, sex-offender registry: {facts.SexOffenderRegistryChecked}",
                Fact.Of("backgroundCheckDate", checkedOn), Fact.Of("employmentDate", employed), Fact.Of("backgroundCheckResult", result),
                Fact.Of("sexOffenderRegistryChecked", facts.SexOffenderRegistryChecked))
            .ToMeet($"a passed check with the sex-offender registry before {employed}");
        ruling.Judge(NotFailed, passed, $"background check {result.Code()}", Fact.Of("backgroundCheckResult", result)).ToMeet("backgroundCheckResult pass");
        var most = ruling.Value(CheckDays);
        var age = Age(checkedOn, employed);
        ruling.Judge(CheckAge, age is { } days ? days <= most : null, $"the check is {age} days old on {employed}, at most {most}",
                Fact.Of("backgroundCheckDate", checkedOn), Fact.Of("employmentDate", employed))
            .ToMeet($"backgroundCheckDate on or after {employed?.AddDays(-most)}");
        ruling.Judge(OnFile, facts.ResultOnFile, $"the result is in the personnel record: {facts.ResultOnFile}", Fact.Of("resultOnFile", facts.ResultOnFile)).ToMeet("resultOnFile true");
        ruling.Answer("backgroundCheckAgeDays", age);
        ruling.Answer("earliestBackgroundCheck", employed?.AddDays(-most));
    }

    private static void ExclusionLists(ClearanceFacts facts, Ruling ruling)
    {
        var employed = facts.EmploymentDate;
        ruling.Judge(ListsBefore, Known.All(Before(facts.LeieCheckDate, employed), Before(facts.AdverseActionsCheckDate, employed)),
                $"exclusion list checked on {facts.LeieCheckDate}, adverse actions list on {facts.AdverseActionsCheckDate}, employed from {employed}",
                Fact.Of("leieCheckDate", facts.LeieCheckDate), Fact.Of("adverseActionsCheckDate", facts.AdverseActionsCheckDate), Fact.Of("employmentDate", employed))
            .ToMeet($"leieCheckDate and adverseActionsCheckDate before {employed}");
        if (employed is { } hired)
            Monthly(facts, hired, ruling);
        else
            ruling.Judge(ListsMonthly, Verdict.NeedsFacts, "the months depend on the first day of employment", Fact.Of("employmentDate", employed));
    }

    /// <summary>Every calendar month after the month of employment that is over on the day of the question.</summary>
    private static void Monthly(ClearanceFacts facts, DateOnly hired, Ruling ruling)
    {
        List<DateOnly> missed = [];
        var judged = 0;
        for (var month = FirstOfMonth(hired).AddMonths(1); month < FirstOfMonth(ruling.AsOf); month = month.AddMonths(1), judged++)
        {
            if (facts.LeieCheckMonths?.Contains(month) == false || facts.AdverseActionsCheckMonths?.Contains(month) == false)
                missed.Add(month);
        }

        var names = missed.Select(m => m.ToString("yyyy-MM", CultureInfo.InvariantCulture)).ToList();
        var known = facts is { LeieCheckMonths: not null, AdverseActionsCheckMonths: not null };
        if (judged > 0)
        {
            ruling.Judge(ListsMonthly, missed.Count > 0 ? false : known ? true : null, $"{judged} months to check since {hired}, missed: {names}",
                    Fact.Of("leieCheckMonths", facts.LeieCheckMonths), Fact.Of("adverseActionsCheckMonths", facts.AdverseActionsCheckMonths))
                .ToMeet("both lists checked in every month after the month of employment");
        }

        if (judged == 0 || known || missed.Count > 0)
            ruling.Answer("missedMonths", names);
    }

    private static void Tuberculosis(ClearanceFacts facts, Ruling ruling)
    {
        var (tested, employed) = (facts.TbTestDate, facts.EmploymentDate);
        var accepted = ruling.Value(TbAccepted);
        ruling.Judge(TbFree, facts.TbResult is { } result ? Lists.Names(accepted, result) : null, $"tuberculosis test {facts.TbResult.Code()}", Fact.Of("tbResult", facts.TbResult))
            .ToMeet($"tbResult one of {accepted}");
        var most = ruling.Value(TbDays);
        var age = Age(tested, employed);
        ruling.Judge(TbAge, age is { } days ? days > 0 && days <= most : null, $"tested on {tested}, {age} days before {employed}; before that day and at most {most} days",
                Fact.Of("tbTestDate", tested), Fact.Of("employmentDate", employed))
            .ToMeet($"tbTestDate from {employed?.AddDays(-most)} to the day before {employed}");
        ruling.Answer("tbTestAgeDays", age);
        ruling.Answer("earliestTbTest", employed?.AddDays(-most));
    }

    private static bool? Before(DateOnly? day, DateOnly? employed) => day is { } d && employed is { } e ? d < e : null;

    private static int? Age(DateOnly? day, DateOnly? employed) => day is { } d && employed is { } e ? Days.Between(d, e) : null;

    private static DateOnly FirstOfMonth(DateOnly day) => day.AddDays(1 - day.Day);
}
