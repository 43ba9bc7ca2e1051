using Ips.Contracts;

namespace Ips.Eligibility.LegalHolds;

/// <summary>A record that retention may not change, because a court or an inquiry may require it. Lifting the hold removes the row.</summary>
public sealed class LegalHold
{
    /// <summary>The person whose record is held.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>When it was placed, UTC.</summary>
    public required DateTimeOffset PlacedAt { get; init; }
}
