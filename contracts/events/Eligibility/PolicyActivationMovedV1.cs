namespace Ips.Contracts.Events;

/// <summary>
/// A release of a program's policy was proposed, accepted by a second person or withdrawn: its whole state. From its day on, every service decides by an accepted one.
/// </summary>
[EventName("ips.eligibility.policy-activation-moved.v1")]
public sealed record PolicyActivationMovedV1 : DomainEvent
{
    /// <summary>The activation.</summary>
    public required PolicyActivationId PolicyActivationId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The version of the release.</summary>
    public required string PackVersion { get; init; }

    /// <summary>The content hash of the release, lower-case hex.</summary>
    public required string PackHash { get; init; }

    /// <summary>First day on which it is in force, in the program's time zone.</summary>
    public required DateOnly From { get; init; }

    /// <summary>True when it only answers in shadow, beside the release in force.</summary>
    public required bool Shadow { get; init; }

    /// <summary>True when a second person accepted it.</summary>
    public required bool Accepted { get; init; }

    /// <summary>True when it was withdrawn before its day.</summary>
    public required bool Withdrawn { get; init; }

    /// <inheritdoc/>
    protected override string Resource => PolicyActivationId.Name;
}
