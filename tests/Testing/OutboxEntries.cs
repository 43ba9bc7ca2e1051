using System.Text.Json;
using Ips.Contracts.Events;

namespace Ips.Testing;

/// <summary>Events as another service's relay sends them.</summary>
public static class OutboxEntries
{
    public static OutboxEntry ToEntry(this DomainEvent happened) => new(
        0, happened.EventId, EventCatalog.Of(happened.GetType()).WireName, MassTransit.MessageUrn.ForTypeString(happened.GetType()), happened.Subject,
        happened.Sequence, happened.OccurredAt, JsonSerializer.Serialize(happened, happened.GetType(), EventCatalog.Json), null, null, happened.Tenant);
}
