using Ips.Contracts;
using Ips.Reporting.Db;

namespace Ips.Reporting.Facts;

/// <summary>
/// What one event states on one topic. The current fact follows from <see cref="Sequence"/>, so the order of arrival does not matter and every number can be
/// traced to events. A fact is never changed, but for its person, which after a merge is the survivor until the merge is undone. Ids, codes, days and numbers only.
/// </summary>
public sealed class EventFact : ISharedRow
{
    /// <summary>The event that states it.</summary>
    public required Guid EventId { get; init; }

    /// <summary>What it is about, one of <see cref="Topics"/>; an event states at most one fact on a topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The event's CloudEvents type.</summary>
    public required string Type { get; init; }

    /// <summary>The resource it happened to.</summary>
    public required string Subject { get; init; }

    /// <summary>The event's number within its subject; on a topic, the highest one counts.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When it was stored here, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer; null when the event does not name one.</summary>
    public string? Payer { get; init; }

    /// <summary>The program; null when the event belongs to none.</summary>
    public string? Program { get; init; }

    /// <summary>The person as an opaque id, so that a person is counted once; after a merge the survivor; null when it is about none.</summary>
    public IndividualId? IndividualId { get; init; }

    /// <summary>Whether it adds to a figure. A later false cancels an earlier true.</summary>
    public bool Counts { get; init; }

    /// <summary>The day it is counted on; null when the program of the question turns <see cref="OccurredAt"/> into a day.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The day of the fact, in UTC when it has no day of its own: a payer sees it if it covers the person on this day.</summary>
    public required DateOnly SeenOn { get; init; }

    /// <inheritdoc/>
    public bool ProviderOnly { get; init; }

    /// <summary>The milestone, 1 to 9.</summary>
    public int? MilestoneNumber { get; init; }

    /// <summary>Units.</summary>
    public int? Units { get; init; }

    /// <summary>US dollars.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The last day to act, included; null when nothing is due (any more).</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Resource name of what a deadline is about; null for every other fact.</summary>
    public string? About { get; init; }

    /// <summary>The rule that sets <see cref="DueOn"/>.</summary>
    public string? RuleId { get; init; }

    /// <summary>
    /// Deadlines of one thread replace each other across subjects, and the last one published counts: a new order replaces the old one's renewal.
    /// </summary>
    public string? Thread { get; init; }
}
