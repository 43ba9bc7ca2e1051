using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>What an order of a service needs before a request is sent, in the words of the packs.</summary>
/// <param name="Program">The program.</param>
/// <param name="Kind">The kind of authorization; unspecified when none is needed.</param>
/// <param name="Ground">The rule that requires the authorization, or prints the service that needs none.</param>
/// <param name="Checklist">The documents that a request needs; without items when none is needed.</param>
/// <param name="Covered">An approved authorization that covers the day; null when there is none.</param>
internal sealed record OrderRequirements(
    string Program, Proto.AuthorizationKind Kind, RuleEntry Ground, Proto.DocumentChecklist Checklist, Proto.CoversResponse? Covered);

/// <summary>What was found for an order; null when no program here has the service.</summary>
internal sealed record FoundRequirements(OrderRequirements? Order);

/// <summary>The service that an order names.</summary>
/// <param name="Code">The procedure code.</param>
/// <param name="Modifiers">Its modifiers: further HCPCS codes of the order.</param>
/// <param name="Day">First day of the service; null when the order names none.</param>
internal sealed record OrderedService(string Code, IReadOnlyList<string> Modifiers, DateOnly? Day)
{
    /// <summary>Reads an order; null when it has no HCPCS code.</summary>
    public static OrderedService? Of(ServiceRequest order)
    {
        var codings = (order.Code?.Coding ?? []).Concat(order.OrderDetail.SelectMany(d => d.Coding)).Where(c => c.System == PasCodes.Hcpcs).ToList();
        return codings is [{ Code: { } code }, .. var modifiers] ? new(code, [.. modifiers.Select(m => m.Code ?? "")], FirstDay(order.Occurrence)) : null;
    }

    private static DateOnly? FirstDay(DataType? occurrence) => PasElements.Day(occurrence switch
    {
        FhirDateTime at => at.Value,
        Hl7.Fhir.Model.Period period => period.Start,
        _ => null,
    });
}

/// <summary>
/// Answers for an order whether the service needs an authorization, which documents a request for it needs, and by which paragraph: the checklist that the rules
/// themselves give (<see cref="DocumentChecklist"/>). Nothing is stored.
/// </summary>
internal sealed class Requirements(
    Caller caller, IndividualReader people, ServiceCodes codes, PolicyService policies, Lazy<DocumentChecklist> checklist,
    DocumentReader documents, Lazy<FindAuthorizations> find, TimeProvider clock)
{
    /// <summary>What the order needs; nothing when no program here has the service.</summary>
    public async System.Threading.Tasks.Task<Result<FoundRequirements>> Of(IndividualId person, OrderedService order, CancellationToken cancellationToken)
    {
        var on = order.Day ?? clock.UtcDay();
        if (codes.Find(order.Code, order.Modifiers, null, on) is not { } service)
        {
            return new FoundRequirements(codes.WithoutAuthorization(order.Code, order.Modifiers, on) is { } free
                ? new(free.Program, default, free.Rule, new(), null) : null);
        }

        if (await people.Find(caller, person, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", person.Name);
        var list = await checklist.Value.Handle(new()
        {
            Individual = person.Name,
            Program = service.Program,
            Kind = service.Kind,
            ServiceInitiationDate = on.Day(),
            Documents =
            {
                (await documents.Of(individual.Id, cancellationToken)).Where(d => NamedDocuments.Misfit(d.Kind, isRenewal: false) is null)
                    .DistinctBy(d => d.Kind).Select(d => d.Id.Name),
            },
        }, cancellationToken);
        if (!list.Is(out var needed, out var problem))
            return problem;
        var covers = await find.Value.Handle(new Proto.CoversRequest
        {
            Individual = person.Name,
            Provider = new OrganizationCode(individual.Provider).Name,
            Program = service.Program,
            Kind = service.Kind,
            ServiceDate = on.Day(),
        }, cancellationToken);
        if (!covers.Is(out var covered, out problem))
            return problem;
        var ground = policies.RuleFor(service.Program, AuthorizationDuties.OfService(service.Kind.ToPolicy()));
        return new FoundRequirements(new(service.Program, service.Kind, ground, needed, covered.Covered ? covered : null));
    }
}
