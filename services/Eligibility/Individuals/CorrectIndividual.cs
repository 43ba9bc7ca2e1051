using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Referrals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Corrects names, birth date and identifiers. The previous values are stored encrypted, with who corrected them, when and why.</summary>
public sealed class CorrectIndividual(
    EligibilityDb db, IndividualReader people, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Individual>> Handle(Proto.CorrectIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var given = request.Particulars ?? new();
        var after = Person.Read(fields, "particulars.", given.GivenName, given.FamilyName, given.BirthDate, given.Identifiers);
        fields.Reason(request.Reason, request.Note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Individual>>(bad);
        return requests.Run(request.RequestId, request, s => Correct(id, after, request, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Individual>>> Correct(IndividualId id, Person after, Proto.CorrectIndividualRequest request,
        CancellationToken cancellationToken)
    {
        // read
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Name);
        if (!individual.Expects(request.Etag))
            return new Problem.Stale("individual", request.Name);
        if (caller.Role == Roles.Mco && !individual.RegisteringPayers.Contains(caller.Organization))
            return new Problem.Forbidden("a payer corrects the personal data of people whom it registered");
        var before = Person.Decrypt(protector, individual);

        List<IdentifierHash> previous =
            [.. before.Hashes(protector, individual.Provider, clock), .. before.TypedHashes(protector, individual.Provider, clock)];
        var current = after.Hashes(protector, individual.Provider, clock).ToList();
        var added = current.Where(a => !previous.Any(w => Same(w, a))).ToList();
        var identifiers = await db.Set<IdentifierHash>().AsNoTracking().Where(i => i.IndividualId == individual.Id).ToListAsync(cancellationToken);
        added.RemoveAll(a => identifiers.Exists(i => Same(i, a)));
        foreach (var identifier in added)
        {
            if (await db.IsOnFile(individual.Provider, identifier, cancellationToken))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
        }

        var keys = await db.PersonKeys.AsNoTracking().Where(k => k.IndividualId == individual.Id).ToListAsync(cancellationToken);
        var (former, present) = (SearchKeys.Of(before, protector, individual.Provider, clock), SearchKeys.Of(after, protector, individual.Provider, clock));
        var merged = await db.MergedInto(individual.Id, cancellationToken);
        var sent = await db.Referrals.AsNoTracking().Where(r => r.IndividualId == individual.Id && r.ReferralDate != null).ToListAsync(cancellationToken);

        // write
        Changes changes = new(clock.GetUtcNow());
        FormerPersonalData replaced = new(Guid.CreateVersion7(changes.Now), individual.PersonalData, individual.PersonalDataSince);
        replaced.Supersede(changes.Now, caller.Organization, WireCode.Upper(request.Reason)!, request.Note.Length == 0 ? null : protector.Protect(request.Note));
        individual.PersonalData = after.Encrypt(protector);
        individual.PersonHash = after.Key(protector);
        individual.SpellingHash = after.SpellingKey(protector);
        individual.PersonalDataVersion++;
        individual.Record(replaced, changes);
        identifiers.Where(i => previous.Exists(w => Same(w, i)) && !current.Exists(a => Same(a, i))).ToList().ForEach(changes.Remove);
        added.ForEach(identifier => changes.Insert(identifier with { IndividualId = individual.Id }));
        keys.Where(k => former.Exists(f => SearchKeys.Same(f, k)) && !present.Exists(p => SearchKeys.Same(p, k))).ToList().ForEach(changes.Remove);
        present.Where(p => !keys.Exists(k => SearchKeys.Same(p, k))).ToList().ForEach(p => changes.Insert(p with { IndividualId = individual.Id }));
        changes.PublishCorrection(individual, "particulars", retracted: false);
        // The feed shows names and birth date: an agency that received the wrong ones receives the right ones.
        foreach (var referral in sent.Where(r => r.IsOpen))
        {
            changes.Expect(referral);
            changes.PublishMove(referral, referral.State, clock.UtcDay());
        }

        var contacts = await db.ContactsOf([individual.Id], clock.UtcDay(), cancellationToken);
        return new Decided<Proto.Individual>(
            individual.ToProto(protector, individual.Etag(), Redisclosure.To(caller, clock), merged, contacts[individual.Id]), changes);
    }

    private static bool Same(IdentifierHash one, IdentifierHash other) => one.System == other.System && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
