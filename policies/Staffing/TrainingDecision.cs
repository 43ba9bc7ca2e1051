namespace Ips.Policies.Staffing;

/// <summary>Is the staff member in order with required training on the as-of day?</summary>
public static class TrainingDecision
{
    private static readonly (RuleId Rule, Parameter<IReadOnlyList<string>> Roles, Parameter<IReadOnlyList<string>> Courses)[] Missouri =
        [.. new[] { "MO-TRN-001", "MO-TRN-002", "MO-TRN-003", "MO-TRN-004", "MO-TRN-006" }.Select(RuleId.Of).Select(rule =>
            (rule, Parameter<IReadOnlyList<string>>.Of(rule, "roles"), Parameter<IReadOnlyList<string>>.Of(rule, "courses")))];

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<TrainingFacts> Kind { get; } = new(
        "training", "Is the staff member in order with required training on the as-of day?", Evaluate);

    private static void Evaluate(TrainingFacts facts, RuleEvaluation evaluation)
    {
        TrainingLedger ledger = new(facts, evaluation);
        NcTrainingRules.Evaluate(ledger);
        LaTrainingRules.Evaluate(ledger);
        LocalPlan(ledger);
        ledger.Close();
        if (evaluation.Count == 0)
            AsksNothing(facts.Role, evaluation);
    }

    /// <summary>A role without a required course is Met; the receipt lists the rules that were evaluated.</summary>
    private static void AsksNothing(StaffRole role, RuleEvaluation evaluation)
    {
        foreach (var rule in NcTrainingRules.CourseRules.Concat(Missouri.Select(m => m.Rule)))
            evaluation.Require(rule, Verdict.Met, $"does not apply to {Codes.Of(role)}");
    }

    /// <summary>No day is printed for the Missouri courses: the local plan's target date counts, and without one a person decides.</summary>
    private static void LocalPlan(TrainingLedger ledger)
    {
        foreach (var (rule, roles, courses) in Missouri)
        {
            if (!ledger.AppliesTo(rule, roles))
                continue;
            var accepted = ledger.Evaluation.Value(courses);
            DateOnly? target = ledger.Facts.TrainingTargetDates?.Where(t => Lists.Names(accepted, t.Course)).Select(t => (DateOnly?)t.TargetDate).Max();
            var done = ledger.Done(accepted)?.Any();
            var status = target is not null ? ledger.Course(accepted, target)
                : done switch { true => TrainingStatus.Completed, false => TrainingStatus.NoTargetDate, null => (TrainingStatus?)null };
            ledger.Enter(rule, status, target, Fact.Of(ledger.Facts.Completions));
        }
    }
}
