using MassTransit;

namespace Ips.Contracts;

/// <summary>
/// Something that happened to one aggregate. Carries ids, codes, policy dates and numbers; never a name, birth date, diagnosis or free text.
/// A sealed record in this folder with a written wire name; a change that is not an added optional field is a new version beside the old one.
/// </summary>
[ExcludeFromTopology]
public interface IDomainEvent
{
    /// <summary>The event's own id: CloudEvents <c>id</c>, the message id on the bus, and what lineage points at.</summary>
    Guid EventId { get; }

    /// <summary>When it happened, UTC.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>The resource name of the aggregate it happened to, for example <c>authorizations/{uuid}</c>: CloudEvents <c>subject</c>.</summary>
    string Subject { get; }

    /// <summary>The event's number within its subject: 1, 2, 3 without gap, over all event types of the subject.</summary>
    long Sequence { get; }

    /// <summary>The provider organization whose data it is, its code; the tenant filter of feeds and dashboards. Null when it is nobody's.</summary>
    string? Provider => null;
}
