using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Determinations;
using Npgsql;

namespace Ips.Eligibility.Incoming;

/// <summary>Keeps <see cref="TeamIntake"/>, a row for each event, whatever the order of arrival.</summary>
public sealed class TeamsMoved(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock),
    IGroupConsumer<TeamFormedV1>, IGroupConsumer<ReviewRecordedV1>, IGroupConsumer<ReviewMovedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        TeamIntake[] intakes = [.. events.Select(Intake)];
        parameters.AddWithValue("team_id", Array.ConvertAll(intakes, t => t.TeamId.Value));
        parameters.AddWithValue("event_id", Array.ConvertAll(intakes, t => t.EventId));
        parameters.AddWithValue("provider", Array.ConvertAll(intakes, t => t.Provider));
        parameters.AddWithValue("program", Array.ConvertAll(intakes, t => t.Program));
        parameters.AddWithValue("operation_start", Array.ConvertAll(intakes, t => t.OperationStart));
        parameters.AddWithValue("suspended_from", Array.ConvertAll(intakes, t => t.SuspendedFrom));
        parameters.AddWithValue("suspended_through", Array.ConvertAll(intakes, t => t.SuspendedThrough));
        parameters.AddWithValue("changed_at", Array.ConvertAll(intakes, t => t.ChangedAt));
        return """
            added as (
              insert into team_intakes (team_id, event_id, provider, program, operation_start, suspended_from, suspended_through, changed_at)
              select team_id, event_id, provider, program, operation_start, suspended_from, suspended_through, changed_at
              from unnest(@team_id, @event_id, @provider, @program, @operation_start, @suspended_from, @suspended_through, @changed_at)
                as sent (team_id, event_id, provider, program, operation_start, suspended_from, suspended_through, changed_at)
              join fresh using (event_id) order by team_id, event_id
              on conflict do nothing)
            """;
    }

    /// <summary>What an event says of a team.</summary>
    public static TeamIntake Intake(DomainEvent happened) => happened switch
    {
        TeamFormedV1 e => Of(e, e.TeamId, e.Program, e.OperationStart, null, null),
        ReviewRecordedV1 e => Of(e, e.TeamId, e.Program, null, e.TeamSuspendedFrom, e.TeamSuspendedThrough),
        ReviewMovedV1 e => Of(e, e.TeamId, e.Program, null, e.TeamSuspendedFrom, e.TeamSuspendedThrough),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "is no event of a team"),
    };

    private static TeamIntake Of(ProviderEvent happened, TeamId team, string program, DateOnly? start, DateOnly? from, DateOnly? through) => new()
    {
        TeamId = team,
        EventId = happened.EventId,
        Provider = happened.Provider,
        Program = program,
        OperationStart = start,
        SuspendedFrom = from,
        SuspendedThrough = through,
        ChangedAt = happened.OccurredAt.ToUniversalTime(),
    };
}
