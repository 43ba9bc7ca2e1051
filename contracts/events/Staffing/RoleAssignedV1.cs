namespace Ips.Contracts.Events;

/// <summary>A staff member was given a role in a team.</summary>
[EventName("ips.staffing.role-assigned.v1")]
public sealed record RoleAssignedV1 : ProviderEvent
{
    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>Code of the role, for example ESP.</summary>
    public required string Role { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it continues.</summary>
    public required DateOnly? Through { get; init; }

    /// <inheritdoc/>
    public override string Subject => StaffMemberId.Name;
}
