using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>A request came under review: the platform approves it, when its payer has switched that on and nothing is open.</summary>
public sealed class RequestArrived(AutoApprove approvals, TimeProvider clock) : IConsumer<AuthorizationRequestedV1>, IConsumer<AuthorizationMovedV1>
{
    private const string UnderReview = "under_review";

    public Task Consume(ConsumeContext<AuthorizationRequestedV1> context)
    {
        var request = context.Message;
        return request.State == UnderReview
            ? approvals.Handle(request.AuthorizationId, (request.Payer, request.Program, request.Kind), context.Row(clock), context.CancellationToken)
            : Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<AuthorizationMovedV1> context)
    {
        var moved = context.Message;
        return moved.ToState == UnderReview
            ? approvals.Handle(moved.AuthorizationId, (moved.Payer, moved.Program, moved.Kind), context.Row(clock), context.CancellationToken)
            : Task.CompletedTask;
    }
}
