using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Stores each person's identifiers under every hash key of the ring, and under no other, in the normal form of today's rules. During the rotation people are
/// found by any of the keys.
/// </summary>
public sealed class RotateIdentifiers(EligibilityDb db, PersonalDataProtector protector, TimeProvider clock) : IRotatesHashes
{
    private const int Batch = 200;

    /// <inheritdoc/>
    public async Task<long> Rotate(CancellationToken cancellationToken)
    {
        var changed = 0L;
        var last = Guid.Empty;
        while (true)
        {
            // The rows are locked while they are read and written: a correction waits, and then finds the new hashes.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var people = await db.Individuals.FromSql($"select * from individuals where id > {last} order by id limit {Batch} for update")
                .Include(i => i.Identifiers).AsSplitQuery().ToListAsync(cancellationToken);
            if (people.Count == 0)
                return changed;
            foreach (var individual in people.OrderBy(i => i.Id.Value))
                changed += Renew(individual);
            last = people.Max(i => i.Id.Value);
            // In the transaction that locked the rows: a command of operations, not a use case.
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private int Renew(Individual individual)
    {
        // An erased record has no identifiers, and none are restored.
        if (individual.Identifiers.Count == 0)
            return 0;
        var person = Person.Decrypt(protector, individual);
        var wanted = person.Hashes(protector, individual.Provider, clock).ToList();
        var stale = individual.Identifiers.Where(have => !wanted.Exists(w => Same(w, have))).ToList();
        var missing = wanted.Where(w => !individual.Identifiers.Exists(have => Same(w, have))).ToList();
        stale.ForEach(s => individual.Identifiers.Remove(s));
        individual.Identifiers.AddRange(missing);
        individual.PersonHash = person.Key(protector);
        individual.SpellingHash = person.SpellingKey(protector);
        return stale.Count + missing.Count;
    }

    private static bool Same(IdentifierHash one, IdentifierHash other) => one.System == other.System && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
