using System.Text.Json.Nodes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Feeds;

namespace Ips.Reporting.Webhooks;

/// <summary>The messages of webhooks: CloudEvents 1.0 in JSON.</summary>
public static class WebhookMessage
{
    /// <summary>The type of a test message.</summary>
    public const string TestType = "us.ips.webhook.test.v1";

    /// <summary>The <c>webhook-id</c> of an event: the same on every attempt.</summary>
    public static string IdOf(Guid id) => $"msg_{id}";

    /// <summary>The message of an event.</summary>
    public static string Of(SubscriberEvent one) => Write(one.Id, one.Source, one.Type.CloudEventType, one.Subject, one.Sequence, one.OccurredAt,
        one.Type.Label, one.Data.DeepClone());

    /// <summary>A test message.</summary>
    public static string Test(Guid id, Webhook webhook, DateTimeOffset now) => Write(id, "/ips/reporting", TestType, webhook.Id.Name, 0, now, Confidentiality.Normal,
        new JsonObject { ["webhook"] = webhook.Id.Name });

    private static string Write(Guid id, string source, string type, string subject, long sequence, DateTimeOffset at, string label, JsonNode data) => new JsonObject
    {
        ["specversion"] = "1.0",
        ["id"] = id.ToString(),
        ["source"] = source,
        ["type"] = type,
        ["subject"] = subject,
        ["time"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["datacontenttype"] = "application/json",
        ["sequence"] = sequence.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["partitionkey"] = subject,
        ["confidentiality"] = label,
        ["data"] = data,
    }.ToJsonString();
}
