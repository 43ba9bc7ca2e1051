using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A referral to the state vocational rehabilitation agency took a step.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ReferralId">The referral.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="FromState">Where it stood before; null when it is new.</param>
/// <param name="ToState">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="On">The day of the step.</param>
/// <param name="ServiceInitiationDate">First day of the service.</param>
/// <param name="DueOn">Last day in time; null when none is set.</param>
/// <param name="LateAfter">Last day before it counts as late; null when none is set.</param>
[EntityName("ips.eligibility.referral-moved.v1"), MessageUrn("ips:eligibility:referral-moved:v1")]
public sealed record ReferralMovedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ReferralId, Guid IndividualId, string Provider, string Program, string? FromState, string ToState,
    DateOnly On, DateOnly ServiceInitiationDate, DateOnly? DueOn, DateOnly? LateAfter) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ReferralId(ReferralId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
