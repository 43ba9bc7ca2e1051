using Google.Protobuf;
using Ips.Contracts;
using Ips.Reporting.Db;
using Ips.Reporting.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>Rotates the secret of a webhook, replays a day, enables and disables it.</summary>
public sealed class ChangeWebhook(
    ReportingDb db, SharedEventLog log, PersonalDataProtector protector, Requests requests, IOptions<WebhookOptions> options, TimeProvider clock)
{
    public Task<Result<Proto.Webhook>> Handle(Proto.RotateWebhookSecretRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.RequestId, request, (webhook, _) =>
        {
            var secret = WebhookClient.NewSecret();
            (webhook.PreviousSecret, webhook.Secret) = (webhook.Secret, protector.Protect(secret));
            webhook.PreviousSecretThrough = clock.GetUtcNow() + options.Value.KeepPreviousSecret;
            return Task.FromResult(secret);
        }, cancellationToken);

    public Task<Result<Proto.Webhook>> Handle(Proto.ReplayWebhookRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var day = fields.Day("from_day", request.FromDay);
        return Change(fields, request.Name, request.Etag, request.RequestId, request, async (webhook, s) =>
        {
            webhook.Position = Math.Min(webhook.Position, await log.Before(day, s) ?? webhook.Position);
            webhook.NextAttemptAt = null;
            return "";
        }, cancellationToken);
    }

    public Task<Result<Proto.Webhook>> Handle(Proto.EnableWebhookRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.RequestId, request, (webhook, _) =>
        {
            webhook.Restart();
            return Task.FromResult("");
        }, cancellationToken);

    public Task<Result<Proto.Webhook>> Handle(Proto.DisableWebhookRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.RequestId, request, (webhook, _) =>
        {
            if (webhook.State == Proto.WebhookState.Active)
                (webhook.State, webhook.DisabledReason) = (Proto.WebhookState.Disabled, "by_subscriber");
            return Task.FromResult("");
        }, cancellationToken);

    private Task<Result<Proto.Webhook>> Change(RequestValidator fields, string name, string etag, string requestId, IMessage request,
        Func<Webhook, CancellationToken, Task<string>> change, CancellationToken cancellationToken)
    {
        var id = fields.Id<WebhookId>("name", name);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Webhook>>(bad);
        return requests.Run<Proto.Webhook>(requestId, request, async s =>
        {
            if (await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, s) is not { } webhook)
                return new Problem.NotFound("webhook", name);
            if (!webhook.Expects(etag))
                return new Problem.Stale("webhook", name);
            Changes changes = new(clock.GetUtcNow());
            var secret = await change(webhook, s);
            changes.Update(webhook);
            return new Decided<Proto.Webhook>(webhook.ToProto(secret), changes);
        }, cancellationToken);
    }
}
