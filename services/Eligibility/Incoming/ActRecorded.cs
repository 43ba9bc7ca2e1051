using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// ACT was recorded, corrected or retracted. Authorizations of any agency that share a day with it end the day before (NC-LIM-002). The current record counts,
/// not the content of the event: two corrections may arrive in either order.
/// </summary>
/// <remarks>The use case commits before the inbox row does; a repetition in between has no further effect.</remarks>
public sealed class ActRecorded(ActStarted act) : IConsumer<ActStartedV1>
{
    public Task Consume(ConsumeContext<ActStartedV1> context) =>
        act.Handle(context.Message.FactId, context.Message.IndividualId, context.CancellationToken);
}
