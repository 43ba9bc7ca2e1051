using Ips.Contracts.Events;
using Ips.Reporting.Incoming;

namespace Ips.Reporting.Feeds;

/// <summary>The types of events that the feed has: those whose facts are counted here.</summary>
public static class EventFeedTypes
{
    /// <summary>Their wire names.</summary>
    public static IReadOnlySet<string> Names { get; } = typeof(EventFactsConsumer).GetInterfaces()
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IGroupConsumer<>))
        .Select(type => EventCatalog.Of(type.GetGenericArguments()[0]).WireName).ToHashSet(StringComparer.Ordinal);
}
