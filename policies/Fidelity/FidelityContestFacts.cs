namespace Ips.Policies.Fidelity;

/// <summary>What is known about a contest of a draft report. <see langword="null"/> means not known.</summary>
public sealed record FidelityContestFacts
{
    /// <summary>Total of the draft, 25 to 125.</summary>
    public int? DraftScore { get; init; }

    /// <summary>Day the team received the draft.</summary>
    public DateOnly? DraftReceivedDate { get; init; }

    /// <summary>Day the data reached the evaluators.</summary>
    public DateOnly? SubmittedDate { get; init; }

    /// <summary>Numbers of the items contested, 1 to 25.</summary>
    public IReadOnlyList<int>? ContestedItems { get; init; }

    /// <summary>Data sent.</summary>
    public IReadOnlyList<ContestEvidence>? Evidence { get; init; }

    /// <summary>Last day of the on-site review.</summary>
    public DateOnly? LastOnsiteDay { get; init; }

    internal static FidelityContestFacts Read(FactReader facts) => new()
    {
        DraftScore = facts.Integer("draftScore", FidelityScale.Ips25.LowestTotal, FidelityScale.Ips25.HighestTotal),
        DraftReceivedDate = facts.Date("draftReceivedDate"),
        SubmittedDate = facts.Date("submittedDate"),
        ContestedItems = facts.Integers("contestedItems", 1, FidelityScale.Ips25.Items.Count),
        Evidence = facts.List("evidence", ContestEvidence.Read),
        LastOnsiteDay = facts.Date("lastOnsiteDay"),
    };
}

/// <summary>One piece of data that speaks for another score of an item. <see langword="null"/> means not known.</summary>
public sealed record ContestEvidence
{
    /// <summary>Number of the item, 1 to 25.</summary>
    public int? Item { get; init; }

    /// <summary>Day of the practice shown; not the day on which the data was written.</summary>
    public DateOnly? PracticeDate { get; init; }

    internal static ContestEvidence Read(FactReader facts) => new()
    {
        Item = facts.Integer("item", 1, FidelityScale.Ips25.Items.Count),
        PracticeDate = facts.Date("practiceDate"),
    };
}
