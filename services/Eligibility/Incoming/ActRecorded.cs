using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// ACT was recorded, corrected or retracted. Authorizations of any agency that share a day with it end the day before (NC-LIM-002). The current record counts,
/// not the content of the event: two corrections may arrive in either order.
/// </summary>
public sealed class ActRecorded(ActStarted act, TimeProvider clock) : IConsumer<ActStartedV1>
{
    public Task Consume(ConsumeContext<ActStartedV1> context) =>
        act.Handle(context.Message.FactId, context.Message.IndividualId, context.Row(clock), context.CancellationToken);
}
