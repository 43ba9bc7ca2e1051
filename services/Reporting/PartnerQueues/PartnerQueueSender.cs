using Ips.Reporting.Db;
using Ips.Reporting.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Ips.Reporting.PartnerQueues;

/// <summary>
/// Publishes to every partner's queue the events that the partner may see, in the order of the log. A page counts as sent when the broker has confirmed all of
/// it; after a failure it is sent again under the same ids. A queue that is full, because its partner reads nothing, refuses messages: they wait in the log.
/// </summary>
public sealed partial class PartnerQueueSender(
    NpgsqlDataSource database, CallerContexts<ReportingDb> contexts, SharedEventLog log, SubscriberEvents events, SubscriberAudit audit,
    PartnerExchange exchange, IConfiguration configuration, ILogger<PartnerQueueSender> logger) : BackgroundService
{
    private const int Page = 100;

    /// <summary>Publishes what is new to every queue.</summary>
    public async Task Round(CancellationToken cancellationToken)
    {
        List<PartnerQueue> queues;
        await using (var db = contexts.Open(Caller.None))
            queues = await db.PartnerQueues.AsNoTracking().ToListAsync(cancellationToken);
        foreach (var queue in queues)
        {
            await using var turn = await Turn.Take(database, queue.Queue, cancellationToken);
            while (turn is not null && await SendPage(queue.Role, queue.Organization, cancellationToken))
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var every = TimeSpan.FromSeconds(configuration.GetValue("Partners:EverySeconds", 5));
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = log.More();
            try
            {
                await Round(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed)
            {
                Waiting(logger, failed.GetBaseException().GetType());
            }

            await Task.WhenAny(more, Pause.For(every, stoppingToken));
        }
    }

    private async Task<bool> SendPage(string role, string organization, CancellationToken cancellationToken)
    {
        await using var owner = contexts.Open(Caller.None);
        if (await owner.PartnerQueues.AsNoTracking().SingleOrDefaultAsync(q => q.Role == role && q.Organization == organization, cancellationToken)
            is not { } queue)
            return false;
        var subscriber = queue.Subscriber;
        await using var db = contexts.Open(subscriber);
        var range = await log.Range(cancellationToken);
        var (found, next) = await events.Read(db, subscriber, queue.Position, range.Last, Page, [], cancellationToken);
        if (next == queue.Position)
            return false;
        await audit.Read(subscriber, [.. found.SelectMany(one => one.People).Distinct()], cancellationToken);
        if (!await exchange.Publish([.. found.Select(one => Message(one, queue))], cancellationToken))
        {
            Refused(logger);
            return false;
        }

        await owner.PartnerQueues.Where(q => q.Role == role && q.Organization == organization && q.Position == queue.Position)
            .ExecuteUpdateAsync(row => row.SetProperty(q => q.Position, next), cancellationToken);
        return found.Count == Page;
    }

    private static PartnerMessage Message(SubscriberEvent one, PartnerQueue queue) => new(
        $"{queue.Queue}.{one.Type.CloudEventType}", one.Id, one.Source, one.Type.CloudEventType, one.Subject, one.Sequence, one.OccurredAt, one.Provider,
        one.Data.ToJsonString());

    [LoggerMessage(1611, LogLevel.Warning, "The queues of partners wait ({Fault}): database or broker does not answer; events are sent later")]
    private static partial void Waiting(ILogger logger, Type fault);

    [LoggerMessage(1612, LogLevel.Warning,
        "The broker did not take every event for a partner: its queue is full or gone, or the broker is away; events are sent later")]
    private static partial void Refused(ILogger logger);
}
