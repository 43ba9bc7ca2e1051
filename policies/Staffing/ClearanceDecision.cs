namespace Ips.Policies.Staffing;

/// <summary>Is this person cleared for employment in Louisiana, and kept cleared?</summary>
public static class ClearanceDecision
{
    private static readonly RuleId Background = RuleId.Of("LA-BGC-001");
    private static readonly RuleId NotFailed = RuleId.Of("LA-BGC-002");
    private static readonly RuleId BackgroundAge = RuleId.Of("LA-BGC-003");
    private static readonly RuleId OnFile = RuleId.Of("LA-BGC-004");
    private static readonly RuleId TbFree = RuleId.Of("LA-BGC-009");
    private static readonly RuleId TbAge = RuleId.Of("LA-BGC-010");
    private static readonly RuleId DrugFree = RuleId.Of("LA-BGC-011");

    private static readonly Parameter<int> BackgroundDays = Parameter<int>.Of(BackgroundAge, "max_age");
    private static readonly Parameter<int> TbDays = Parameter<int>.Of(TbAge, "max_age");
    private static readonly Parameter<IReadOnlyList<string>> TbAccepted = Parameter<IReadOnlyList<string>>.Of(TbFree, "accepted_results");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ClearanceFacts> Kind { get; } = new(
        "pre-employment-clearance", "Is this person cleared for employment, and kept cleared?", Programs.Louisiana, ClearanceFacts.Read, Evaluate);

    private static void Evaluate(ClearanceFacts facts, RuleEvaluation ruling)
    {
        if (facts.Role is not (StaffRole.Esp or StaffRole.TeamLead or StaffRole.Epm))
            throw new BadAskException([new("role", Codes.Of(facts.Role), "ESP, TEAM_LEAD or EPM")]);
        JudgeBackground(facts, ruling);
        ExclusionRules.Evaluate(facts, ruling);
        JudgeTuberculosis(facts, ruling);
        ruling.Judge(DrugFree, Ternary.All(facts.DrugPolicyWritten, facts.DrugScreenPassed),
                $"written drug-testing policies: {facts.DrugPolicyWritten}; drug screen passed: {facts.DrugScreenPassed}",
                Fact.Of("drugPolicyWritten", facts.DrugPolicyWritten), Fact.Of("drugScreenPassed", facts.DrugScreenPassed))
            .Remedy("written drug-testing policies and a passed drug screen");
    }

    private static void JudgeBackground(ClearanceFacts facts, RuleEvaluation ruling)
    {
        var (hired, check) = (facts.EmploymentDate, facts.BackgroundCheckDate);
        var (hiredFact, checkFact, resultFact) =
            (Fact.Of("employmentDate", hired), Fact.Of("backgroundCheckDate", check), Fact.Of("backgroundCheckResult", facts.BackgroundCheckResult));
        bool? passed = facts.BackgroundCheckResult is { } result ? result == CheckResult.Pass : null;
        ruling.Judge(Background, Ternary.All(Before(check, hired), passed, facts.SexOffenderRegistryChecked),
                $"check on {check}, first day {hired}; passed: {passed}; sex offender registry checked: {facts.SexOffenderRegistryChecked}",
                hiredFact, checkFact, resultFact, Fact.Of("sexOffenderRegistryChecked", facts.SexOffenderRegistryChecked))
            .Remedy($"a passed check with the sex offender registry before {hired}");
        ruling.Judge(NotFailed, passed, $"background check passed: {passed}", resultFact).Remedy("a passed background check");

        var most = ruling.Value(BackgroundDays);
        var (age, earliest) = Age(check, hired, most);
        ruling.Judge(BackgroundAge, age is { } days ? days <= most : null, $"check {age} days before the first day, at most {most}", hiredFact, checkFact)
            .Remedy($"backgroundCheckDate on or after {earliest}");
        ruling.Judge(OnFile, facts.ResultOnFile, $"result in the personnel record: {facts.ResultOnFile}", Fact.Of("resultOnFile", facts.ResultOnFile))
            .Remedy("the result in the personnel record");
        ruling.Answer("backgroundCheckAgeDays", age);
        ruling.Answer("earliestBackgroundCheck", earliest);
    }

    private static void JudgeTuberculosis(ClearanceFacts facts, RuleEvaluation ruling)
    {
        var (hired, test) = (facts.EmploymentDate, facts.TbTestDate);
        var accepted = ruling.Value(TbAccepted);
        ruling.Judge(TbFree, facts.TbResult is { } result ? Lists.Names(accepted, result) : null, $"tuberculosis test {facts.TbResult.Code()}, accepted: {accepted}",
                Fact.Of("tbResult", facts.TbResult))
            .Remedy($"a test result out of {accepted}");

        var most = ruling.Value(TbDays);
        var (age, earliest) = Age(test, hired, most);
        ruling.Judge(TbAge, Ternary.All(Before(test, hired), age is { } days ? days <= most : null), $"tuberculosis test {age} days before the first day, 1 to {most} accepted",
                Fact.Of("employmentDate", hired), Fact.Of("tbTestDate", test))
            .Remedy($"tbTestDate on or after {earliest} and before {hired}");
        ruling.Answer("tbTestAgeDays", age);
        ruling.Answer("earliestTbTest", earliest);
    }

    /// <summary>Whether a check was done before the first day of work.</summary>
    internal static bool? Before(DateOnly? check, DateOnly? hired) => check is { } done && hired is { } first ? done < first : null;

    private static (int? Days, DateOnly? Earliest) Age(DateOnly? check, DateOnly? hired, int most) => hired is not { } first ? (null, null)
        : (check is { } done ? Days.Between(done, first) : null, first.AddDays(-most));
}
