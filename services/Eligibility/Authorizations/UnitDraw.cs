using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

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

    /// <summary>The entry of the ledger at an instant. A hold that ended is free from its instant on, whether its release was written or not.</summary>
    internal Proto.UnitEntry ToProto(IndividualId individual, DateTimeOffset now)
    {
        var ended = HeldUntil is { } until && (ReleasedAt == until || (ReleasedAt is null && until <= now));
        return new()
        {
            Individual = individual.Name,
            ClaimLine = new ClaimLineId(ClaimLineId).Name,
            ServiceDate = ServiceDate.Day(),
            Units = Units,
            State = ended ? Proto.UnitEntryState.HoldEnded
                : ReleasedAt is not null ? Proto.UnitEntryState.Returned
                : HeldUntil is not null ? Proto.UnitEntryState.Held : Proto.UnitEntryState.Taken,
            TakeTime = TakenAt.ToTimestamp(),
            HeldUntil = HeldUntil?.ToTimestamp(),
            ReturnTime = (ended ? HeldUntil : ReleasedAt)?.ToTimestamp(),
        };
    }
}
