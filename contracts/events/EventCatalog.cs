using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.Contracts.Events;

/// <summary>An event of the catalog.</summary>
/// <param name="Type">The record.</param>
/// <param name="WireName">Its name on the bus with its version, <c>ips.eligibility.determination-made.v1</c>; the exchange is named so.</param>
/// <param name="CloudEventType">Its CloudEvents <c>type</c>, <c>us.ips.eligibility.determination.made.v1</c>.</param>
/// <param name="Service">The service that publishes it, <c>eligibility</c>.</param>
/// <param name="Version">The version in both names, 1 or more.</param>
/// <param name="Label">Its confidentiality, a code of <see cref="Confidentiality"/>.</param>
public sealed record EventType(Type Type, string WireName, string CloudEventType, string Service, int Version, string Label);

/// <summary>Every event of the platform, by type and by wire name: all event records of this assembly.</summary>
public static class EventCatalog
{
    private static readonly FrozenDictionary<Type, EventType> ByType = typeof(EventCatalog).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DomainEvent)))
        .Select(Read)
        .ToFrozenDictionary(entry => entry.Type);

    private static readonly FrozenDictionary<string, EventType> ByWireName = ByType.Values
        .SelectMany(entry => new[] { (Name: entry.WireName, entry), (Name: entry.CloudEventType, entry) })
        .ToFrozenDictionary(pair => pair.Name, pair => pair.entry, StringComparer.Ordinal);

    /// <summary>All events, by wire name.</summary>
    public static IReadOnlyList<EventType> All { get; } = [.. ByType.Values.OrderBy(entry => entry.WireName, StringComparer.Ordinal)];

    /// <summary>How an event is written as JSON: camelCase, ids as UUIDs, days as <c>yyyy-MM-dd</c>, instants as RFC 3339, enums as text.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new ResourceIdJson() },
    };

    /// <summary>The names of an event record.</summary>
    /// <exception cref="ArgumentException">The type is not an event.</exception>
    public static EventType Of(Type type) => ByType.TryGetValue(type, out var entry)
        ? entry
        : throw new ArgumentException($"{type.Name} is not an event; events are records in contracts/events.", nameof(type));

    /// <summary>The event of a wire name or a CloudEvents type; null when there is none.</summary>
    public static EventType? Find(string name) => ByWireName.GetValueOrDefault(name);

    /// <summary>Reads the names of a record, whether or not it is in the catalog.</summary>
    /// <exception cref="InvalidOperationException">The record has no wire name or one of another form.</exception>
    public static EventType Read(Type type)
    {
        var wire = type.GetCustomAttribute<EventNameAttribute>()?.Name
            ?? throw new InvalidOperationException($"{type.Name} has no [EventName(\"ips.<service>.<noun-verb>.v<number>\")].");
        // ips . service . noun-verb . vN
        var parts = wire.Split('.');
        if (parts is not ["ips", var service, var what, ['v', .. var number]]
            || what.LastIndexOf('-') is not (> 0 and var cut)
            || !int.TryParse(number, out var version))
        {
            throw new InvalidOperationException($"{type.Name} is named {wire}; expected ips.<service>.<noun-verb>.v<number>.");
        }

        return new(type, wire, $"us.ips.{service}.{what[..cut]}.{what[(cut + 1)..]}.v{version}", service, version, Confidentiality.Of(type));
    }
}
