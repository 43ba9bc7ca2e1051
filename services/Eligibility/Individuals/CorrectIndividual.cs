using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Corrects names, birth date and identifiers. The previous values are stored encrypted, with who corrected them, when and why.</summary>
public sealed class CorrectIndividual(EligibilityDb db, IdempotentRequests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Individual>> Handle(Proto.CorrectIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var given = request.Particulars ?? new();
        var after = Person.Read(fields, "particulars.", given.GivenName, given.FamilyName, given.BirthDate, given.Identifiers, clock);
        fields.Reason(request.Reason, request.Note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Individual>>(bad);
        return requests.Run(request.RequestId, request, s => Correct(id, after, request, s), cancellationToken);
    }

    private async Task<Result<Proto.Individual>> Correct(IndividualId id, Person after, Proto.CorrectIndividualRequest request,
        CancellationToken cancellationToken)
    {
        // load
        if (await db.LoadForChange(id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Name);
        if (!db.Expects(individual, request.Etag))
            return new Problem.Stale("individual", request.Name);
        if (caller.Role == Roles.Mco && !individual.RegisteringPayers.Contains(caller.Organization))
            return new Problem.Forbidden("a payer corrects the personal data of people whom it registered");
        var before = Person.Decrypt(protector, individual);

        // decide
        var previous = before.Hashes(protector, individual.Provider, clock).ToList();
        var current = after.Hashes(protector, individual.Provider, clock).ToList();
        var added = current.Where(a => !previous.Any(w => Same(w, a))).ToList();
        await db.Entry(individual).Collection(i => i.Identifiers).LoadAsync(cancellationToken);
        added.RemoveAll(a => individual.Identifiers.Exists(i => Same(i, a)));
        foreach (var identifier in added)
        {
            if (await db.IsOnFile(individual.Provider, identifier, cancellationToken))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
        }

        // save and publish
        var now = clock.GetUtcNow();
        FormerPersonalData former = new(Guid.CreateVersion7(now), individual.PersonalData, individual.PersonalDataSince);
        former.Supersede(now, caller.Organization, WireCode.Upper(request.Reason)!, request.Note.Length == 0 ? null : protector.Protect(request.Note));
        individual.Facts.Add(former);
        individual.PersonalData = after.Encrypt(protector);
        individual.PersonHash = after.Key(protector);
        individual.Identifiers.RemoveAll(i => previous.Exists(w => Same(w, i)) && !current.Exists(a => Same(a, i)));
        individual.Identifiers.AddRange(added);
        db.PublishCorrection(individual, "particulars", retracted: false);
        await db.SaveChangesAsync(cancellationToken);
        return individual.ToProto(protector, db.Etag(individual), Redisclosure.To(caller, clock), await db.MergedInto(individual.Id, cancellationToken));
    }

    private static bool Same(IdentifierHash one, IdentifierHash other) => one.System == other.System && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
