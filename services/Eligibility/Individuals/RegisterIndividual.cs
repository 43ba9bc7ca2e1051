using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Registers a person once per provider: an identifier that is on file for somebody is refused.</summary>
public sealed class RegisterIndividual(EligibilityDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.Individual>> Handle(Wire.RegisterIndividualRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var provider = fields.Organization("provider", ask.Provider);
        var person = Person.Read(fields, "", ask.GivenName, ask.FamilyName, ask.BirthDate, ask.Identifiers, clock);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Individual>>(bad);
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return Task.FromResult<Result<Wire.Individual>>(new Problem.Forbidden("a provider registers people for its own organization"));
        return once.Run(ask.RequestId, ask, s => Register(provider, person, s), stop);
    }

    private async Task<Result<Wire.Individual>> Register(string provider, Person person, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        Individual individual = new()
        {
            Id = IndividualId.New(clock),
            Provider = provider,
            Sealed = person.Seal(particulars),
            PersonHash = person.Key(particulars),
            RegisteringPayers = caller.Role == Roles.Mco ? [caller.Organization] : [],
            RecordedAt = now,
        };
        individual.FollowEnrollments();
        individual.Identifiers.AddRange(person.Hashes(particulars, provider, clock));
        foreach (var identifier in individual.Identifiers)
        {
            if (await db.IsOnFile(provider, identifier, stop))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
        }

        db.Individuals.Add(individual);
        db.Add(new IndividualRegisteredV1(Guid.CreateVersion7(now), now, individual.Id.Value, provider));
        await db.SaveChangesAsync(stop);
        return individual.ToWire(particulars, db.Etag(individual), Redisclosure.To(caller, clock));
    }
}
