using System.Text.Json.Serialization;

namespace Ips.Contracts.Events;

/// <summary>An event about data of one provider organization.</summary>
public abstract record ProviderEvent : DomainEvent
{
    /// <summary>Code of the provider organization whose data it is.</summary>
    [JsonPropertyOrder(-1)]
    public required string Provider { get; init; }

    /// <inheritdoc/>
    public sealed override string? Tenant => Provider;
}
