namespace Ips.Contracts.Events;

/// <summary>
/// A visit of a fidelity review was planned, moved to other days, scored, agreed on, called off, or its draft was issued. It names no evaluator.
/// </summary>
[EventName("ips.fidelity.visit-moved.v1")]
public sealed record VisitMovedV1 : ProviderEvent
{
    /// <summary>The visit.</summary>
    public required VisitId VisitId { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The state before, as the code of the contract's state enum in lower case; null when it was planned now.</summary>
    public required string? FromState { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string ToState { get; init; }

    /// <summary>First day on site.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day on site.</summary>
    public required DateOnly LastOnsiteDay { get; init; }

    /// <summary>How many evaluators are appointed.</summary>
    public required int Evaluators { get; init; }

    /// <summary>The draft; null before it is issued.</summary>
    public required ReviewId? ReviewId { get; init; }

    /// <inheritdoc/>
    protected override string Resource => VisitId.Name;
}
