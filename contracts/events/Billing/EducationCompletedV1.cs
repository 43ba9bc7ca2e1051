namespace Ips.Contracts.Events;

/// <summary>A person completed an education.</summary>
[EventName("ips.billing.education-completed.v1")]
public sealed record EducationCompletedV1 : ProviderEvent
{
    /// <summary>The education.</summary>
    public required EducationId EducationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program under which it was recorded, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Its kind, as the code of the contract in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>The day on which it was completed.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Whether the record is withdrawn or the completion corrected away: it counts nowhere.</summary>
    public required bool Withdrawn { get; init; }

    /// <inheritdoc/>
    protected override string Resource => EducationId.Name;
}
