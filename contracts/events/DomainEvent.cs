using System.Text.Json.Serialization;

namespace Ips.Contracts.Events;

/// <summary>
/// What happened to one resource: ids, codes, policy days and numbers; never a name, birth date, diagnosis or free text. The event log sets
/// <see cref="EventId"/>, <see cref="OccurredAt"/> and <see cref="Sequence"/>; a publisher sets the properties of its own event.
/// </summary>
public abstract record DomainEvent
{
    /// <summary>The event's id: CloudEvents <c>id</c>, and the message id on the bus.</summary>
    [JsonPropertyOrder(-5)]
    public Guid EventId { get; init; }

    /// <summary>When it was published, UTC: CloudEvents <c>time</c>.</summary>
    [JsonPropertyOrder(-4)]
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>The resource name of what it happened to, for example <c>authorizations/{uuid}</c>: CloudEvents <c>subject</c>.</summary>
    [JsonPropertyOrder(-3)]
    public abstract string Subject { get; }

    /// <summary>The event's number within its subject: 1, 2, 3 without a gap, over all event types of the subject.</summary>
    [JsonPropertyOrder(-2)]
    public long Sequence { get; init; }

    /// <summary>Code of the provider organization whose data it is; feeds and dashboards filter by it. Null when it belongs to no provider.</summary>
    [JsonIgnore]
    public virtual string? Tenant => null;
}
