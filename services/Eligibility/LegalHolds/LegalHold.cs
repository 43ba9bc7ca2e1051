using Ips.Contracts;

namespace Ips.Eligibility.LegalHolds;

/// <summary>A record that retention may not touch, because a court or an inquiry may ask for it. Lifting the hold removes the row.</summary>
public sealed class LegalHold
{
    /// <summary>The person whose record is held.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>When it was placed, UTC.</summary>
    public required DateTimeOffset PlacedAt { get; init; }
}
