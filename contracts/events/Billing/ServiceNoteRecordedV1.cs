using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>The note of a contact was recorded, billable or not.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ServiceNoteId">The note.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="ServiceDate">Day of service.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="BillableMinutes">Minutes that count; 0 when the note is not billable.</param>
/// <param name="DayUnits">Whole units of 15 minutes of the person's day at the provider, earlier notes of the day included.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.billing.service-note-recorded.v1"), MessageUrn("ips:billing:service-note-recorded:v1")]
public sealed record ServiceNoteRecordedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ServiceNoteId, Guid IndividualId, Guid StaffMemberId, string Provider, string Program,
    DateOnly ServiceDate, string Verdict, int BillableMinutes, int DayUnits, Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ServiceNoteId(ServiceNoteId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
