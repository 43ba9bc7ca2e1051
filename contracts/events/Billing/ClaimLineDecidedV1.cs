using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A claim line was made: ready, refused or held.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ClaimLineId">The claim line.</param>
/// <param name="MilestoneId">The milestone.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="MilestoneNumber">The milestone's number, 1 to 9.</param>
/// <param name="ServiceDate">Day of service.</param>
/// <param name="State">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="Code">Procedure code, for example H2023.</param>
/// <param name="Modifiers">Modifiers in order.</param>
/// <param name="Units">Units of the kind the authorization or milestone counts.</param>
/// <param name="PayableUnits">Units that can be paid, within the caps.</param>
/// <param name="Charge">Charge of the line, two decimals.</param>
/// <param name="Amount">What is paid, two decimals; null while the decision cannot say.</param>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
/// <param name="RefusedBy">Ids of the rules that refuse or hold it; empty when it is ready.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.billing.claim-line-decided.v1"), MessageUrn("ips:billing:claim-line-decided:v1")]
public sealed record ClaimLineDecidedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ClaimLineId, Guid MilestoneId, Guid IndividualId, Guid StaffMemberId, string Provider,
    string Program, int MilestoneNumber, DateOnly ServiceDate, string State, string Verdict, string Code, IReadOnlyList<string> Modifiers, int Units,
    int PayableUnits, decimal Charge, decimal? Amount, string Currency, IReadOnlyList<string> RefusedBy, Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ClaimLineId(ClaimLineId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
