namespace Ips.Eligibility.Fhir;

/// <summary>The national provider identifier of an organization, as Staffing last published it.</summary>
public sealed class OrganizationNumber
{
    /// <summary>Code of the organization.</summary>
    public required string Organization { get; init; }

    /// <summary>The number of the event within the organization's; the highest counts.</summary>
    public required long Sequence { get; init; }

    /// <summary>What it is, as the event names it: <c>provider</c>, <c>payer</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>The identifier; null when none is on record.</summary>
    public string? Npi { get; init; }

    /// <summary>When that event was published, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
