namespace Ips.Contracts.Events;

/// <summary>A claim line was voided and its units were returned.</summary>
[EventName("ips.billing.claim-line-voided.v1")]
public sealed record ClaimLineVoidedV1 : ProviderEvent
{
    /// <summary>The claim line.</summary>
    public required ClaimLineId ClaimLineId { get; init; }

    /// <summary>The milestone; a UUID of zeros when the line claims service notes.</summary>
    [ZerosWhenNone]
    public required MilestoneId MilestoneId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number, 1 to 9; 0 when the line claims service notes.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>Day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Units, in the kind that the authorization or milestone counts.</summary>
    public required int Units { get; init; }

    /// <summary>Charge of the line, two decimals.</summary>
    public required decimal Charge { get; init; }

    /// <summary>ISO 4217 code of the amounts.</summary>
    public required string Currency { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ClaimLineId.Name;
}
