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

    private static readonly Parameter<int> BackgroundBefore = Parameter<int>.Of(Background, "days_before");
    private static readonly Parameter<int> TbBefore = Parameter<int>.Of(TbAge, "days_before");
    private static readonly Parameter<int> BackgroundDays = Parameter<int>.Of(BackgroundAge, "max_age");
    private static readonly Parameter<int> TbDays = Parameter<int>.Of(TbAge, "max_age");
    private static readonly Parameter<IReadOnlyList<string>> TbRoles = Parameter<IReadOnlyList<string>>.Of(TbFree, "roles");
    private static readonly Parameter<IReadOnlyList<string>> DrugRoles = Parameter<IReadOnlyList<string>>.Of(DrugFree, "roles");
    private static readonly Parameter<IReadOnlyList<string>> TbAccepted = Parameter<IReadOnlyList<string>>.Of(TbFree, "accepted_results");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ClearanceFacts> Kind { get; } = new(
        "pre-employment-clearance", "Is this person cleared for employment, and kept cleared?", Evaluate);

    private static void Evaluate(ClearanceFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Role is not (StaffRole.Esp or StaffRole.TeamLead or StaffRole.Epm))
            throw new InvalidRequestException([new("role", Codes.Of(facts.Role), "ESP, TEAM_LEAD or EPM")]);
        RequireBackground(facts, evaluation);
        ExclusionRules.Evaluate(facts, evaluation);
        if (Lists.Names(evaluation.Value(TbRoles), facts.Role))
            RequireTuberculosis(facts, evaluation);
        if (evaluation.Text.TryValue(DrugRoles, out var screened) && !Lists.Names(screened, facts.Role))
            return;
        evaluation.Require(DrugFree, Ternary.All(facts.DrugPolicyWritten, facts.DrugScreenPassed),
                $"written drug-testing policies: {facts.DrugPolicyWritten}; drug screen passed: {facts.DrugScreenPassed}",
                Fact.Of(facts.DrugPolicyWritten), Fact.Of(facts.DrugScreenPassed))
            .Remedy("written drug-testing policies and a passed drug screen");
    }

    private static void RequireBackground(ClearanceFacts facts, RuleEvaluation evaluation)
    {
        var (hired, check) = (facts.EmploymentDate, facts.BackgroundCheckDate);
        var (hiredFact, checkFact, resultFact) =
            (Fact.Of(hired, nameof(facts.EmploymentDate)), Fact.Of(check, nameof(facts.BackgroundCheckDate)), Fact.Of(facts.BackgroundCheckResult));
        bool? passed = facts.BackgroundCheckResult is { } result ? result == CheckResult.Pass : null;
        evaluation.Require(Background, Ternary.All(Before(check, hired, evaluation.Value(BackgroundBefore)), passed, facts.SexOffenderRegistryChecked),
                $"check on {check}, first day {hired}; passed: {passed}; sex offender registry checked: {facts.SexOffenderRegistryChecked}",
                hiredFact, checkFact, resultFact, Fact.Of(facts.SexOffenderRegistryChecked))
            .Remedy($"a passed check with the sex offender registry before {hired}");
        evaluation.Require(NotFailed, passed, $"background check passed: {passed}", resultFact).Remedy("a passed background check");

        var most = evaluation.Value(BackgroundDays);
        var (age, earliest) = Age(check, hired, most);
        evaluation.Require(BackgroundAge, age is { } days ? days <= most : null, $"check {age} days before the first day, at most {most}", hiredFact, checkFact)
            .Remedy($"backgroundCheckDate on or after {earliest}");
        evaluation.Require(OnFile, facts.ResultOnFile, $"result in the personnel record: {facts.ResultOnFile}", Fact.Of(facts.ResultOnFile))
            .Remedy("the result in the personnel record");
        evaluation.Answer("backgroundCheckAgeDays", age);
        evaluation.Answer("earliestBackgroundCheck", earliest);
    }

    private static void RequireTuberculosis(ClearanceFacts facts, RuleEvaluation evaluation)
    {
        var (hired, test) = (facts.EmploymentDate, facts.TbTestDate);
        var accepted = evaluation.Value(TbAccepted);
        evaluation.Require(TbFree, facts.TbResult is { } result ? Lists.Names(accepted, result) : null,
            $"tuberculosis test {facts.TbResult.Code()}, accepted: {accepted}",
                Fact.Of(facts.TbResult))
            .Remedy($"a test result out of {accepted}");

        var most = evaluation.Value(TbDays);
        var (age, earliest) = Age(test, hired, most);
        evaluation.Require(TbAge, Ternary.All(Before(test, hired, evaluation.Value(TbBefore)), age is { } days ? days <= most : null),
            $"tuberculosis test {age} days before the first day, 1 to {most} accepted",
                Fact.Of(hired, nameof(facts.EmploymentDate)), Fact.Of(test, nameof(facts.TbTestDate)))
            .Remedy($"tbTestDate on or after {earliest} and before {hired}");
        evaluation.Answer("tbTestAgeDays", age);
        evaluation.Answer("earliestTbTest", earliest);
    }

    /// <summary>Whether a check was done so many days before the first day of work, or earlier.</summary>
    internal static bool? Before(DateOnly? check, DateOnly? hired, int days) => check is { } done && hired is { } first
        ? Days.After(done, days) <= first : null;

    private static (int? Days, DateOnly? Earliest) Age(DateOnly? check, DateOnly? hired, int most) => hired is not { } first ? (null, null)
        : (check is { } done ? Days.Between(done, first) : null, first.AddDays(-most));
}
