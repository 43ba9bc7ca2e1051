using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Incoming;

/// <summary>Everything Reporting listens to, in one queue. It stores the facts of an event and decides nothing.</summary>
public sealed class EventFactsConsumer(ReportingDb db, ProgramDays days, TimeProvider clock) :
    IConsumer<IndividualRegisteredV1>, IConsumer<ServiceOrderSignedV1>, IConsumer<DeterminationMadeV1>, IConsumer<IndividualDischargedV1>,
    IConsumer<ReferralMovedV1>, IConsumer<DeadlineReachedV1>,
    IConsumer<AuthorizationRequestedV1>, IConsumer<AuthorizationDecidedV1>, IConsumer<AuthorizationMovedV1>, IConsumer<AuthorizationUnitsMovedV1>,
    IConsumer<MilestoneDecidedV1>, IConsumer<ClaimLineDecidedV1>, IConsumer<ClaimLineVoidedV1>, IConsumer<ReviewRecordedV1>
{
    public Task Consume(ConsumeContext<IndividualRegisteredV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ServiceOrderSignedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<DeterminationMadeV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<IndividualDischargedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ReferralMovedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AuthorizationRequestedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AuthorizationDecidedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AuthorizationMovedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AuthorizationUnitsMovedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<DeadlineReachedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<MilestoneDecidedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ClaimLineDecidedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ClaimLineVoidedV1> context) => Store(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ReviewRecordedV1> context) => Store(context.Message, context.CancellationToken);

    /// <summary>Stores the facts of the event once, even when it is redelivered after the inbox row was deleted.</summary>
    public async Task Store(DomainEvent happened, CancellationToken cancellationToken)
    {
        if (await db.Facts.AnyAsync(f => f.EventId == happened.EventId, cancellationToken))
            return;
        var facts = new FactReader(days.DayOf, clock.GetUtcNow()).Read(happened);
        db.Facts.AddRange(facts);
        await db.SaveChangesAsync(cancellationToken);
        foreach (var fact in facts.Where(f => f.Payer is not null).DistinctBy(f => f.Payer))
            await db.Database.ExecuteSqlAsync(
                $"insert into network_members (provider, payer) values ({fact.Provider}, {fact.Payer}) on conflict do nothing", cancellationToken);
    }
}
