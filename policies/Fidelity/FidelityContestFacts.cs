namespace Ips.Policies.Fidelity;

/// <summary>What is known about a contest of a draft report. <see langword="null"/> means not known.</summary>
public sealed record FidelityContestFacts
{
    /// <summary>Total of the draft, 25 to 125.</summary>
    [TotalScore]
    public int? DraftScore { get; init; }

    /// <summary>Day the team received the draft.</summary>
    [Act]
    public DateOnly? DraftReceivedDate { get; init; }

    /// <summary>Day the data reached the evaluators.</summary>
    [Act]
    public DateOnly? SubmittedDate { get; init; }

    /// <summary>Numbers of the items contested, 1 to 25.</summary>
    [ScaleItem]
    public IReadOnlyList<int>? ContestedItems { get; init; }

    /// <summary>Data sent.</summary>
    public IReadOnlyList<ContestEvidence>? Evidence { get; init; }

    /// <summary>Last day of the on-site review.</summary>
    [Act]
    public DateOnly? LastOnsiteDay { get; init; }
}

/// <summary>One piece of evidence for another score of an item. <see langword="null"/> means not known.</summary>
public sealed record ContestEvidence
{
    /// <summary>Number of the item, 1 to 25.</summary>
    [ScaleItem]
    public int? Item { get; init; }

    /// <summary>Day of the practice shown; not the day on which the data was written.</summary>
    [AnyDay]
    public DateOnly? PracticeDate { get; init; }
}
