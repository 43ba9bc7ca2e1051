using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Registers a person once per provider: an identifier that is already on file is refused.</summary>
public sealed class RegisterIndividual(EligibilityDb db, IdempotentRequests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Individual>> Handle(Proto.RegisterIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var person = Person.Read(fields, "", request.GivenName, request.FamilyName, request.BirthDate, request.Identifiers, clock);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Individual>>(bad);
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return Task.FromResult<Result<Proto.Individual>>(new Problem.Forbidden("a provider registers people for its own organization"));
        return requests.Run(request.RequestId, request, s => Register(provider, person, s), cancellationToken);
    }

    private async Task<Result<Proto.Individual>> Register(string provider, Person person, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        Individual individual = new()
        {
            Id = IndividualId.New(clock),
            Provider = provider,
            PersonalData = person.Encrypt(protector),
            PersonHash = person.Key(protector),
            RegisteringPayers = caller.Role == Roles.Mco ? [caller.Organization] : [],
            RecordedAt = now,
        };
        individual.UpdatePayers();
        individual.Identifiers.AddRange(person.Hashes(protector, provider, clock));
        foreach (var identifier in individual.Identifiers)
        {
            if (await db.IsOnFile(provider, identifier, cancellationToken))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
        }

        db.Individuals.Add(individual);
        db.Publish(new IndividualRegisteredV1 { IndividualId = individual.Id, Provider = provider });
        await db.SaveChangesAsync(cancellationToken);
        return individual.ToProto(protector, db.Etag(individual), Redisclosure.To(caller, clock));
    }
}
