using Ips.Contracts;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Days on which a person has Assertive Community Treatment. No IPS authorization may share one of them (NC-LIM-002); the database prevents overlaps.
/// </summary>
public sealed class ActSpan
{
    /// <summary>The id of the record that reported it: the same record again corrects the same span.</summary>
    public required Guid Id { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider agency whose record reported it.</summary>
    public required string Provider { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly StartedOn { get; set; }

    /// <summary>Last day, included; null while ACT continues.</summary>
    public DateOnly? EndedThrough { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; set; }
}
