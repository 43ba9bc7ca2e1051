namespace Ips.Policies.Fidelity;

/// <summary>What is known about a team's contest of a draft report. <see langword="null"/> means not known.</summary>
public sealed record ContestFacts
{
    /// <summary>Total of the draft.</summary>
    public int? DraftScore { get; init; }

    /// <summary>Day the team received the draft.</summary>
    public DateOnly? DraftReceivedDate { get; init; }

    /// <summary>Day the contest data reached the evaluators.</summary>
    public DateOnly? SubmittedDate { get; init; }

    /// <summary>Numbers of the items contested.</summary>
    public IReadOnlyList<int>? ContestedItems { get; init; }

    /// <summary>Data sent.</summary>
    public IReadOnlyList<ContestEvidence>? Evidence { get; init; }

    /// <summary>Last day of the on-site review.</summary>
    public DateOnly? LastOnsiteDay { get; init; }

    internal static ContestFacts Read(FactReader facts) => new()
    {
        DraftScore = facts.Integer("draftScore", FidelityScale.Ips25.LowestTotal, FidelityScale.Ips25.HighestTotal),
        DraftReceivedDate = facts.Date("draftReceivedDate"),
        SubmittedDate = facts.Date("submittedDate"),
        ContestedItems = facts.Integers("contestedItems", 1, FidelityScale.Ips25.Items.Count),
        Evidence = facts.List("evidence", ContestEvidence.Read),
        LastOnsiteDay = facts.Date("lastOnsiteDay"),
    };
}

/// <summary>Data that shows the practice behind an item.</summary>
/// <param name="Item">Number of the item.</param>
/// <param name="PracticeDate">Day of the practice shown, whatever day the document was printed.</param>
public sealed record ContestEvidence(int Item, DateOnly PracticeDate)
{
    internal static ContestEvidence Read(FactReader facts) => new(facts.RequiredInteger("item", 1, FidelityScale.Ips25.Items.Count), facts.RequiredDate("practiceDate"));
}
