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
        fields.Text("given_name", ask.GivenName, 100);
        fields.Text("family_name", ask.FamilyName, 100);
        var birth = fields.Day("birth_date", ask.BirthDate);
        fields.Require(birth <= clock.UtcDay(), "birth_date", "lies in the future; send a day up to today");
        var identifiers = Identifiers(fields, ask);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Individual>>(bad);
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return Task.FromResult<Result<Wire.Individual>>(new Problem.Forbidden("a provider registers people for its own organization"));
        return once.Run(ask.RequestId, ask, s => Register(provider, new(ask.GivenName, ask.FamilyName, birth, identifiers), s), stop);
    }

    private async Task<Result<Wire.Individual>> Register(string provider, Person person, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        Individual individual = new() { Id = IndividualId.New(clock), Provider = provider, Sealed = person.Seal(particulars), RecordedAt = now };
        individual.Identifiers.AddRange(person.Identifiers.SelectMany(i => particulars.Hashes(i.Key, i.Value).Select(hash => new IdentifierHash(Guid.CreateVersion7(now), provider, i.Key, hash))));
        if (caller.Role == Roles.Mco)
            individual.Payers.Add(caller.Organization);
        foreach (var (system, value) in person.Identifiers)
        {
            if (await db.IsOnFile(provider, system, particulars.Hashes(system, value), stop))
                return new Problem.Exists("individual", $"with this {system} identifier");
        }

        db.Individuals.Add(individual);
        db.Add(new IndividualRegisteredV1(Guid.CreateVersion7(now), now, individual.Id.Value, provider));
        await db.SaveChangesAsync(stop);
        return individual.ToWire(particulars, db.Etag(individual));
    }

    private static Dictionary<string, string> Identifiers(Fields fields, Wire.RegisterIndividualRequest ask)
    {
        fields.Require(ask.Identifiers.Count is > 0 and <= 20, "identifiers", "has none or more than 20; send 1 to 20, each system once");
        Dictionary<string, string> identifiers = new(StringComparer.Ordinal);
        foreach (var (i, identifier) in ask.Identifiers.Index())
        {
            fields.Require(OrganizationCode.IsCode(identifier.System), $"identifiers[{i}].system", "is not a lower-case code such as medicaid-nc");
            fields.Text($"identifiers[{i}].value", identifier.Value, 60);
            fields.Require(identifiers.TryAdd(identifier.System, identifier.Value), $"identifiers[{i}].system", "stands twice; send each system once");
        }

        return identifiers;
    }
}
