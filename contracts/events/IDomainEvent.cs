namespace Ips.Contracts;

/// <summary>Something that happened to an aggregate, told to everyone who needs to know. Ids, codes, policy dates and numbers only.</summary>
public interface IDomainEvent
{
    /// <summary>Unique for ever; consumers recognize a repetition by it.</summary>
    Guid EventId { get; }

    /// <summary>The instant it happened, UTC.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>The aggregate it is about, such as <c>authorizations/0198...</c>.</summary>
    string Subject { get; }

    /// <summary>1, 2, 3 ... per <see cref="Subject"/>, without gap; given by the outbox when the event is stored.</summary>
    long Sequence { get; }
}
