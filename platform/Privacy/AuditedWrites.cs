using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Ips.Platform.Privacy;

/// <summary>
/// The same as <see cref="AuditedChanges"/> for the rare paths that save by themselves: an audit entry for each person whose rows a save changes, in its
/// transaction and round trip.
/// </summary>
internal sealed class AuditedWrites(AuditTrail trail) : SaveChangesInterceptor
{
    private readonly List<AuditEntry> _added = [];

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = eventData.Context!;
        HashSet<Guid> changed = [];
        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && AuditedChanges.PersonOf(entry.Entity) is { } person)
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
}
