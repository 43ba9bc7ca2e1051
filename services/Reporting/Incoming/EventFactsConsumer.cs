using Ips.Contracts.Events;
using Ips.Reporting.Facts;
using Npgsql;

namespace Ips.Reporting.Incoming;

/// <summary>Everything Reporting listens to, in one queue. It stores the facts of events, in groups, and decides nothing.</summary>
public sealed class EventFactsConsumer(NpgsqlDataSource database, ProgramDays days, TimeProvider clock) : GroupConsumer(database, clock),
    IGroupConsumer<IndividualRegisteredV1>, IGroupConsumer<ServiceOrderSignedV1>, IGroupConsumer<DeterminationMadeV1>, IGroupConsumer<IndividualDischargedV1>,
    IGroupConsumer<ReferralMovedV1>, IGroupConsumer<DeadlineReachedV1>,
    IGroupConsumer<AuthorizationRequestedV1>, IGroupConsumer<AuthorizationDecidedV1>, IGroupConsumer<AuthorizationMovedV1>,
    IGroupConsumer<AuthorizationUnitsMovedV1>,
    IGroupConsumer<MilestoneDecidedV1>, IGroupConsumer<ClaimLineDecidedV1>, IGroupConsumer<ClaimLineVoidedV1>, IGroupConsumer<ReviewRecordedV1>
{
    private static readonly string Columns = string.Join(", ", EventFactColumns.All.Select(column => column.Name));

    // The keys of facts refuse an event that is delivered again after its inbox row was deleted.
    private static readonly string Sql =
        $"""
        fact as materialized (
          select sent.* from unnest({string.Join(", ", EventFactColumns.All.Select(column => "@" + column.Name))}) as sent ({Columns})
          join fresh using (event_id)),
        facts as (
          insert into event_facts ({Columns}) select {Columns} from fact order by event_id, topic on conflict do nothing)
        """;

    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        FactReader reader = new(days.DayOf, Clock.GetUtcNow());
        EventFact[] facts = [.. events.SelectMany(reader.Read)];
        foreach (var (name, values) in EventFactColumns.All)
            parameters.AddWithValue(name, values(facts));
        return Sql;
    }
}
