namespace Ips.Contracts.Events;

/// <summary>A person was assigned to a staff member.</summary>
[EventName("ips.staffing.assignment-made.v1")]
public sealed record AssignmentMadeV1 : ProviderEvent
{
    /// <summary>The assignment.</summary>
    public required AssignmentId AssignmentId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the role, for example ESP.</summary>
    public required string Role { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>People on the caseload on the first day, this one included.</summary>
    public required int ActiveCount { get; init; }

    /// <summary>The limit that applies; null when the program has none.</summary>
    public required int? Limit { get; init; }

    /// <inheritdoc/>
    public override string Subject => AssignmentId.Name;
}
