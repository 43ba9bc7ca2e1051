using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Individuals;

/// <summary>Stores each person's identifiers under every hash key of the ring, and under no other. People can be found by any key meanwhile.</summary>
public sealed class RotateIdentifiers(EligibilityDb db, Particulars particulars, TimeProvider clock) : IRotatesHashes
{
    private const int Batch = 200;

    /// <inheritdoc/>
    public async Task<long> Rotate(CancellationToken stop)
    {
        var changed = 0L;
        var last = Guid.Empty;
        while (true)
        {
            // The rows are held while they are read and written: a correction waits, and then finds the new hashes.
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            var people = await db.Individuals.FromSql($"select *, xmin from individuals where id > {last} order by id limit {Batch} for update").AsSplitQuery().ToListAsync(stop);
            if (people.Count == 0)
                return changed;
            foreach (var individual in people.OrderBy(i => i.Id.Value))
                changed += Renew(individual);
            last = people.Max(i => i.Id.Value);
            await db.SaveChangesAsync(stop);
            await transaction.CommitAsync(stop);
            db.ChangeTracker.Clear();
        }
    }

    private int Renew(Individual individual)
    {
        // An erased record has no identifiers any more, and none come back.
        if (individual.Identifiers.Count == 0)
            return 0;
        var now = clock.GetUtcNow();
        var wanted = Person.Open(particulars, individual).Identifiers
            .SelectMany(i => particulars.Hashes(i.Key, i.Value).Select(hash => (System: i.Key, Hash: hash))).ToList();
        var stale = individual.Identifiers.Where(have => !wanted.Exists(w => w.System == have.System && w.Hash.AsSpan().SequenceEqual(have.Hash))).ToList();
        var missing = wanted.Where(w => !individual.Identifiers.Exists(have => w.System == have.System && w.Hash.AsSpan().SequenceEqual(have.Hash))).ToList();
        stale.ForEach(s => individual.Identifiers.Remove(s));
        individual.Identifiers.AddRange(missing.Select(m => new IdentifierHash(Guid.CreateVersion7(now), individual.Provider, m.System, m.Hash)));
        return stale.Count + missing.Count;
    }
}
