namespace Ips.Contracts.Events;

/// <summary>A staff member may not serve from a day on. Claims rendered from that day are to be held.</summary>
[EventName("ips.staffing.staff-blocked.v1")]
public sealed record StaffBlockedV1 : ProviderEvent
{
    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the role, for example ESP.</summary>
    public required string Role { get; init; }

    /// <summary>First day on which it holds.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The first rule that is not met; null when all are, or where no rule is evaluated.</summary>
    public required string? RuleId { get; init; }

    /// <inheritdoc/>
    protected override string Resource => StaffMemberId.Name;
}
