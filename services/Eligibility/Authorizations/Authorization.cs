using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>A request to the payer and what came of it (lifecycle 3), with the ledger of its units.</summary>
public sealed class Authorization
{
    /// <summary>The id.</summary>
    public required AuthorizationId Id { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>What it permits.</summary>
    public required Wire.AuthorizationKind Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public required Wire.AuthorizationState State { get; set; }

    /// <summary>Day the payer received the request.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>First day asked for.</summary>
    public required DateOnly RequestedFrom { get; init; }

    /// <summary>Last day asked for, included.</summary>
    public required DateOnly RequestedThrough { get; init; }

    /// <summary>Units asked for.</summary>
    public required int RequestedUnits { get; init; }

    /// <summary>First day approved.</summary>
    public DateOnly? ApprovedFrom { get; set; }

    /// <summary>Last day approved, included.</summary>
    public DateOnly? ApprovedThrough { get; set; }

    /// <summary>Units approved.</summary>
    public int ApprovedUnits { get; set; }

    /// <summary>The rule that the payer named for a denial or modification.</summary>
    public string PayerRuleId { get; set; } = "";

    /// <summary>The payer's reason, sealed: free text may be about the person.</summary>
    public byte[]? PayerReason { get; set; }

    /// <summary>Units taken by claim lines.</summary>
    public List<UnitDraw> Draws { get; init; } = [];

    /// <summary>The receipt of the request.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Units that claim lines hold.</summary>
    public int UnitsUsed => Draws.Where(d => d.ReleasedAt is null).Sum(d => d.Units);

    /// <summary>Units that no claim line holds.</summary>
    public int UnitsLeft => ApprovedUnits - UnitsUsed;

    /// <summary>Whether it permits service on the day.</summary>
    public bool Covers(DateOnly day) => ApprovedFrom <= day && day <= ApprovedThrough;
}

/// <summary>Units that a claim line took, and when it gave them back.</summary>
public sealed class UnitDraw
{
    /// <summary>The claim line; it takes units of an authorization once.</summary>
    public required Guid ClaimLineId { get; init; }

    /// <summary>The day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Units taken.</summary>
    public required int Units { get; init; }

    /// <summary>When they were taken, UTC.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>When they were given back, UTC; null while held.</summary>
    public DateTimeOffset? ReleasedAt { get; set; }
}
