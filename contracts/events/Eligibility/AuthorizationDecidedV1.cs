namespace Ips.Contracts.Events;

/// <summary>The payer decided a request.</summary>
[EventName("ips.eligibility.authorization-decided.v1")]
public sealed record AuthorizationDecidedV1 : ProviderEvent
{
    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the payer organization.</summary>
    public required string Payer { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the kind in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>What the payer decided: approve, modify or deny.</summary>
    public required string Outcome { get; init; }

    /// <summary>First day approved; null when denied.</summary>
    public required DateOnly? ApprovedFrom { get; init; }

    /// <summary>Last day approved, included; null when denied.</summary>
    public required DateOnly? ApprovedThrough { get; init; }

    /// <summary>Units approved; 0 when denied.</summary>
    public required int ApprovedUnits { get; init; }

    /// <summary>The rule that causes a denial or modification; null otherwise.</summary>
    public required string? RuleId { get; init; }

    /// <summary>What was not met and the payer overrode, such as eligible or career_profile; null when everything was met.</summary>
    public IReadOnlyList<string>? Overridden { get; init; }

    /// <summary>The specific reason of a denial or modification, as the code of the contract in lower case; null otherwise.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The appeal that was decided by it; null for any other decision.</summary>
    public AppealId? AppealId { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AuthorizationId.Name;
}
