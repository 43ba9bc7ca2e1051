namespace Ips.Contracts.Events;

/// <summary>
/// A claim line was created: ready, refused or held. Or it was decided again after a change: attention, and ready when it stands again.
/// </summary>
[EventName("ips.billing.claim-line-decided.v1")]
public sealed record ClaimLineDecidedV1 : ProviderEvent
{
    /// <summary>The claim line.</summary>
    public required ClaimLineId ClaimLineId { get; init; }

    /// <summary>The milestone; a UUID of zeros when the line claims service notes.</summary>
    [ZerosWhenNone]
    public required MilestoneId MilestoneId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number, 1 to 9; 0 when the line claims service notes.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>Day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string State { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>Procedure code, for example H2023; empty where the program prints none.</summary>
    public required string Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public required IReadOnlyList<string> Modifiers { get; init; }

    /// <summary>Units, in the kind that the authorization or milestone counts.</summary>
    public required int Units { get; init; }

    /// <summary>Units that can be paid, within the caps.</summary>
    public required int PayableUnits { get; init; }

    /// <summary>Charge of the line, two decimals.</summary>
    public required decimal Charge { get; init; }

    /// <summary>Amount paid, two decimals; null while facts are missing.</summary>
    public required decimal? Amount { get; init; }

    /// <summary>ISO 4217 code of the amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>Ids of the rules that refuse or hold the line; empty when it is ready.</summary>
    public required IReadOnlyList<string> RefusedBy { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ClaimLineId.Name;
}
