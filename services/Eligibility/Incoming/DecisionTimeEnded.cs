using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>The payer's time to decide a request ended: a request that is not decided is denied by that.</summary>
public sealed class DecisionTimeEnded(DenyUntimely authorizations, TimeProvider clock) : IConsumer<DeadlineReachedV1>
{
    public Task Consume(ConsumeContext<DeadlineReachedV1> context) =>
        context.Message is { Kind: AuthorizationClocks.Decision, State: "overdue" }
            ? authorizations.Handle(context.Message, context.Row(clock), context.CancellationToken) : Task.CompletedTask;
}
