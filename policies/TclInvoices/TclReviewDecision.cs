namespace Ips.Policies.TclInvoices;

/// <summary>Has the review of this quarter to list a person for an incentive? The text does not say by which day the review ends.</summary>
public static class TclReviewDecision
{
    private static readonly RuleId Quarterly = RuleId.Of("NCC-TCL-002");

    private static readonly Parameter<IReadOnlyList<string>> Milestones = Parameter<IReadOnlyList<string>>.Of(Quarterly, "milestones");
    private static readonly Parameter<int> Months = Parameter<int>.Of(Quarterly, "every_months");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<TclReviewFacts> Kind { get; } = new(
        "tcl-review", "Has the review of this quarter to list the person for an incentive?", Evaluate);

    /// <summary>The numbers of the milestones that the program has reviewed on a day; none where it has no such review.</summary>
    public static IReadOnlyList<int> Reviewed(PackDay text) => text.TryValue(Milestones, out var reviewed)
        ? [.. reviewed.Select(code => int.Parse(code.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))] : [];

    private static void Evaluate(TclReviewFacts facts, RuleEvaluation evaluation)
    {
        var reviewed = evaluation.Value(Milestones);
        var months = evaluation.Value(Months);
        bool? counts = facts.Milestone is { } number ? reviewed.Contains($"M{number}", StringComparer.Ordinal) : null;
        DateOnly? opens = facts.ReachedOn is { } reached ? new DateOnly(reached.Year, reached.Month - ((reached.Month - 1) % months), 1).AddMonths(months) : null;
        bool? inQuarter = facts is { Quarter: { } quarter, ReachedOn: { } day } ? day >= quarter.First && day <= quarter.Last : null;
        bool? over = facts.Quarter is { } period ? evaluation.AsOf > period.Last : null;
        evaluation.Require(Quarterly, Ternary.All(counts, inQuarter, over),
                $"milestone {facts.Milestone}, reached on {facts.ReachedOn}; the review of {facts.Quarter} begins after {facts.Quarter?.Last}",
                Fact.Of(facts.Milestone), Fact.Of(facts.Quarter), Fact.Of(facts.ReachedOn))
            .Remedy($"a milestone {string.Join(" or ", reviewed)} of the quarter, once the quarter is over");
        if (counts == true)
            evaluation.Answer("reviewFrom", opens, Quarterly);
    }
}

/// <summary>A milestone that a person of the Transitions to Community Living program reached. <see langword="null"/> means not known.</summary>
public sealed record TclReviewFacts
{
    /// <summary>The quarter under review.</summary>
    public Period? Quarter { get; init; }

    /// <summary>The milestone's number.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 9)]
    public int? Milestone { get; init; }

    /// <summary>Day on which it was reached.</summary>
    [Act]
    public DateOnly? ReachedOn { get; init; }
}
