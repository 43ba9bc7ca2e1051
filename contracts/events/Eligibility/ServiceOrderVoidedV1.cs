namespace Ips.Contracts.Events;

/// <summary>A service order was voided; it counts as never signed.</summary>
[EventName("ips.eligibility.service-order-voided.v1")]
public sealed record ServiceOrderVoidedV1 : ProviderEvent
{
    /// <summary>The service order.</summary>
    public required ServiceOrderId ServiceOrderId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Whether the order had been in force.</summary>
    public required bool Counted { get; init; }

    /// <inheritdoc/>
    public override string Subject => ServiceOrderId.Name;
}
