using System.Diagnostics;
using Ips.Contracts.Events;

namespace Ips.Platform.Data;

/// <summary>
/// The rows and events that a use case wants written: all of them or none. A use case collects them without touching the database;
/// <see cref="GroupWriter"/> writes them.
/// </summary>
/// <param name="now">The instant of the use case: its rows and events carry it.</param>
public sealed class Changes(DateTimeOffset now)
{
    private const int FewRows = 16;
    private readonly List<object> inserted = [];
    private HashSet<object>? manyInserted;
    private readonly Dictionary<object, int> updated = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, int> removed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<IVersioned, int> expected = new(ReferenceEqualityComparer.Instance);
    private readonly List<PendingEvent> events = [];
    private readonly List<object> attached = [];

    /// <summary>The instant of the use case, UTC.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The action under which the audit log has these changes, where it is more than a write, such as <c>override</c>.</summary>
    public string Action { get; set; } = "write";

    /// <summary>Every row that is inserted, updated or removed, for what is recorded about changes.</summary>
    public IEnumerable<object> Rows => inserted.Concat(updated.Keys).Concat(removed.Keys);

    /// <summary>The events, in the order in which they were published.</summary>
    public IReadOnlyList<PendingEvent> Events => events;

    /// <summary>New rows. They are read when the group is written, so a row may still be changed after this call.</summary>
    internal IReadOnlyList<object> Inserted => inserted;

    /// <summary>Changed rows with the version that each must still have; 0 for a row without one.</summary>
    internal IReadOnlyDictionary<object, int> Updated => updated;

    /// <inheritdoc cref="Updated"/>
    internal IReadOnlyDictionary<object, int> Removed => removed;

    /// <summary>Rows that the decision rests on, with the version that each must still have.</summary>
    internal IReadOnlyDictionary<IVersioned, int> Expected => expected;

    /// <summary>What an <see cref="IChangesObserver"/> added for an <see cref="IGroupPart"/> to write with the rows, such as an audit entry.</summary>
    public IReadOnlyList<object> Attached => attached;

    /// <inheritdoc cref="Attached"/>
    public void Attach(object part) => attached.Add(part);

    /// <summary>Adds a new row.</summary>
    public TRow Insert<TRow>(TRow row) where TRow : class
    {
        inserted.Add(row);
        manyInserted?.Add(row);
        if (row is IUpdatedRow updatedRow)
            updatedRow.UpdatedAt = now;
        return row;
    }

    /// <summary>
    /// Writes a row that was read and changed. A row with a version gets the next one, and is written only if it still has the version that was read. A row
    /// without a version belongs to one that has: update that one too.
    /// </summary>
    public TRow Update<TRow>(TRow row) where TRow : class
    {
        if (IsInserted(row) || !updated.TryAdd(row, row is IVersioned { Version: var read } ? read : 0))
            return row;
        if (row is IVersioned versioned)
        {
            versioned.Version++;
            expected.Remove(versioned);
        }

        if (row is IUpdatedRow updatedRow)
            updatedRow.UpdatedAt = now;

        return row;
    }

    /// <summary>Removes a row that was read, under the same condition as <see cref="Update{TRow}"/>.</summary>
    public void Remove(object row)
    {
        if (inserted.Remove(row))
        {
            manyInserted = null;
            return;
        }

        var read = updated.Remove(row, out var before) ? before : row is IVersioned versioned ? versioned.Version : 0;
        removed.TryAdd(row, read);
    }

    /// <summary>
    /// The decision rests on this row, which is not changed: nothing is written if the row has changed since it was read, and the use case decides again.
    /// </summary>
    public void Expect(IVersioned row)
    {
        if (!updated.ContainsKey(row) && !IsInserted(row))
            expected.TryAdd(row, row.Version);
    }

    // A use case has a few rows; a file of a payer has hundreds of thousands, and looking through them for each would take minutes.
    private bool IsInserted(object row)
    {
        if (inserted.Count <= FewRows)
            return inserted.Contains(row, ReferenceEqualityComparer.Instance);
        manyInserted ??= new(inserted, ReferenceEqualityComparer.Instance);
        return manyInserted.Contains(row);
    }

    /// <summary>Gives the event its id and time; it is stored with the rows and gets its sequence there.</summary>
    /// <returns>The event with its id and time.</returns>
    public TEvent Publish<TEvent>(TEvent happened) where TEvent : DomainEvent
    {
        DomainEvent published = happened with { EventId = Guid.CreateVersion7(now), OccurredAt = now };
        events.Add(new(published, Activity.Current?.Id, Activity.Current?.TraceStateString));
        return (TEvent)published;
    }
}

/// <summary>An event to store, with the trace of the request that made it.</summary>
/// <param name="Event">The event, without its sequence.</param>
/// <param name="TraceParent">W3C trace context.</param>
/// <param name="TraceState">Vendor part of the trace context.</param>
public sealed record PendingEvent(DomainEvent Event, string? TraceParent, string? TraceState);
