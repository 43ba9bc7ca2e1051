namespace Ips.Contracts.Events;

/// <summary>A provider registered a staff member.</summary>
[EventName("ips.staffing.staff-member-registered.v1")]
public sealed record StaffMemberRegisteredV1 : ProviderEvent
{
    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The staff member's day of hire.</summary>
    public required DateOnly HireDate { get; init; }

    /// <inheritdoc/>
    public override string Subject => StaffMemberId.Name;
}
