using Ips.Contracts;
using Ips.Contracts.Events;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>A span in which a payer covers a person, as Eligibility last published it.</summary>
public sealed class CoverageSpan
{
    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>Whether the span was retracted or corrected to begin on another day: it covers no day.</summary>
    public bool Retracted { get; init; }

    /// <summary>The number of the event within the person's; the highest counts.</summary>
    public required long Sequence { get; init; }

    /// <summary>When that event was published, UTC; null when a version before stored it.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>Keeps <see cref="CoverageSpan"/>; the latest state of each span counts, whatever the order of arrival.</summary>
public sealed class CoverageConsumer(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock), IGroupConsumer<CoverageMovedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        CoverageMovedV1[] moved = [.. events.Cast<CoverageMovedV1>()];
        parameters.AddWithValue("event_id", Array.ConvertAll(moved, e => e.EventId));
        parameters.AddWithValue("individual_id", Array.ConvertAll(moved, e => e.IndividualId.Value));
        parameters.AddWithValue("payer", Array.ConvertAll(moved, e => e.Payer));
        parameters.AddWithValue("from_day", Array.ConvertAll(moved, e => e.From));
        parameters.AddWithValue("through_day", Array.ConvertAll(moved, e => e.Through));
        parameters.AddWithValue("retracted", Array.ConvertAll(moved, e => e.Retracted));
        parameters.AddWithValue("sequence", Array.ConvertAll(moved, e => e.Sequence));
        parameters.AddWithValue("changed_at", Array.ConvertAll(moved, e => e.OccurredAt.ToUniversalTime()));
        return $"""
            moved as (
              insert into coverage (individual_id, payer, from_day, through_day, retracted, sequence, changed_at)
              select distinct on (individual_id, payer, from_day) individual_id, payer, from_day, through_day, retracted, sequence, changed_at
              from unnest(@event_id, @individual_id, @payer, @from_day, @through_day, @retracted, @sequence, @changed_at)
                as sent (event_id, individual_id, payer, from_day, through_day, retracted, sequence, changed_at)
              join fresh using (event_id) order by individual_id, payer, from_day, sequence desc
              on conflict (individual_id, payer, from_day) do update
              set through_day = excluded.through_day, retracted = excluded.retracted, sequence = excluded.sequence, changed_at = excluded.changed_at
              where {IsLater("coverage", "sequence")})
            """;
    }
}
