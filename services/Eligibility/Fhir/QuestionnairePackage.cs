using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// <c>Questionnaire/$questionnaire-package</c> of Da Vinci DTR: for an order the Questionnaire of what a request needs, for the context of a request that waits that of
/// the questions about it; beside it the answers that the platform's own records give. Nothing is stored.
/// </summary>
internal sealed class QuestionnairePackage(
    BusinessIdentifiers identifiers, Requirements requirements, PolicyService policies, AuthorizationReader authorizations, Caller caller, AuditTrail audit,
    TimeProvider clock)
{
    /// <summary>Answers with a Bundle in Parameters: the Questionnaire and its first answers.</summary>
    public async Task<(Parameters? Answer, FhirFault? Fault)> Handle(Parameters sent, string address, CancellationToken cancellationToken)
    {
        if (sent.Parameter.Find(p => p.Name == "coverage")?.Resource is not Coverage coverage)
            return (null, Missing("coverage", "a Coverage with the member id of the person"));
        // The person is known by the member id; a reference would lead to the client's server, which this one does not call.
        var (person, rejected) = await identifiers.Person(new(), coverage, "Parameters.parameter('coverage').resource", cancellationToken);
        if (person is null)
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, rejected!.Path, rejected.Text));
        var (questionnaire, items, fault) = sent.Parameter.Find(p => p.Name == "context") is { } context
            ? await OfContext(context, person.Id, address, cancellationToken) : await OfOrder(sent, person.Id, address, cancellationToken);
        if (questionnaire is null)
            return (null, fault);
        await audit.Read([person.Id], cancellationToken);
        Bundle bundle = new()
        {
            Type = Bundle.BundleType.Collection,
            Entry =
            [
                new() { FullUrl = questionnaire.Url, Resource = questionnaire },
                Entry(RequestQuestionnaire.Prepopulated(questionnaire, items, coverage.Beneficiary, clock.GetUtcNow())),
            ],
        };
        return (new() { Parameter = [new() { Name = "PackageBundle", Resource = bundle }] }, null);
    }

    private async Task<(Questionnaire? Questionnaire, IReadOnlyList<Proto.ChecklistItem> Items, FhirFault? Fault)> OfContext(
        Parameters.ParameterComponent context, IndividualId person, string address, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact((context.Value as FhirString)?.Value, "D", out var id) || await authorizations.Find(caller, new(id), cancellationToken) is not { } found
            || found.IndividualId != person)
        {
            return (null, [], FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, "Parameters.parameter('context')",
                "is the context of no request of yours for this person; send the questionnaire-context of the Task"));
        }

        var (questionnaire, items) = RequestQuestionnaire.Of(policies, address, found);
        return items.Count > 0 ? (questionnaire, items, null) : (null, [], FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.BusinessRule,
            "Parameters.parameter('context')", "is that of a request about which nothing is asked any more"));
    }

    private async Task<(Questionnaire? Questionnaire, IReadOnlyList<Proto.ChecklistItem> Items, FhirFault? Fault)> OfOrder(
        Parameters sent, IndividualId person, string address, CancellationToken cancellationToken)
    {
        if (sent.Parameter.Find(p => p.Name == "order")?.Resource is not ServiceRequest order || OrderedService.Of(order) is not { } service)
            return (null, [], Missing("order", "a ServiceRequest with a HCPCS code, or the context of a request that waits"));
        var found = await requirements.Of(person, service, cancellationToken);
        if (!found.Is(out var needed, out var problem))
            return (null, [], FhirFault.Of(problem, _ => "Parameters.parameter('order').resource"));
        return needed.Order is { } documents && documents.Kind != default
            ? (RequestQuestionnaire.Of(policies, address, documents), documents.Checklist.Items, null)
            : (null, [], FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, "Parameters.parameter('order').resource.code",
                "is a service for which no program here needs an authorization"));
    }

    private Bundle.EntryComponent Entry(QuestionnaireResponse response)
    {
        response.Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        return new() { FullUrl = $"urn:uuid:{response.Id}", Resource = response };
    }

    private static FhirFault Missing(string name, string expected) =>
        FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Required, $"Parameters.parameter('{name}').resource", $"is missing; send {expected}");
}
