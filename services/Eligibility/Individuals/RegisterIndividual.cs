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
        if (provider != caller.Organization)
            return Task.FromResult<Result<Proto.Individual>>(new Problem.Forbidden("a provider registers people for its own organization"));
        return requests.Run(request.RequestId, request, async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            return (await Register(provider, person, payer: null, changes, s)).Then(individual =>
                new Decided<Proto.Individual>(individual.ToProto(protector, individual.Etag(), Redisclosure.To(caller, clock)), changes));
        }, cancellationToken);
    }

    /// <summary>Adds a new person to the changes, unless an identifier is on file at the provider.</summary>
    /// <param name="provider">Code of the provider agency.</param>
    /// <param name="person">The person.</param>
    /// <param name="payer">Code of the payer whose roster entry the provider accepts; null without one.</param>
    /// <param name="changes">Gets the rows and the event.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal async Task<Result<Individual>> Register(
        string provider, Person person, string? payer, Changes changes, CancellationToken cancellationToken)
    {
        var individual = changes.Insert(new Individual
        {
            Id = IndividualId.New(clock),
            Provider = provider,
            PersonalData = person.Encrypt(protector),
            PersonHash = person.Key(protector),
            SpellingHash = person.SpellingKey(protector),
            RegisteringPayers = payer is null ? [] : [payer],
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

        foreach (var key in SearchKeys.Of(person, protector, provider, clock))
            changes.Insert(key with { IndividualId = individual.Id });
        changes.Publish(new IndividualRegisteredV1 { IndividualId = individual.Id, Provider = provider });
        return individual;
    }
}
