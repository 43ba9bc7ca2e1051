using System.Collections.Concurrent;
using System.Reflection;
using Ips.Contracts;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// Adds an audit entry to the changes of a use case for the people whose rows they change. A row is about the person that its property of type
/// <see cref="IndividualId"/> names; a row without one belongs to a row that has it, or is an <see cref="IAuditedRow"/>.
/// </summary>
internal sealed class AuditedChanges(AuditTrail trail) : IChangesObserver
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> People = new();

    public void Observe(Changes changes)
    {
        HashSet<Guid> changed = [];
        foreach (var row in changes.Rows)
        {
            if (PersonOf(row) is { } person)
                changed.Add(person);
            else if (row is IAuditedRow audited)
                changed.Add(audited.AuditedAs);
        }

        if (trail.New(changes.Action, changed) is { } entry)
            changes.Attach(entry);
    }

    /// <summary>The person whom the row names; null when it names none.</summary>
    public static Guid? PersonOf(object row) => People.GetOrAdd(row.GetType(), Property)?.GetValue(row) is IndividualId person ? person.Value : null;

    private static PropertyInfo? Property(Type row) =>
        row.GetProperties().FirstOrDefault(p => p.PropertyType == typeof(IndividualId) || p.PropertyType == typeof(IndividualId?));
}

/// <summary>Stores the audit entries of a group of use cases in one statement.</summary>
internal sealed class GroupAudit : IGroupPart
{
    public void AddTo(NpgsqlBatch batch, IReadOnlyList<Changes> group)
    {
        List<AuditEntry> entries = [.. group.SelectMany(changes => changes.Attached).OfType<AuditEntry>()];
        if (entries.Count > 0)
            batch.BatchCommands.Add(AuditInsert.Of(entries));
    }

    public void Committed(IReadOnlyList<Changes> group)
    {
    }
}
