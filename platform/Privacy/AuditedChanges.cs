using System.Collections.Concurrent;
using System.Reflection;
using Ips.Contracts;

namespace Ips.Platform.Privacy;

/// <summary>
/// Adds an audit entry to the changes of a use case for each person whose rows they change. A row is about the person that its property of type
/// <see cref="IndividualId"/> names; a row without one belongs to a row that has it.
/// </summary>
internal sealed class AuditedChanges(AuditTrail trail) : IChangesObserver
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> People = new();

    public void Observe(Changes changes)
    {
        HashSet<Guid> changed = [];
        foreach (var row in changes.Rows)
        {
            if (People.GetOrAdd(row.GetType(), PersonOf)?.GetValue(row) is IndividualId person)
                changed.Add(person.Value);
        }

        foreach (var entry in trail.New("write", changed))
            changes.Insert(entry);
    }

    private static PropertyInfo? PersonOf(Type row) =>
        row.GetProperties().FirstOrDefault(p => p.PropertyType == typeof(IndividualId) || p.PropertyType == typeof(IndividualId?));
}
