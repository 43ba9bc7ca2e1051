namespace Ips.Contracts.Events;

/// <summary>A role in a team was given its last day.</summary>
[EventName("ips.staffing.role-ended.v1")]
public sealed record RoleEndedV1 : ProviderEvent
{
    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>Code of the role, for example ESP.</summary>
    public required string Role { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; before the first day when the role was never held.</summary>
    public required DateOnly Through { get; init; }

    /// <inheritdoc/>
    protected override string Resource => StaffMemberId.Name;
}
