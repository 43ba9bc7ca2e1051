using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// A fact was corrected, a record merged, or a person died: what rested on it is decided again. So are authorizations when the days change on which the person is eligible and
/// covered. It is a step of its own and not part of the correction, so a correction never fails because of what rests on the fact.
/// </summary>
public sealed class FactsChanged(ReconsiderPerson person, TimeProvider clock) :
    IConsumer<IndividualCorrectedV1>, IConsumer<IndividualsMergedV1>, IConsumer<CoverageMovedV1>, IConsumer<DeterminationMovedV1>,
    IConsumer<DeterminationMadeV1>, IConsumer<IndividualDiedV1>
{
    public Task Consume(ConsumeContext<IndividualCorrectedV1> context) =>
        person.Handle(context.Message.IndividualId, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<IndividualsMergedV1> context) =>
        person.Handle(context.Message.IndividualId, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<IndividualDiedV1> context) =>
        person.Handle(context.Message.IndividualId, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<CoverageMovedV1> context) =>
        person.DaysChanged(context.Message.IndividualId, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<DeterminationMovedV1> context) => person.DaysChanged(
        context.Message.IndividualId, context.Row(clock), context.CancellationToken, context.Message.WasDischarged ? context.Message.Program : null);

    public Task Consume(ConsumeContext<DeterminationMadeV1> context) =>
        person.DaysChanged(context.Message.IndividualId, context.Row(clock), context.CancellationToken);
}
