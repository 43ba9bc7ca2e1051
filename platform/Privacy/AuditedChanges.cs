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
            if (PersonOf(row) is { } person)
                changed.Add(person);
        }

        foreach (var entry in trail.New("write", changed))
            changes.Insert(entry);
    }

    /// <summary>The person whom the row names; null when it names none.</summary>
    public static Guid? PersonOf(object row) => People.GetOrAdd(row.GetType(), Property)?.GetValue(row) is IndividualId person ? person.Value : null;

    private static PropertyInfo? Property(Type row) =>
        row.GetProperties().FirstOrDefault(p => p.PropertyType == typeof(IndividualId) || p.PropertyType == typeof(IndividualId?));
}
