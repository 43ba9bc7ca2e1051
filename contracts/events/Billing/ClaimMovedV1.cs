namespace Ips.Contracts.Events;

/// <summary>A claim moved: it went into a file, was handed over, taken in, refused, decided on, replaced, voided or given up.</summary>
[EventName("ips.billing.claim-moved.v1")]
public sealed record ClaimMovedV1 : ProviderEvent
{
    /// <summary>The claim.</summary>
    public required ClaimId ClaimId { get; init; }

    /// <summary>Its line.</summary>
    public required ClaimLineId ClaimLineId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number, 1 to 9; 0 when the line claims service notes.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>Day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Where it was; null for a claim that is new.</summary>
    public required string? FromState { get; init; }

    /// <summary>Where it is: the code of a ClaimState in lower case.</summary>
    public required string ToState { get; init; }

    /// <summary>What it charges, two decimals.</summary>
    public required decimal Charge { get; init; }

    /// <summary>What was paid so far, two decimals.</summary>
    public required decimal Paid { get; init; }

    /// <summary>ISO 4217 code of the amounts.</summary>
    public required string Currency { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ClaimId.Name;
}
