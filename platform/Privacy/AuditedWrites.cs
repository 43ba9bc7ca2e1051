using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Ips.Platform.Privacy;

/// <summary>
/// The same as <see cref="AuditedChanges"/> for the rare paths that save by themselves: an audit entry for the people whose rows a save changes, in its
/// transaction.
/// </summary>
internal sealed class AuditedWrites(AuditTrail trail) : SaveChangesInterceptor
{
    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        HashSet<Guid> changed = [];
        foreach (var entry in eventData.Context!.ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && AuditedChanges.PersonOf(entry.Entity) is { } person)
                changed.Add(person);
        }

        await trail.Store(eventData.Context, "write", changed, cancellationToken);
        return result;
    }
}
