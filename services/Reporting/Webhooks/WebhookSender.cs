using Ips.Contracts;
using Ips.Reporting.Db;
using Ips.Reporting.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>
/// Sends every webhook its events, one after the other (<see cref="ReceiverSender{TId}"/>). A message that is sent again has the same id.
/// </summary>
public sealed partial class WebhookSender(
    NpgsqlDataSource database, CallerContexts<ReportingDb> contexts, SharedEventLog log, SubscriberEvents events, WebhookClient client,
    WebhookSecrets secrets, SubscriberAudit audit, SweepClock trusted, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookSender> logger)
    : ReceiverSender<WebhookId>(database, log, logger)
{
    private const int Page = 50;

    private const string Note =
        """
        insert into webhook_deliveries as d (webhook_id, event_id, type, attempts, status, failure, first_attempt_at, last_attempt_at, acknowledged_at)
        values (@webhook, @event, @type, 1, @status, @failure, @now, @now, @acknowledged)
        on conflict (webhook_id, event_id) do update set attempts = d.attempts + 1, status = excluded.status, failure = excluded.failure,
          last_attempt_at = excluded.last_attempt_at, acknowledged_at = coalesce(d.acknowledged_at, excluded.acknowledged_at)
        """;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    private readonly NpgsqlDataSource database = database;
    private readonly SharedEventLog log = log;
    private readonly ILogger logger = logger;
    private long lastSweep = clock.GetTimestamp();

    /// <inheritdoc/>
    protected override TimeSpan Every => options.Value.Every;

    /// <inheritdoc/>
    protected override string Kind => "webhook";

    /// <summary>Removes deliveries that are no longer listed, if the clock is trusted.</summary>
    public async Task Sweep(CancellationToken cancellationToken)
    {
        if (await trusted.Now(cancellationToken) is not { } now)
            return;
        await using var command = database.CreateCommand(SweptRow.Delete("webhook_deliveries", "last_attempt_at < @before"));
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("before", now - options.Value.KeepDeliveries);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task Tidy(CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(lastSweep) < SweepEvery)
            return;
        lastSweep = clock.GetTimestamp();
        await Sweep(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<WebhookId>> Due(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.Open(Caller.None);
        return await db.Webhooks.AsNoTracking()
            .Where(w => w.State == Proto.WebhookState.Active && (w.NextAttemptAt == null || w.NextAttemptAt <= now)).Select(w => w.Id)
            .ToListAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<bool> SendPage(WebhookId id, CancellationToken cancellationToken)
    {
        await using var owner = contexts.Open(Caller.None);
        if (await owner.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is not { } webhook
            || webhook.State != Proto.WebhookState.Active || webhook.NextAttemptAt > clock.GetUtcNow())
            return false;
        var subscriber = webhook.Subscriber;
        await using var db = contexts.Open(subscriber);
        var range = await log.Range(cancellationToken);
        var (found, next) = await events.Read(db, subscriber, webhook.Position, range.Last, Page, webhook.WireNames, cancellationToken);
        foreach (var one in found)
        {
            await audit.Read(subscriber, one.People, cancellationToken);
            var now = clock.GetUtcNow();
            var answer = await client.Send(
                webhook.Url, WebhookMessage.IdOf(one.Id), now, WebhookMessage.Of(one), secrets.Of(webhook, now), cancellationToken);
            await NoteDelivery(webhook.Id, one, answer, now, cancellationToken);
            if (!(answer.Acknowledged ? await Acknowledged(owner, webhook, one.Position, cancellationToken)
                : await Failed(owner, webhook, answer, now, cancellationToken)))
                return false;
        }

        // Events that the subscriber may not see are behind it too.
        return (next == webhook.Position || await Acknowledged(owner, webhook, next, cancellationToken)) && found.Count == Page;
    }

    // A change of the webhook meanwhile, such as a replay, is kept: what was sent since then is sent again.
    private static async Task<bool> Acknowledged(ReportingDb db, Webhook webhook, long position, CancellationToken cancellationToken)
    {
        var stored = await db.Webhooks.Where(w => w.Id == webhook.Id && w.Version == webhook.Version).ExecuteUpdateAsync(row => row
            .SetProperty(w => w.Position, position).SetProperty(w => w.FailingSince, (DateTimeOffset?)null).SetProperty(w => w.FailedAttempts, 0)
            .SetProperty(w => w.LastFailure, Proto.DeliveryFailure.Unspecified).SetProperty(w => w.NextAttemptAt, (DateTimeOffset?)null), cancellationToken);
        webhook.Position = position;
        return stored == 1;
    }

    private async Task<bool> Failed(ReportingDb db, Webhook webhook, ReceiverAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = webhook.FailingSince ?? now;
        var attempts = webhook.FailedAttempts + 1;
        var reason = answer.Gone ? "gone" : now - since >= options.Value.DisableAfter ? "not_acknowledged" : "";
        var state = reason.Length > 0 ? Proto.WebhookState.Disabled : Proto.WebhookState.Active;
        var next = now + Receivers.WaitAfter(attempts);
        var version = webhook.Version + (reason.Length > 0 ? 1 : 0);
        await db.Webhooks.Where(w => w.Id == webhook.Id && w.Version == webhook.Version).ExecuteUpdateAsync(row => row
            .SetProperty(w => w.State, state).SetProperty(w => w.DisabledReason, reason).SetProperty(w => w.FailingSince, since)
            .SetProperty(w => w.FailedAttempts, attempts).SetProperty(w => w.LastFailure, answer.Failure).SetProperty(w => w.NextAttemptAt, next)
            .SetProperty(w => w.Version, version), cancellationToken);
        if (reason.Length > 0)
            Disabled(logger, webhook.Id, answer.Status);
        return false;
    }

    private async Task NoteDelivery(WebhookId id, SubscriberEvent one, ReceiverAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Note);
        command.Parameters.AddWithValue("webhook", id.Value);
        command.Parameters.AddWithValue("event", one.Id);
        command.Parameters.AddWithValue("type", one.Type.WireName);
        command.Parameters.AddWithValue("status", answer.Status);
        command.Parameters.AddWithValue("failure", answer.Failure.ToString());
        command.Parameters.AddWithValue("now", now);
        command.Parameters.AddWithValue("acknowledged", NpgsqlTypes.NpgsqlDbType.TimestampTz, answer.Acknowledged ? now : DBNull.Value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(1602, LogLevel.Warning,
        "Webhook {Webhook} is disabled: its receiver acknowledged nothing for days, or is gone (last status {Status}). Its subscriber enables it again")]
    private static partial void Disabled(ILogger logger, WebhookId webhook, int status);
}
