using Ips.Billing.Claims;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Billing.Incoming;

/// <summary>
/// Something changed in Eligibility that a claim line of the person may rest on. Each of the person's lines is decided again; the facts as they are then count,
/// not the content of the event, so two events may arrive in either order.
/// </summary>
public sealed class PersonChanged(ReconsiderClaimLines lines, TimeProvider clock) :
    IConsumer<IndividualCorrectedV1>, IConsumer<DeterminationMovedV1>, IConsumer<ServiceOrderVoidedV1>,
    IConsumer<ServiceOrderSignedV1>, IConsumer<AuthorizationMovedV1>, IConsumer<ActStartedV1>
{
    public Task Consume(ConsumeContext<IndividualCorrectedV1> context) => Reconsider(context, context.Message.IndividualId);

    public Task Consume(ConsumeContext<DeterminationMovedV1> context) => Reconsider(context, context.Message.IndividualId);

    public Task Consume(ConsumeContext<ServiceOrderVoidedV1> context) => Reconsider(context, context.Message.IndividualId);

    // A signing changes no line that was made before it; an order that is decided again may.
    public Task Consume(ConsumeContext<ServiceOrderSignedV1> context) =>
        context.Message.DecidedAgain == true ? Reconsider(context, context.Message.IndividualId) : Task.CompletedTask;

    public Task Consume(ConsumeContext<AuthorizationMovedV1> context) => Reconsider(context, context.Message.IndividualId);

    public Task Consume(ConsumeContext<ActStartedV1> context) => Reconsider(context, context.Message.IndividualId);

    private Task Reconsider<T>(ConsumeContext<T> context, Contracts.IndividualId individual)
        where T : DomainEvent =>
        lines.Handle(individual, context.Row(clock), context.CancellationToken);
}
