using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>A person was discharged: what was authorized beyond the last day ends with it.</summary>
public sealed class Discharged(EndWithDischarge authorizations, TimeProvider clock) : IConsumer<IndividualDischargedV1>
{
    public Task Consume(ConsumeContext<IndividualDischargedV1> context) =>
        authorizations.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
