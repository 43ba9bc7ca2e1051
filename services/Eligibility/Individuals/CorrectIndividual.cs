using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Corrects names, birth date and identifiers. What they were before is kept sealed, with who corrected them, when and why.</summary>
public sealed class CorrectIndividual(EligibilityDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.Individual>> Handle(Wire.CorrectIndividualRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("name", ask.Name, "individuals/{uuid}", IndividualId.TryParse);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var given = ask.Particulars ?? new();
        var right = Person.Read(fields, "particulars.", given.GivenName, given.FamilyName, given.BirthDate, given.Identifiers, clock);
        fields.Reason(ask.Reason, ask.Note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Individual>>(bad);
        return once.Run(ask.RequestId, ask, s => Correct(id, right, ask, s), stop);
    }

    private async Task<Result<Wire.Individual>> Correct(IndividualId id, Person right, Wire.CorrectIndividualRequest ask, CancellationToken stop)
    {
        // load
        if (await db.LoadForChange(id, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Name);
        if (!db.Expects(individual, ask.Etag))
            return new Problem.Stale("individual", ask.Name);
        if (caller.Role == Roles.Mco && !individual.RegisteringPayers.Contains(caller.Organization))
            return new Problem.Forbidden("a payer corrects the particulars of people whom it registered");
        var wrong = Person.Open(particulars, individual);

        // decide
        var were = wrong.Hashes(particulars, individual.Provider, clock).ToList();
        var are = right.Hashes(particulars, individual.Provider, clock).ToList();
        var added = are.Where(a => !were.Any(w => Same(w, a))).ToList();
        await db.Entry(individual).Collection(i => i.Identifiers).LoadAsync(stop);
        added.RemoveAll(a => individual.Identifiers.Exists(i => Same(i, a)));
        foreach (var identifier in added)
        {
            if (await db.IsOnFile(individual.Provider, identifier, stop))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
        }

        // save and tell
        var now = clock.GetUtcNow();
        FormerParticulars former = new(Guid.CreateVersion7(now), individual.Sealed, individual.ParticularsSince);
        former.Supersede(now, caller.Organization, WireCode.Upper(ask.Reason)!, ask.Note.Length == 0 ? null : particulars.Seal(ask.Note));
        individual.Facts.Add(former);
        individual.Sealed = right.Seal(particulars);
        individual.PersonHash = right.Key(particulars);
        individual.Identifiers.RemoveAll(i => were.Exists(w => Same(w, i)) && !are.Exists(a => Same(a, i)));
        individual.Identifiers.AddRange(added);
        db.TellOfCorrection(individual, "particulars", retracted: false, clock);
        await db.SaveChangesAsync(stop);
        return individual.ToWire(particulars, db.Etag(individual), Redisclosure.To(caller, clock), await db.MergedInto(individual.Id, stop));
    }

    private static bool Same(IdentifierHash one, IdentifierHash other) => one.System == other.System && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
