namespace Ips.Policies.Staffing;

/// <summary>Judges training requirements one by one and lists them with their last day and standing.</summary>
internal sealed class TrainingLedger(TrainingFacts facts, RuleEvaluation ruling)
{
    private readonly SortedDictionary<string, object> _requirements = new(StringComparer.Ordinal);

    public TrainingFacts Facts => facts;

    public RuleEvaluation Ruling => ruling;

    /// <summary>Completions of the courses up to the day of the question; later ones have not happened yet.</summary>
    public IEnumerable<Completion>? Done(IReadOnlyList<string> courses) =>
        facts.Completions?.Where(c => Lists.Names(courses, c.Course) && c.CompletedOn <= ruling.AsOf);

    /// <summary>Whether the rule asks anything of this role.</summary>
    public bool Asks(RuleId rule, Parameter<IReadOnlyList<string>> roles) => ruling.Has(rule) && Lists.Names(ruling.Value(roles), facts.Role);

    /// <summary>Standing of a course with a last day, by its first completion. <see langword="null"/> where a fact is absent.</summary>
    public TrainingStatus? Course(IReadOnlyList<string> courses, DateOnly? due, bool waived = false)
    {
        if (Done(courses) is not { } done)
            return waived ? TrainingStatus.Waived : null;
        DateOnly? first = done.Select(c => (DateOnly?)c.CompletedOn).Min();
        return (first, due) switch
        {
            ({ } on, { } last) when on <= last => TrainingStatus.Completed,
            _ when waived => TrainingStatus.Waived,
            (_, null) => null,
            ({ }, _) => TrainingStatus.CompletedLate,
            (_, { } last) => ruling.AsOf <= last ? TrainingStatus.Due : TrainingStatus.Overdue,
        };
    }

    /// <summary>Records the result of one requirement.</summary>
    public void Enter(RuleId rule, TrainingStatus? status, DateOnly? due, params ReadOnlySpan<Fact> needed)
    {
        ruling.Judge(rule, VerdictOf(status), $"{status.Code()}, last day {due}, asked on {ruling.AsOf}", needed)
            .Remedy($"done on or before {due}");
        List(rule, status, due);
    }

    /// <summary>Lists a requirement whose rule was judged elsewhere.</summary>
    public void List(RuleId rule, TrainingStatus? status, DateOnly? due)
    {
        Dictionary<string, object> requirement = new(StringComparer.Ordinal);
        if (due is { } day)
            requirement["dueOn"] = day;
        if (status is { } known)
            requirement["status"] = Codes.Of(known);
        _requirements[rule.Value] = requirement;
    }

    /// <summary>Gives the list as a value of the decision.</summary>
    public void Close()
    {
        if (_requirements.Count > 0)
            ruling.Answer("requirements", _requirements);
    }

    public static Verdict VerdictOf(TrainingStatus? status) => status switch
    {
        null => Verdict.NeedsFacts,
        TrainingStatus.Completed or TrainingStatus.Waived or TrainingStatus.Exempt or TrainingStatus.NotRequired or TrainingStatus.Due => Verdict.Met,
        TrainingStatus.NoTargetDate => Verdict.NeedsReview,
        _ => Verdict.NotMet,
    };
}
