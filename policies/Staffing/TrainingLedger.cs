namespace Ips.Policies.Staffing;

/// <summary>Evaluates training requirements one by one and lists them with their last day and standing.</summary>
internal sealed class TrainingLedger(TrainingFacts facts, RuleEvaluation evaluation)
{
    private readonly SortedDictionary<string, object> _requirements = new(StringComparer.Ordinal);

    public TrainingFacts Facts => facts;

    public RuleEvaluation Evaluation => evaluation;

    /// <summary>Completions of the courses.</summary>
    public IEnumerable<Completion>? Done(IReadOnlyList<string> courses) => facts.Completions?.Where(c => Lists.Names(courses, c.Course));

    /// <summary>Whether the rule applies to this role.</summary>
    public bool AppliesTo(RuleId rule, Parameter<IReadOnlyList<string>> roles) => evaluation.Has(rule) && Lists.Names(evaluation.Value(roles), facts.Role);

    /// <summary>Standing of a course with a last day, by its first completion. <see langword="null"/> where a fact is absent.</summary>
    /// <param name="courses">The courses that count.</param>
    /// <param name="due">Last day.</param>
    /// <param name="waived">Whether the course is waived where no completion counts.</param>
    /// <param name="notBefore">First day of a completion that counts; <see langword="null"/> where an earlier one counts too.</param>
    public TrainingStatus? Course(IReadOnlyList<string> courses, DateOnly? due, bool waived = false, DateOnly? notBefore = null)
    {
        if (Done(courses) is not { } done)
            return waived ? TrainingStatus.Waived : null;
        DateOnly? first = done.Where(c => !(c.CompletedOn < notBefore)).Select(c => (DateOnly?)c.CompletedOn).Min();
        return (first, due) switch
        {
            ({ } on, { } last) when on <= last => TrainingStatus.Completed,
            _ when waived => TrainingStatus.Waived,
            (_, null) => null,
            ({ }, _) => TrainingStatus.CompletedLate,
            (_, { } last) => evaluation.AsOf <= last ? TrainingStatus.Due : TrainingStatus.Overdue,
        };
    }

    /// <summary>Records the result of one requirement.</summary>
    public void Enter(RuleId rule, TrainingStatus? status, DateOnly? due, params ReadOnlySpan<Fact> needed)
    {
        evaluation.Require(rule, VerdictOf(status), $"{status.Code()}, last day {due}, as of {evaluation.AsOf}", needed)
            .Remedy($"done on or before {due}");
        List(rule, status, due);
    }

    /// <summary>Lists a requirement whose rule is evaluated elsewhere.</summary>
    public void List(RuleId rule, TrainingStatus? status, DateOnly? due)
    {
        Dictionary<string, object> requirement = new(StringComparer.Ordinal);
        if (due is { } day)
            requirement["dueOn"] = day;
        if (status is { } known)
            requirement["status"] = Codes.Of(known);
        _requirements[rule.Value] = requirement;
    }

    /// <summary>Adds the list to the values of the decision.</summary>
    public void Close()
    {
        if (_requirements.Count > 0)
            evaluation.Answer("requirements", _requirements);
    }

    public static Verdict VerdictOf(TrainingStatus? status) => status switch
    {
        null => Verdict.NeedsFacts,
        TrainingStatus.Completed or TrainingStatus.Waived or TrainingStatus.Exempt or TrainingStatus.NotRequired or TrainingStatus.Due => Verdict.Met,
        TrainingStatus.NoTargetDate => Verdict.NeedsReview,
        _ => Verdict.NotMet,
    };
}
