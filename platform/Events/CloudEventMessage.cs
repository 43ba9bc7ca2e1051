using System.Globalization;
using Ips.Contracts.Events;
using RabbitMQ.Client;

namespace Ips.Platform.Events;

/// <summary>A message that is a CloudEvent 1.0 in binary mode: the body is the event's JSON, its attributes are headers named <c>cloudEvents_*</c>.</summary>
internal static class CloudEventMessage
{
    /// <summary>Its properties. The caller adds the headers that only some messages have.</summary>
    public static BasicProperties Properties(Guid id, string source, string type, string subject, long sequence, DateTimeOffset occurredAt, string? tenant)
    {
        Dictionary<string, object?> headers = new()
        {
            ["cloudEvents_specversion"] = "1.0",
            ["cloudEvents_id"] = id.ToString(),
            ["cloudEvents_source"] = source,
            ["cloudEvents_type"] = type,
            ["cloudEvents_subject"] = subject,
            ["cloudEvents_time"] = occurredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
            ["cloudEvents_datacontenttype"] = "application/json",
            ["cloudEvents_sequence"] = sequence.ToString(CultureInfo.InvariantCulture),
            ["cloudEvents_partitionkey"] = subject,
            // What the catalog does not know may be about anybody.
            ["cloudEvents_confidentiality"] = EventCatalog.Find(type)?.Label ?? Confidentiality.Restricted,
        };
        if (tenant is not null)
            headers["cloudEvents_tenantid"] = tenant;
        return new()
        {
            MessageId = id.ToString(),
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            Timestamp = new AmqpTimestamp(occurredAt.ToUnixTimeSeconds()),
            Headers = headers,
        };
    }
}
