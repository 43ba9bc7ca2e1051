namespace Ips.Contracts.Events;

/// <summary>A credential of a staff member was recorded.</summary>
[EventName("ips.staffing.credential-added.v1")]
public sealed record CredentialAddedV1 : ProviderEvent
{
    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>Code of the credential, for example QMHP.</summary>
    public required string CredentialType { get; init; }

    /// <summary>First valid day; null when it is not known.</summary>
    public required DateOnly? ValidFrom { get; init; }

    /// <summary>Last valid day, included; null when there is no end or it is not valid.</summary>
    public required DateOnly? ValidThrough { get; init; }

    /// <inheritdoc/>
    public override string Subject => StaffMemberId.Name;
}
