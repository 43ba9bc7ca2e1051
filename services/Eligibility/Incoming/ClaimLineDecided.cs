using Ips.Contracts.Events;
using Ips.Eligibility.Deadlines;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>Billing decided or voided a claim line: a person's answer is due for one that needs attention, and for no other.</summary>
public sealed class ClaimLineDecided(ClaimLineAttention attention, TimeProvider clock) : IConsumer<ClaimLineDecidedV1>, IConsumer<ClaimLineVoidedV1>
{
    public Task Consume(ConsumeContext<ClaimLineDecidedV1> context)
    {
        var line = context.Message;
        return attention.Handle(line.ClaimLineId, line.State == "attention" ? line.RefusedBy[0] : null, line.Program, line.Provider, line.IndividualId,
            context.Row(clock), context.CancellationToken);
    }

    public Task Consume(ConsumeContext<ClaimLineVoidedV1> context)
    {
        var line = context.Message;
        return attention.Handle(line.ClaimLineId, null, line.Program, line.Provider, line.IndividualId, context.Row(clock), context.CancellationToken);
    }
}
