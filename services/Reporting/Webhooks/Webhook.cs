using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>An address to which a subscriber's events are sent, and how far they were acknowledged.</summary>
public sealed class Webhook : IVersioned
{
    /// <summary>The id.</summary>
    public required WebhookId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The subscriber's role.</summary>
    public required string Role { get; init; }

    /// <summary>The subscriber's code.</summary>
    public required string Organization { get; init; }

    /// <summary>The address.</summary>
    public required string Url { get; init; }

    /// <summary>Wire names of the types that are sent, with a blank between them; empty for all.</summary>
    public required string Types { get; init; }

    /// <summary>The secret, encrypted.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>The secret before, encrypted; null when none signs any more.</summary>
    public byte[]? PreviousSecret { get; set; }

    /// <summary>Until when the secret before signs too, UTC.</summary>
    public DateTimeOffset? PreviousSecretThrough { get; set; }

    /// <summary>The state.</summary>
    public required Proto.WebhookState State { get; set; }

    /// <summary>Why it is disabled, a code; empty while it is active.</summary>
    public string DisabledReason { get; set; } = "";

    /// <summary>The position in the log up to which everything was acknowledged.</summary>
    public required long Position { get; set; }

    /// <summary>Since when nothing was acknowledged, UTC; null when the last message was.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Failed attempts since then.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public Proto.DeliveryFailure LastFailure { get; set; }

    /// <summary>When the next attempt is due, UTC; null for at once.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The subscriber: what is sent is what it may see.</summary>
    public Caller Subscriber => new(Role, Organization, Id.Name, IsPerson: false);

    /// <summary>The types that are sent; empty for all.</summary>
    public IReadOnlyList<string> WireNames => Types.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As the contract shows it.</summary>
    /// <param name="secret">The secret, in the answers that show it.</param>
    public Proto.Webhook ToProto(string secret = "") => new()
    {
        Name = Id.Name,
        Url = Url,
        EventTypes = { WireNames.Select(name => EventCatalog.Find(name)!.CloudEventType) },
        State = State,
        DisabledReason = DisabledReason,
        Secret = secret,
        PreviousSecretThrough = PreviousSecretThrough?.ToTimestamp(),
        FailingSince = FailingSince?.ToTimestamp(),
        FailedAttempts = FailedAttempts,
        LastFailure = LastFailure,
        NextAttemptTime = State == Proto.WebhookState.Active ? NextAttemptAt?.ToTimestamp() : null,
        CreateTime = CreatedAt.ToTimestamp(),
        Etag = this.Etag(),
    };

    /// <summary>Sends again at once, as if nothing had failed.</summary>
    public void Restart()
    {
        (State, DisabledReason) = (Proto.WebhookState.Active, "");
        (FailingSince, FailedAttempts, LastFailure, NextAttemptAt) = (null, 0, Proto.DeliveryFailure.Unspecified, null);
    }
}

/// <summary>What was sent to a webhook about one event, and what came back.</summary>
public sealed class WebhookDelivery
{
    /// <summary>The webhook.</summary>
    public required WebhookId WebhookId { get; init; }

    /// <summary>The event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Its wire name.</summary>
    public required string Type { get; init; }

    /// <summary>How often it was sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>The HTTP status of the last attempt; 0 when there was no answer.</summary>
    public required int Status { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public required Proto.DeliveryFailure Failure { get; init; }

    /// <summary>When it was first sent, UTC.</summary>
    public required DateTimeOffset FirstAttemptAt { get; init; }

    /// <summary>When it was last sent, UTC.</summary>
    public required DateTimeOffset LastAttemptAt { get; init; }

    /// <summary>When it was acknowledged, UTC; null until then.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.WebhookDelivery ToProto() => new()
    {
        EventId = EventId.ToString(),
        Type = EventCatalog.Find(Type)!.CloudEventType,
        Attempts = Attempts,
        Status = Status,
        Failure = Failure,
        FirstAttemptTime = FirstAttemptAt.ToTimestamp(),
        LastAttemptTime = LastAttemptAt.ToTimestamp(),
        AcknowledgeTime = AcknowledgedAt?.ToTimestamp(),
    };
}
