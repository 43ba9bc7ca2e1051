namespace Ips.Contracts.Events;

/// <summary>A reconsideration or an appeal against a payer's decision was filed, acknowledged, decided or withdrawn.</summary>
[EventName("ips.eligibility.appeal-moved.v1")]
public sealed record AppealMovedV1 : ProviderEvent
{
    /// <summary>The appeal.</summary>
    public required AppealId AppealId { get; init; }

    /// <summary>The authorization that the payer had decided.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the payer organization.</summary>
    public required string Payer { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Whether it is a reconsideration or an appeal, as the code of the contract in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it is to be decided within hours.</summary>
    public required bool Expedited { get; init; }

    /// <summary>The state before; null for a new appeal.</summary>
    public required string? FromState { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Last day of the payer's time to decide; null where no clock runs or it is decided.</summary>
    public required DateOnly? DueOn { get; init; }

    /// <summary>Whether the service continues while the appeal is open.</summary>
    public required bool Continues { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AppealId.Name;
}
