using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Events;

/// <summary>A message whose effect is committed; that consumer does not process it again.</summary>
public sealed class InboxRow : IProcessedOnce
{
    public required Guid MessageId { get; init; }

    /// <summary>The queue it was received from; every consumer has its own.</summary>
    public required string Consumer { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>
/// Runs a consumer of single messages in one transaction with its inbox row: effect and row are committed together, then the message is acknowledged.
/// A message that was processed before is skipped; of two concurrent deliveries one waits for the other at the row's key.
/// </summary>
public sealed class InboxFilter<T>(ServiceDb db, TimeProvider clock) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var message = context.MessageId ?? throw new InvalidOperationException("The message has no MessageId; whether it was seen before cannot be known.");
        var consumer = context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/');
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        var rows = await db.Database.ExecuteSqlAsync(
            $"insert into inbox_rows (message_id, consumer, received_at) values ({message}, {consumer}, {now}) on conflict do nothing",
                context.CancellationToken);
        if (rows == 0)
        {
            Telemetry.MessagesRepeated.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", consumer));
            return;
        }

        await next.Send(context);
        await transaction.CommitAsync(CancellationToken.None);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");
}
