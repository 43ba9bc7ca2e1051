namespace Ips.Contracts.Events;

/// <summary>A vocational rehabilitation agency authorized a milestone, or took its authorization back.</summary>
[EventName("ips.eligibility.vr-authorization-moved.v1")]
public sealed record VrAuthorizationMovedV1 : ProviderEvent
{
    /// <summary>The authorization.</summary>
    public required VrAuthorizationId VrAuthorizationId { get; init; }

    /// <summary>The referral.</summary>
    public required ReferralId ReferralId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the agency.</summary>
    public required string Organization { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Authorized or cancelled.</summary>
    public required string State { get; init; }

    /// <summary>The milestone.</summary>
    public required int Milestone { get; init; }

    /// <summary>What the agency pays, two decimals.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217 code of the amount.</summary>
    public required string Currency { get; init; }

    /// <summary>First day on which the milestone may be reached.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last such day, included.</summary>
    public required DateOnly ValidThrough { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <inheritdoc/>
    protected override string Resource => VrAuthorizationId.Name;
}
