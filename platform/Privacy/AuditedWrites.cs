using System.Collections.Concurrent;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Ips.Platform.Privacy;

/// <summary>
/// Adds an audit entry to every save for each person whose rows it changes, in the same transaction and the same round trip. A row is about the person
/// that its property of type <see cref="IndividualId"/> names, or about the person of the row that owns it.
/// </summary>
internal sealed class AuditedWrites(AuditTrail trail) : SaveChangesInterceptor
{
    private static readonly ConcurrentDictionary<IEntityType, IProperty?> People = new();
    private readonly List<AuditEntry> _added = [];

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = eventData.Context!;
        HashSet<Guid> changed = [];
        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && PersonOf(entry) is { } person)
                changed.Add(person);
        }

        _added.AddRange(trail.New("write", changed));
        db.AddRange(_added);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(result - Forget(eventData.Context!));

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return Task.CompletedTask;
    }

    private int Forget(DbContext db)
    {
        var count = _added.Count;
        foreach (var entry in _added)
            db.Entry(entry).State = EntityState.Detached;
        _added.Clear();
        return count;
    }

    private static Guid? PersonOf(EntityEntry entry)
    {
        for (var at = entry; at is not null; at = Owner(at))
        {
            if (People.GetOrAdd(at.Metadata, Person) is { } property)
                return at.Property(property.Name).CurrentValue is IndividualId id ? id.Value : null;
        }

        return null;
    }

    private static IProperty? Person(IEntityType type) =>
        type.GetProperties().FirstOrDefault(p => p.ClrType == typeof(IndividualId) || p.ClrType == typeof(IndividualId?));

    private static EntityEntry? Owner(EntityEntry entry)
    {
        if (entry.Metadata.FindOwnership() is not { } ownership)
            return null;
        var key = ownership.Properties.Select(p => entry.Property(p.Name).CurrentValue).ToArray();
        return entry.Context.ChangeTracker.Entries().FirstOrDefault(e => e.Metadata == ownership.PrincipalEntityType
            && ownership.PrincipalKey.Properties.Select(p => e.Property(p.Name).CurrentValue).SequenceEqual(key));
    }
}
