using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Fhir;
using Ips.Eligibility.IntakeReferrals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Stores each person's identifiers, search keys and contacts, and open referrals, under every hash key of the ring, and under no other, in the normal form of
/// today's rules. During the rotation people are found by any of the keys. It also makes the search keys of people from before there were any.
/// </summary>
public sealed class RotateIdentifiers(EligibilityDb db, PersonalDataProtector protector, TimeProvider clock) : IRotatesHashes
{
    private const int Batch = 200;

    /// <inheritdoc/>
    public async Task<long> Rotate(CancellationToken cancellationToken)
    {
        var changed = await RotateReferrals(cancellationToken);
        var last = Guid.Empty;
        while (true)
        {
            // The rows are locked while they are read and written: a correction waits, and then finds the new hashes.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var people = await db.Individuals.FromSql($"select * from individuals where id > {last} order by id limit {Batch} for update")
                .Include(i => i.Identifiers).AsSplitQuery().ToListAsync(cancellationToken);
            if (people.Count == 0)
                return changed;
            var ids = people.ConvertAll(i => i.Id);
            var keys = (await db.PersonKeys.Where(k => ids.Contains(k.IndividualId)).ToListAsync(cancellationToken)).ToLookup(k => k.IndividualId);
            foreach (var individual in people.OrderBy(i => i.Id.Value))
                changed += Renew(individual) + Renew(individual, [.. keys[individual.Id]]);
            foreach (var contact in await db.Contacts.Where(c => ids.Contains(c.IndividualId)).ToListAsync(cancellationToken))
                changed += Renew(contact.Keys, Contact.KeysOf(contact.Decrypt(protector), protector));
            foreach (var request in await db.FhirRequests.Where(r => ids.Contains(r.IndividualId)).ToListAsync(cancellationToken))
                changed += Renew(request.Keys, FhirKeys.Of(protector, request.Read(protector)));
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

    // A merged record's name finds the survivor.
    private int Renew(Individual individual, List<PersonKey> present)
    {
        if (individual.Identifiers.Count == 0)
            return 0;
        var names = individual.Facts.OfType<FormerPersonalData>()
            .Where(f => f.JoinedAt is not null && f.SupersededReason == WireCode.Upper(Proto.CorrectionReason.Duplicate))
            .Select(f => Person.Decrypt(protector, f.PersonalData)).Where(p => p.GivenName.Length > 0).Prepend(Person.Decrypt(protector, individual));
        var wanted = names.SelectMany(p => SearchKeys.Of(p, protector, individual.Provider, clock)).ToList();
        var stale = present.Where(have => !wanted.Exists(w => SearchKeys.Same(w, have))).ToList();
        var missing = wanted.Where(w => !present.Exists(have => SearchKeys.Same(w, have))).DistinctBy(w => Convert.ToHexString(w.Hash)).ToList();
        db.PersonKeys.RemoveRange(stale);
        db.PersonKeys.AddRange(missing.ConvertAll(key => key with { IndividualId = individual.Id }));
        return stale.Count + missing.Count;
    }

    private async Task<long> RotateReferrals(CancellationToken cancellationToken)
    {
        var changed = 0L;
        var last = Guid.Empty;
        while (true)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var referrals = await db.IntakeReferrals
                .FromSql($"select * from intake_referrals where id > {last} and content is not null order by id limit {Batch} for update")
                .ToListAsync(cancellationToken);
            if (referrals.Count == 0)
                return changed;
            foreach (var referral in referrals)
                changed += Renew(referral.Keys, IntakeKeys.Of(referral.Read(protector)!, protector).All);
            last = referrals.Max(r => r.Id.Value);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private static int Renew(List<string> present, List<string> wanted)
    {
        var changed = present.Except(wanted, StringComparer.Ordinal).Count() + wanted.Except(present, StringComparer.Ordinal).Count();
        if (changed == 0)
            return 0;
        present.Clear();
        present.AddRange(wanted);
        return changed;
    }

    private static bool Same(IdentifierHash one, IdentifierHash other) => one.System == other.System && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
