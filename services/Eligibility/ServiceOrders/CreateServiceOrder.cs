using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Writes an order down, not signed.</summary>
public sealed class CreateServiceOrder(EligibilityDb db, Once once, Deciding deciding, TimeProvider clock)
{
    public Task<Result<Wire.ServiceOrder>> Handle(Wire.CreateServiceOrderRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var provider = fields.Organization("provider", ask.Provider);
        deciding.Today(fields, "program", ask.Program);
        var ordered = fields.Day("order_date", ask.OrderDate);
        var assessment = Assessment(fields, ask);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.ServiceOrder>>(bad)
            : once.Run(ask.RequestId, ask, s => Create(individual, provider, ask.Program, ordered, assessment, s), stop);
    }

    private async Task<Result<Wire.ServiceOrder>> Create(IndividualId id, string provider, string program, DateOnly ordered, Guid? assessment, CancellationToken stop)
    {
        if (await db.Load(id, stop) is not { } individual)
            return new Problem.NotFound("individual", id.Name);
        if (individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (assessment is not null && individual.Assessments.All(a => a.Id != assessment))
            return new Problem.Invalid("assessment", "is not an assessment of this person");
        ServiceOrder order = new()
        {
            Id = ServiceOrderId.New(clock),
            IndividualId = individual.Id,
            Provider = provider,
            Program = program,
            State = Wire.ServiceOrderState.Draft,
            OrderDate = ordered,
            AssessmentId = assessment,
            RecordedAt = clock.GetUtcNow(),
        };
        db.ServiceOrders.Add(order);
        await db.SaveChangesAsync(stop);
        return order.ToWire(null, db.Etag(order), deciding.Today(program)!.Value);
    }

    private static Guid? Assessment(Fields fields, Wire.CreateServiceOrderRequest ask)
    {
        if (ask.Assessment.Length == 0)
            return null;
        if (ResourceName.TryParse($"{ask.Individual}/assessments", ask.Assessment, out var id))
            return id;
        fields.Wrong("assessment", "is not of the form individuals/{uuid}/assessments/{uuid} of this person");
        return null;
    }
}
