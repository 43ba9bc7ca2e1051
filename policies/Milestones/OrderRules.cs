namespace Ips.Policies.Milestones;

/// <summary>NCC-MS-10: the order that the grid implies. Some steps are needed, others only warn.</summary>
public static class OrderRules
{
    private static readonly RuleId Order = RuleId.Of("NCC-MS-10");

    private static readonly Parameter<IReadOnlyList<string>> Needed = Parameter<IReadOnlyList<string>>.Of(Order, "needed_before");
    private static readonly Parameter<IReadOnlyList<string>> Expected = Parameter<IReadOnlyList<string>>.Of(Order, "expected_before");
    private static readonly Parameter<IReadOnlyList<string>> AfterJobStart = Parameter<IReadOnlyList<string>>.Of(Order, "after_job_start");

    /// <summary>Evaluates what is needed, warns of what is expected.</summary>
    public static void Evaluate(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var n = facts.Milestone;
        if (Before(evaluation.Value(Needed), n) is { } needed)
        {
            evaluation.Require(Order, facts.ApprovedMilestones?.Contains(needed),
                $"milestone {needed} {(Approved(facts, needed) ? "is" : "is not")} approved before {n}",
                    Fact.Of(facts.ApprovedMilestones))
                .Remedy($"milestone {needed} approved");
        }

        if (evaluation.Value(AfterJobStart).Contains($"M{n}", StringComparer.Ordinal))
        {
            evaluation.Require(Order, facts.JobStartDate is { } start ? start <= facts.EventDate : null,
                $"job from {facts.JobStartDate}, event on {facts.EventDate}",
                    Fact.Of(facts.JobStartDate))
                .Remedy($"jobStartDate on or before {facts.EventDate}");
        }

        if (Before(evaluation.Value(Expected), n) is not { } expected)
        {
            evaluation.Answer("sequenceWarning", false);
            return;
        }

        if (facts.ApprovedMilestones is null)
            return;
        evaluation.Remark(Order, Approved(facts, expected),
                $"milestone {expected} {(Approved(facts, expected) ? "is" : "is not")} approved before {n}, the usual order")
            .Remedy($"milestone {expected} approved");
        evaluation.Answer("sequenceWarning", !Approved(facts, expected));
    }

    private static bool Approved(MilestoneFacts facts, int milestone) => facts.ApprovedMilestones?.Contains(milestone) == true;

    /// <summary>The milestone that comes before, from pairs such as <c>M3&gt;M4</c>.</summary>
    private static int? Before(IReadOnlyList<string> pairs, int milestone)
    {
        foreach (var pair in pairs)
        {
            if (pair is ['M', var before, '>', 'M', var after] && after - '0' == milestone)
                return before - '0';
        }

        return null;
    }
}
