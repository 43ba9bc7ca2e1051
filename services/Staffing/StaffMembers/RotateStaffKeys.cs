using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.StaffMembers;

/// <summary>Stores the NPIs of each staff member under every hash key of the ring, and under no other; also those from before there were keys of NPIs.</summary>
public sealed class RotateStaffKeys(StaffingDb db, PersonalDataProtector protector) : IRotatesHashes
{
    private const int Batch = 200;

    /// <inheritdoc/>
    public async Task<long> Rotate(CancellationToken cancellationToken)
    {
        var (changed, last) = (0L, Guid.Empty);
        while (true)
        {
            // The rows are locked while they are read and written: a correction waits, and then stores its own keys.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var staff = await db.Staff.FromSql($"select * from staff where id > {last} order by id limit {Batch} for update").ToListAsync(cancellationToken);
            if (staff.Count == 0)
                return changed;
            foreach (var member in staff)
            {
                var wanted = StaffIdentity.Of(member, protector).NpiKeys(protector);
                if (member.NpiKeys is { } present && present.ToHashSet(StringComparer.Ordinal).SetEquals(wanted))
                    continue;
                changed += wanted.Union(member.NpiKeys ?? [], StringComparer.Ordinal).Count() - wanted.Intersect(member.NpiKeys ?? [], StringComparer.Ordinal).Count();
                member.NpiKeys = wanted;
            }

            last = staff.Max(m => m.Id.Value);
            // In the transaction that locked the rows: a command of operations, not a use case.
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }
}
