namespace Ips.Contracts.Events;

/// <summary>A staff member's qualification for a role on a day was decided.</summary>
[EventName("ips.staffing.qualification-decided.v1")]
public sealed record QualificationDecidedV1 : ProviderEvent
{
    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the role, for example ESP.</summary>
    public required string Role { get; init; }

    /// <summary>The day for which it was decided.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>The qualification's status, for example provisional; null while facts are missing.</summary>
    public required string? Status { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    public override string Subject => StaffMemberId.Name;
}
