using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Registers a person once per provider: an identifier that is already on file is refused.</summary>
public sealed class RegisterIndividual(EligibilityDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Individual>> Handle(Proto.RegisterIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var person = Person.Read(fields, "", request.GivenName, request.FamilyName, request.BirthDate, request.Identifiers);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Individual>>(bad);
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return Task.FromResult<Result<Proto.Individual>>(new Problem.Forbidden("a provider registers people for its own organization"));
        return requests.Run(request.RequestId, request, s => Register(provider, person, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Individual>>> Register(string provider, Person person, CancellationToken cancellationToken)
    {
        Changes changes = new(clock.GetUtcNow());
        var individual = changes.Insert(new Individual
        {
            Id = IndividualId.New(clock),
            Provider = provider,
            PersonalData = person.Encrypt(protector),
            PersonHash = person.Key(protector),
            SpellingHash = person.SpellingKey(protector),
            RegisteringPayers = caller.Role == Roles.Mco ? [caller.Organization] : [],
            RecordedAt = changes.Now,
        });
        individual.UpdatePayers();
        foreach (var identifier in person.Hashes(protector, provider, clock))
        {
            if (await db.IsOnFile(provider, identifier, cancellationToken))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
            changes.Insert(identifier with { IndividualId = individual.Id });
        }

        foreach (var identifier in person.TypedHashes(protector, provider, clock))
        {
            if (await db.IsOnFile(provider, identifier, cancellationToken))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
        }

        changes.Publish(new IndividualRegisteredV1 { IndividualId = individual.Id, Provider = provider });
        return new Decided<Proto.Individual>(individual.ToProto(protector, individual.Etag(), Redisclosure.To(caller, clock)), changes);
    }
}
