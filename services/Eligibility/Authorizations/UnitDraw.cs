using Ips.Contracts;

namespace Ips.Eligibility.Authorizations;

/// <summary>Units that a claim line took, and when it returned them. It has no version of its own: every change raises that of its authorization.</summary>
public sealed class UnitDraw
{
    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The claim line; it takes units of an authorization once.</summary>
    public required Guid ClaimLineId { get; init; }

    /// <summary>The day of service.</summary>
    public required DateOnly ServiceDate { get; set; }

    /// <summary>Units taken.</summary>
    public required int Units { get; set; }

    /// <summary>When they were taken, UTC.</summary>
    public required DateTimeOffset TakenAt { get; set; }

    /// <summary>Until when they are held, UTC; null when they are confirmed.</summary>
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>When they were returned, UTC; null while the line has them.</summary>
    public DateTimeOffset? ReleasedAt { get; set; }

    /// <summary>Whether the line has the units at an instant.</summary>
    public bool Counts(DateTimeOffset now) => ReleasedAt is null && !(HeldUntil <= now);
}
