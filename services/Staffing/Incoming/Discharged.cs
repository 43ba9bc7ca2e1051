using Ips.Contracts.Events;
using Ips.Staffing.Caseloads;
using MassTransit;

namespace Ips.Staffing.Incoming;

/// <summary>A person was discharged or died: the places in caseloads are free after the last day. That was taken back: they are taken again.</summary>
public sealed class Discharged(EndWithDischarge assignments, TimeProvider clock) : IConsumer<DeterminationMovedV1>
{
    public Task Consume(ConsumeContext<DeterminationMovedV1> context) => context.Message.IsDischarge || context.Message.WasDischarged
        ? assignments.Handle(context.Message, context.Row(clock), context.CancellationToken)
        : Task.CompletedTask;
}
