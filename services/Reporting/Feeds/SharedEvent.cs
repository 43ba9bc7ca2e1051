using System.Collections.Concurrent;
using System.Text.Json;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;

namespace Ips.Reporting.Feeds;

/// <summary>
/// An event that was consumed here, as it was published: what subscribers of the feed get. The log is always in order per subject; an event that arrives after
/// a later one of its subject is placed, and the later ones are placed again behind it. Rows are kept, so that a subscriber can replay any day.
/// </summary>
public sealed class SharedEvent : ISharedRow
{
    /// <summary>The event's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its place in the log; grows, with holes, in the order of commits.</summary>
    public long Position { get; init; }

    /// <summary>The wire name with its version.</summary>
    public required string Type { get; init; }

    /// <summary>The resource it happened to.</summary>
    public required string Subject { get; init; }

    /// <summary>The event's number within its subject.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When it was stored here, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <inheritdoc/>
    public string? Payer { get; init; }

    /// <inheritdoc/>
    public string? Program { get; init; }

    /// <inheritdoc/>
    public IndividualId? IndividualId { get; init; }

    /// <inheritdoc/>
    public required DateOnly SeenOn { get; init; }

    /// <inheritdoc/>
    public bool ProviderOnly { get; init; }

    /// <summary>The event as raw JSON, as on the bus.</summary>
    public required string Body { get; init; }

    /// <summary>The row of an event. Its facts, if any, give the day on which a payer must cover the person.</summary>
    public static SharedEvent Of(ProviderEvent happened, IReadOnlyList<EventFact> facts, DateTimeOffset receivedAt)
    {
        var keys = EventKeys.Of(happened.GetType());
        return new()
        {
            Id = happened.EventId,
            Type = EventCatalog.Of(happened.GetType()).WireName,
            Subject = happened.Subject,
            Sequence = happened.Sequence,
            OccurredAt = happened.OccurredAt.ToUniversalTime(),
            ReceivedAt = receivedAt,
            Provider = happened.Provider,
            Payer = keys.Payer(happened),
            Program = keys.Program(happened),
            IndividualId = keys.Person(happened),
            SeenOn = facts is [var first, ..] ? first.SeenOn : DateOnly.FromDateTime(happened.OccurredAt.UtcDateTime),
            ProviderOnly = EventKeys.IsOfTheAgencyAlone(happened),
            Body = JsonSerializer.Serialize(happened, happened.GetType(), EventCatalog.Json),
        };
    }
}

/// <summary>Where the events of a type hold payer, program and people.</summary>
internal sealed class EventKeys
{
    private static readonly ConcurrentDictionary<Type, EventKeys> Known = new();

    private EventKeys(Type type)
    {
        (Payer, Program) = (Text("Payer"), Text("Program"));
        var person = type.GetProperty("IndividualId");
        Person = happened => person?.GetValue(happened) as IndividualId?;
        People = [.. type.GetProperties().Where(property => property.PropertyType == typeof(IndividualId) || property.PropertyType == typeof(IndividualId?))
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

        Func<DomainEvent, string?> Text(string name)
        {
            var property = type.GetProperty(name);
            return happened => property?.GetValue(happened) as string;
        }
    }

    public Func<DomainEvent, string?> Payer { get; }

    public Func<DomainEvent, string?> Program { get; }

    public Func<DomainEvent, IndividualId?> Person { get; }

    /// <summary>The JSON names of all properties that hold the id of a person.</summary>
    public IReadOnlyList<string> People { get; }

    /// <summary>Whether only the agency sees an event: deadlines of its staff, as Staffing shows them, and its claims, as Billing does.</summary>
    public static bool IsOfTheAgencyAlone(DomainEvent happened) => happened is StaffDeadlineMovedV1 or StaffDeadlineReachedV1 or ClaimMovedV1;

    public static EventKeys Of(Type type) => Known.GetOrAdd(type, static of => new(of));
}
