using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.ServiceOrders;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Records an unsigned order.</summary>
public sealed class CreateServiceOrder(IndividualReader people, Requests requests, Caller caller, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.ServiceOrder>> Handle(Proto.CreateServiceOrderRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        policies.Today(fields, "program", request.Program);
        policies.RequireStep(fields, "program", request.Program, ServiceOrderDecision.Kind, RuleDuty.InsteadOfOrder);
        var ordered = fields.Day("order_date", request.OrderDate);
        var assessment = Assessment(fields, request);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.ServiceOrder>>(bad)
            : requests.Run(request.RequestId, request, s => Create(individual, provider, request.Program, ordered, assessment, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.ServiceOrder>>> Create(IndividualId id, string provider, string program, DateOnly ordered, Guid? assessment,
        CancellationToken cancellationToken)
    {
        // read
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", id.Name);

        // decide
        if (individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (assessment is not null && individual.Assessments.All(a => a.Id != assessment))
            return new Problem.Invalid("assessment", "is not an assessment of this person");

        // write
        Changes changes = new(clock.GetUtcNow());
        changes.Expect(individual);
        var order = changes.Insert(new ServiceOrder
        {
            Id = ServiceOrderId.New(clock),
            IndividualId = individual.Id,
            Provider = provider,
            Program = program,
            State = Proto.ServiceOrderState.Draft,
            OrderDate = ordered,
            AssessmentId = assessment,
            RecordedAt = changes.Now,
        });
        return new Decided<Proto.ServiceOrder>(order.ToProto(null, order.Etag(), policies.Today(program)!.Value), changes);
    }

    private static Guid? Assessment(RequestValidator fields, Proto.CreateServiceOrderRequest request)
    {
        if (request.Assessment.Length == 0)
            return null;
        if (ResourceName.TryParse($"{request.Individual}/assessments", request.Assessment, out var id))
            return id;
        fields.Wrong("assessment", "is not of the form individuals/{uuid}/assessments/{uuid} of this person");
        return null;
    }
}
