namespace Ips.Contracts.Events;

/// <summary>A provider formed a team.</summary>
[EventName("ips.staffing.team-formed.v1")]
public sealed record TeamFormedV1 : ProviderEvent
{
    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>First day of continuous operation.</summary>
    public required DateOnly OperationStart { get; init; }

    /// <inheritdoc/>
    public override string Subject => TeamId.Name;
}
