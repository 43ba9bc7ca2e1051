namespace Ips.Contracts.Events;

/// <summary>A service note was voided: it counts nowhere any more.</summary>
[EventName("ips.billing.service-note-voided.v1")]
public sealed record ServiceNoteVoidedV1 : ProviderEvent
{
    /// <summary>The note.</summary>
    public required ServiceNoteId ServiceNoteId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Why, as the code of the contract's reason in lower case.</summary>
    public required string Outcome { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ServiceNoteId.Name;
}
