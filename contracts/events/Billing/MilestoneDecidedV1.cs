using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>It was decided whether a milestone is reached and what is paid.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="MilestoneId">The milestone.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Number">The milestone's number, 1 to 9.</param>
/// <param name="EventDate">Day of the milestone event.</param>
/// <param name="State">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="Funder">Who pays: Alliance or VR; null while the decision cannot say.</param>
/// <param name="Units">Units of the kind the authorization or milestone counts.</param>
/// <param name="PayableUnits">Units that can be paid, within the caps.</param>
/// <param name="Amount">What is paid, two decimals; null while the decision cannot say.</param>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.billing.milestone-decided.v1"), MessageUrn("ips:billing:milestone-decided:v1")]
public sealed record MilestoneDecidedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid MilestoneId, Guid IndividualId, string Provider, string Program, int Number, DateOnly EventDate,
    string State, string Verdict, string? Funder, int Units, int PayableUnits, decimal? Amount, string Currency, Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new MilestoneId(MilestoneId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
