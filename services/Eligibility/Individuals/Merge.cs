using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>A merge of two records, and its undo. Both stay on record.</summary>
public sealed class Merge
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The record that stayed, as it was named in the merge; it may be a merged record itself by now.</summary>
    public required IndividualId SurvivorId { get; init; }

    /// <summary>The record that went into it.</summary>
    public required IndividualId MergedId { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>When they were merged, UTC.</summary>
    public required DateTimeOffset MergedAt { get; init; }

    /// <summary>Codes of the vocational rehabilitation agencies that the survivor has from it.</summary>
    public List<string> ReferredTo { get; init; } = [];

    /// <summary>Codes of the payers that the survivor has from it, by their roster entries.</summary>
    public List<string> RegisteringPayers { get; init; } = [];

    /// <summary>When it was undone, UTC; null while it stands.</summary>
    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Why it was undone, encrypted.</summary>
    public byte[]? UndoReason { get; set; }
}
