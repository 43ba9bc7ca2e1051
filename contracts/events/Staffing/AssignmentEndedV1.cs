namespace Ips.Contracts.Events;

/// <summary>An assignment was given its last day.</summary>
[EventName("ips.staffing.assignment-ended.v1")]
public sealed record AssignmentEndedV1 : ProviderEvent
{
    /// <summary>The assignment.</summary>
    public required AssignmentId AssignmentId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included.</summary>
    public required DateOnly Through { get; init; }

    /// <inheritdoc/>
    public override string Subject => AssignmentId.Name;
}
