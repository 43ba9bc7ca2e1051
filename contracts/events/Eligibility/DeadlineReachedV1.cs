using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A stage of a deadline was reached: it is due soon, due or overdue. Told once per stage and arming; it decides nothing.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="DeadlineId">The deadline.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person; null where it concerns none.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Kind">What is due, a code such as authorization-end.</param>
/// <param name="RuleId">The rule that sets the day.</param>
/// <param name="About">Resource name of what it is about.</param>
/// <param name="State">The stage: due_soon, due or overdue.</param>
/// <param name="LeadDays">Days before the due day; null unless due soon.</param>
/// <param name="DueOn">The last day in time.</param>
/// <param name="Arming">1 at first, one more each time the day was corrected; events of an older arming are out of date.</param>
[EntityName("ips.eligibility.deadline-reached.v1"), MessageUrn("ips:eligibility:deadline-reached:v1")]
public sealed record DeadlineReachedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid DeadlineId, Guid? IndividualId, string Provider, string Program, string Kind, string RuleId,
    string About, string State, int? LeadDays, DateOnly DueOn, int Arming) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new DeadlineId(DeadlineId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
