using Hl7.Fhir.Model;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// <c>Questionnaire/$questionnaire-package</c> of Da Vinci DTR: for an order the Questionnaire of what a request needs, and the answers that the platform's own
/// records give. Nothing is stored.
/// </summary>
internal sealed class QuestionnairePackage(
    BusinessIdentifiers identifiers, Requirements requirements, PolicyService policies, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Answers with a Bundle in Parameters: the Questionnaire and its first answers.</summary>
    public async Task<(Parameters? Answer, FhirFault? Fault)> Handle(Parameters sent, string address, CancellationToken cancellationToken)
    {
        if (sent.Parameter.Find(p => p.Name == "coverage")?.Resource is not Coverage coverage)
            return (null, Missing("coverage", "a Coverage with the member id of the person"));
        if (sent.Parameter.Find(p => p.Name == "order")?.Resource is not ServiceRequest order || OrderedService.Of(order) is not { } service)
            return (null, Missing("order", "a ServiceRequest with a HCPCS code"));
        // The person is known by the member id; a reference would lead to the client's server, which this one does not call.
        var (person, rejected) = await identifiers.Person(new(), coverage, "Parameters.parameter('coverage').resource", cancellationToken);
        if (person is null)
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, rejected!.Path, rejected.Text));
        var found = await requirements.Of(person.Id, service, cancellationToken);
        if (!found.Is(out var needed, out var problem))
            return (null, FhirFault.Of(problem, _ => "Parameters.parameter('order').resource"));
        if (needed.Order is not { } documents || documents.Kind == default)
        {
            return (null, FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.NotFound, "Parameters.parameter('order').resource.code",
                "is a service for which no program here needs an authorization"));
        }

        await audit.Read([person.Id], cancellationToken);
        var questionnaire = RequestQuestionnaire.Of(policies, address, documents);
        Bundle bundle = new()
        {
            Type = Bundle.BundleType.Collection,
            Entry =
            [
                new() { FullUrl = questionnaire.Url, Resource = questionnaire },
                Entry(RequestQuestionnaire.Prepopulated(questionnaire, documents, coverage.Beneficiary, clock.GetUtcNow())),
            ],
        };
        return (new() { Parameter = [new() { Name = "PackageBundle", Resource = bundle }] }, null);
    }

    private Bundle.EntryComponent Entry(QuestionnaireResponse response)
    {
        response.Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        return new() { FullUrl = $"urn:uuid:{response.Id}", Resource = response };
    }

    private static FhirFault Missing(string name, string expected) =>
        FhirFault.Of(StatusCodes.Status400BadRequest, IssueType.Required, $"Parameters.parameter('{name}').resource", $"is missing; send {expected}");
}
