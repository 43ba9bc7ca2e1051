namespace Ips.Contracts.Events;

/// <summary>Who holds which role in a team changed.</summary>
[EventName("ips.staffing.team-changed.v1")]
public sealed record TeamChangedV1 : ProviderEvent
{
    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>Code of the role, for example ESP.</summary>
    public required string Role { get; init; }

    /// <summary>role_assigned or role_ended.</summary>
    public required string Status { get; init; }

    /// <summary>The first day in the role, or the last one.</summary>
    public required DateOnly On { get; init; }

    /// <inheritdoc/>
    protected override string Resource => TeamId.Name;
}
