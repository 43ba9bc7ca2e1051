using Ips.Contracts.Events;
using Ips.Staffing.Caseloads;
using MassTransit;

namespace Ips.Staffing.Incoming;

/// <summary>A person was discharged: the places in caseloads are free after the last day.</summary>
public sealed class Discharged(EndWithDischarge assignments, TimeProvider clock) : IConsumer<IndividualDischargedV1>
{
    public Task Consume(ConsumeContext<IndividualDischargedV1> context) =>
        assignments.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
