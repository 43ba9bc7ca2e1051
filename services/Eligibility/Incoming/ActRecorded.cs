using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// ACT was recorded, corrected or retracted. Authorizations of any agency that share a day with it end the day before (NC-LIM-002). The current record counts,
/// not the content of the event: two corrections may arrive in either order.
/// </summary>
public sealed class ActRecorded(EligibilityDb db, ActStarted act) : IConsumer<ActStartedV1>
{
    public async Task Consume(ConsumeContext<ActStartedV1> context)
    {
        var (message, cancellationToken) = (context.Message, context.CancellationToken);
        if (await db.Load(message.IndividualId, cancellationToken) is not { } individual)
            return;
        var current = individual.Facts.OfType<OtherService>()
            .SingleOrDefault(f => f.Id == message.FactId && f is { SupersededAt: null, Service: OtherService.Act, Absent: false });
        await act.Handle(message.FactId, individual.Id, current?.From, current?.Through, cancellationToken);
    }
}
