using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>Sends a test message and answers what the receiver said. It stores nothing and changes no state of the webhook.</summary>
public sealed class TestWebhook(FindWebhooks find, WebhookClient client, WebhookSecrets secrets, TimeProvider clock)
{
    public async Task<Result<Proto.WebhookTest>> Handle(Proto.TestWebhookRequest request, CancellationToken cancellationToken)
    {
        if (!(await find.Named(request.Name, cancellationToken)).Is(out var webhook, out var problem))
            return problem;
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var answer = await client.Send(
            webhook.Url, WebhookMessage.IdOf(id), now, WebhookMessage.Test(id, webhook, now), secrets.Of(webhook, now), cancellationToken);
        return new Proto.WebhookTest { Acknowledged = answer.Acknowledged, Status = answer.Status, Failure = answer.Failure };
    }
}

/// <summary>The secrets that sign the messages of a webhook.</summary>
public sealed class WebhookSecrets(PersonalDataProtector protector)
{
    /// <summary>The present one, and the one before while it still signs.</summary>
    public IReadOnlyList<string> Of(Webhook webhook, DateTimeOffset now) => webhook.PreviousSecret is { } previous && webhook.PreviousSecretThrough > now
        ? [protector.Unprotect(webhook.Secret), protector.Unprotect(previous)]
        : [protector.Unprotect(webhook.Secret)];
}
