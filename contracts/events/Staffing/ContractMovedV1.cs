namespace Ips.Contracts.Events;

/// <summary>
/// A payer's contract with a provider was recorded, accepted or ended: its whole state. Accepted contracts make a payer's network, which decides what it sees.
/// </summary>
[EventName("ips.staffing.contract-moved.v1")]
public sealed record ContractMovedV1 : ProviderEvent
{
    /// <summary>The contract.</summary>
    public required ContractId ContractId { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public required DateOnly? Through { get; init; }

    /// <summary>False for the proposal of a payer that the provider and operations have not accepted: it makes no network.</summary>
    public required bool Accepted { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ContractId.Name;
}
