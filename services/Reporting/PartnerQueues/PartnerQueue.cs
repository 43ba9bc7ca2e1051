namespace Ips.Reporting.PartnerQueues;

/// <summary>A queue at the broker with the events of one subscriber, and how far it was filled. Operations makes it with <c>add-partner</c>.</summary>
public sealed class PartnerQueue
{
    /// <summary>The subscriber's role.</summary>
    public required string Role { get; init; }

    /// <summary>The subscriber's code.</summary>
    public required string Organization { get; init; }

    /// <summary>The position in the log up to which the broker has confirmed everything.</summary>
    public required long Position { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The subscriber: its queue gets what it may see.</summary>
    public Caller Subscriber => new(Role, Organization, Queue, IsPerson: false);

    /// <summary>The queue.</summary>
    public string Queue => QueueOf(Role, Organization);

    /// <summary>The name of a subscriber's queue, and of its user at the broker.</summary>
    public static string QueueOf(string role, string organization) => $"partner.{role}.{organization}";
}
