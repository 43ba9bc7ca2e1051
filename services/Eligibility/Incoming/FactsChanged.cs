using Ips.Contracts.Events;
using Ips.Eligibility.Determinations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// A fact was corrected or a record merged. Admission that rested on it is decided again. It is a step of its own and not part of the correction, so a
/// correction never fails because of what rests on the fact.
/// </summary>
public sealed class FactsChanged(ReconsiderDeterminations determinations, TimeProvider clock) :
    IConsumer<IndividualCorrectedV1>, IConsumer<IndividualsMergedV1>
{
    public Task Consume(ConsumeContext<IndividualCorrectedV1> context) =>
        determinations.Handle(context.Message.IndividualId, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<IndividualsMergedV1> context) =>
        determinations.Handle(context.Message.IndividualId, context.Row(clock), context.CancellationToken);
}
