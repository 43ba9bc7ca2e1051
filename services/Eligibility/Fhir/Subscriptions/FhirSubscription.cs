using Hl7.Fhir.Model;

namespace Ips.Eligibility.Fhir.Subscriptions;

/// <summary>An agency's wish to be notified when the answer to one of its Claims changes (PAS topic, R4 with the backport of R5 subscriptions).</summary>
public sealed class FhirSubscription : IVersioned
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The address of this FHIR endpoint as the agency calls it.</summary>
    public required string Server { get; init; }

    /// <summary>The agency's own identifier, as it sent it in the filter.</summary>
    public required string OrgIdentifier { get; set; }

    /// <summary>Where notifications go.</summary>
    public required string Endpoint { get; set; }

    /// <summary>The media type of notifications.</summary>
    public required string MediaType { get; set; }

    /// <summary>Whether notifications bring the address of the answer and not the answer.</summary>
    public bool IdsOnly { get; set; }

    /// <summary>Headers of each notification with a line break between them, encrypted: one may hold a secret.</summary>
    public byte[]? Headers { get; set; }

    /// <summary>Why the agency subscribes; encrypted.</summary>
    public byte[]? Reason { get; set; }

    /// <summary>When it ends, UTC; null when it has no end.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>Requested until the receiver acknowledged the handshake, then active; error when it acknowledges nothing any more; off.</summary>
    public required Subscription.SubscriptionStatus State { get; set; }

    /// <summary>Why it is in error, a code; empty otherwise.</summary>
    public string Error { get; set; } = "";

    /// <summary>The position in the log up to which everything was acknowledged.</summary>
    public required long Position { get; set; }

    /// <summary>Notifications that were acknowledged; the number of the last one.</summary>
    public long Events { get; set; }

    /// <summary>Since when nothing was acknowledged, UTC; null when the last message was.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Failed attempts since then.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>When the next attempt is due, UTC; null for at once.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The agency: what is sent is what it may see.</summary>
    public Caller Subscriber => new(Roles.Provider, Provider, $"Subscription/{Id}", IsPerson: false);

    /// <summary>Whether messages are sent to it.</summary>
    public bool IsLive => State is Subscription.SubscriptionStatus.Requested or Subscription.SubscriptionStatus.Active;

    /// <summary>Begins again with a handshake, as if nothing had failed.</summary>
    public void Restart()
    {
        (State, Error) = (Subscription.SubscriptionStatus.Requested, "");
        (FailingSince, FailedAttempts, NextAttemptAt) = (null, 0, null);
    }
}
