using Ips.Contracts;
using Ips.Contracts.Events;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// A payer's contract with a provider under a program. Staffing owns it; the other services keep a copy. Its version rises by one with every change, as
/// does the sequence of its events.
/// </summary>
public sealed class Contract : IVersioned
{
    /// <summary>The id.</summary>
    public required ContractId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public DateOnly? Through { get; set; }

    /// <summary>False for the proposal of a payer, which makes no network.</summary>
    public bool Accepted { get; set; }

    /// <summary>When its last change was published, UTC; null when a version before did that.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}

/// <summary>Keeps the copies of <see cref="Contract"/>; the latest state of each counts, whatever the order of arrival.</summary>
public sealed class ContractsConsumer(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock), IGroupConsumer<ContractMovedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        ContractMovedV1[] moved = [.. events.Cast<ContractMovedV1>()];
        parameters.AddWithValue("event_id", Array.ConvertAll(moved, e => e.EventId));
        parameters.AddWithValue("id", Array.ConvertAll(moved, e => e.ContractId.Value));
        parameters.AddWithValue("version", Array.ConvertAll(moved, e => (int)e.Sequence));
        parameters.AddWithValue("payer", Array.ConvertAll(moved, e => e.Payer));
        parameters.AddWithValue("provider", Array.ConvertAll(moved, e => e.Provider));
        parameters.AddWithValue("program", Array.ConvertAll(moved, e => e.Program));
        parameters.AddWithValue("from_day", Array.ConvertAll(moved, e => e.From));
        parameters.AddWithValue("through_day", Array.ConvertAll(moved, e => e.Through));
        parameters.AddWithValue("accepted", Array.ConvertAll(moved, e => e.Accepted));
        parameters.AddWithValue("changed_at", Array.ConvertAll(moved, e => e.OccurredAt.ToUniversalTime()));
        return $"""
            moved as (
              insert into contracts (id, version, payer, provider, program, from_day, through_day, accepted, changed_at)
              select distinct on (id) id, version, payer, provider, program, from_day, through_day, accepted, changed_at
              from unnest(@event_id, @id, @version, @payer, @provider, @program, @from_day, @through_day, @accepted, @changed_at)
                as sent (event_id, id, version, payer, provider, program, from_day, through_day, accepted, changed_at)
              join fresh using (event_id) order by id, version desc
              on conflict (id) do update set version = excluded.version, through_day = excluded.through_day, accepted = excluded.accepted,
                changed_at = excluded.changed_at
              where {IsLater("contracts", "version")})
            """;
    }
}
