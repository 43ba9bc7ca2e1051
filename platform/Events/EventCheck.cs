using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Ips.Contracts;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Platform.Events;

/// <summary>An event that no service publishes like this. It goes to the error queue at once, because another attempt reads the same event.</summary>
public sealed class MalformedEventException(string field, string found, string expected)
    : ArgumentException($"{field}: found {found}; expected {expected}.");

/// <summary>
/// What a consumer checks before it believes an event: the headers repeat the event's id, type with version, subject, sequence and tenant, and every value is
/// in the range in which services publish. The broker itself refuses an event whose sender does not own its type (docs/operate.md).
/// </summary>
internal static class EventCheck
{
    /// <summary>No subject has nearly as many events in one epoch. A sequence far above would hide every later event of the subject.</summary>
    internal const long MostEvents = 10_000;

    /// <summary>How far the clocks of two services may differ.</summary>
    internal static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    // A publisher of the release before sends none.
    private const string LabelHeader = "cloudEvents_confidentiality";
    private const int LongestText = 200;
    private const int LongestList = 100;
    private static readonly ConcurrentDictionary<Type, Value[]> Values = new();

    /// <summary>A property of an event type; of an id that must name something, the one of zeros.</summary>
    private sealed record Value(PropertyInfo Property, object? Zero);

    /// <exception cref="MalformedEventException">The event is not one that a service publishes.</exception>
    public static void Require(ConsumeContext context, DomainEvent happened, DateTimeOffset now)
    {
        Require(context.MessageId == happened.EventId && happened.EventId != Guid.Empty, "eventId", $"{happened.EventId}",
            $"the message id {context.MessageId}");
        // The sequences of an epoch begin above its number, which is not above that of the present time.
        var largest = EventEpoch.NumberAt(now + Skew) + MostEvents;
        Require(happened.Sequence >= 1 && happened.Sequence <= largest, "sequence", $"{happened.Sequence}", $"1 to {largest}");
        Require(happened.OccurredAt.Year >= 1900 && happened.OccurredAt <= now + Skew, "occurredAt", $"{happened.OccurredAt:O}",
            $"a time from 1900 to {now + Skew:O}");
        // Ids of version 7 begin with their time. Of two events of a thread the one with the later id counts.
        Require(happened.EventId.Version == 7 && (TimeOf(happened.EventId) - happened.OccurredAt).Duration() <= Skew, "eventId", $"{happened.EventId}",
            $"a UUID of version 7 made at {happened.OccurredAt:O}");
        foreach (var (header, expected) in Headers(happened))
        {
            var found = context.ReceiveContext.TransportHeaders.Get<string>(header);
            Require(found == expected || (found is null && header == LabelHeader), header, Shown(found), expected ?? "none");
        }

        foreach (var (property, zero) in Values.GetOrAdd(happened.GetType(), type => [.. type.GetProperties().Select(p => new Value(p, ZeroOf(p)))]))
        {
            var value = property.GetValue(happened);
            Require(zero is null || !zero.Equals(value), property.Name, "a UUID of zeros", "an id");
            Require(property.Name, value);
        }
    }

    private static object? ZeroOf(PropertyInfo property)
    {
        if (property.IsDefined(typeof(ZerosWhenNoneAttribute)))
            return null;
        var id = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return id == typeof(Guid) || ResourceIds.IsResourceId(id) ? Activator.CreateInstance(id) : null;
    }

    /// <summary>The headers that repeat what the event contains.</summary>
    internal static IEnumerable<(string Name, string? Value)> Headers(DomainEvent happened) =>
    [
        ("cloudEvents_id", happened.EventId.ToString()),
        ("cloudEvents_type", EventCatalog.Of(happened.GetType()).CloudEventType),
        ("cloudEvents_subject", happened.Subject),
        ("cloudEvents_sequence", happened.Sequence.ToString(CultureInfo.InvariantCulture)),
        ("cloudEvents_tenantid", happened.Tenant),
        (LabelHeader, EventCatalog.Of(happened.GetType()).Label),
    ];

    private static void Require(string name, object? value)
    {
        switch (value)
        {
            case string text:
                Require(text.Length <= LongestText && !text.Any(char.IsControl), name, Shown(text), $"up to {LongestText} characters, no control characters");
                break;
            case IReadOnlyList<string> texts:
                Require(texts.Count <= LongestList, name, $"{texts.Count} values", $"up to {LongestList}");
                foreach (var text in texts)
                    Require(name, text ?? throw new MalformedEventException(name, "null", "texts"));
                break;
            case DateOnly day:
                Require(day.Year is >= 1900 and <= 2200, name, $"{day:O}", "a day from 1900 to 2200");
                break;
            case decimal amount:
                Require(Math.Abs(amount) < 10_000_000_000m, name, $"{amount}", "fewer than 11 digits before the point");
                break;
        }
    }

    private static void Require(bool holds, string field, string found, string expected)
    {
        if (!holds)
            throw new MalformedEventException(field, found, expected);
    }

    // Never the text itself: it may be anything.
    private static string Shown(string? text) => text is null ? "none" : $"{text.Length} characters";

    private static DateTimeOffset TimeOf(Guid version7) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(version7.ToString("N")[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
