using Ips.Contracts.Events;
using Npgsql;

namespace Ips.Fidelity.Measures;

/// <summary>
/// Stores what events of Staffing, Billing and Eligibility say about the work of teams. It decides nothing; numbers follow from the facts when they are
/// measured.
/// </summary>
public sealed class OperationFactsConsumer(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock),
    IGroupConsumer<RoleAssignedV1>, IGroupConsumer<RoleEndedV1>, IGroupConsumer<AssignmentMadeV1>, IGroupConsumer<AssignmentEndedV1>,
    IGroupConsumer<AssignmentResumedV1>,
    IGroupConsumer<ServiceNoteRecordedV1>, IGroupConsumer<ServiceNoteVoidedV1>, IGroupConsumer<DeterminationMadeV1>, IGroupConsumer<IntakeReferralMovedV1>,
    IGroupConsumer<IndividualsMergedV1>
{
    private static readonly (string Name, Func<OperationFact[], Array> Values)[] Columns =
    [
        Column("event_id", fact => fact.EventId),
        Column("kind", fact => fact.Kind.ToString()),
        Column("subject", fact => fact.Subject),
        Column("sequence", fact => fact.Sequence),
        Column("provider", fact => fact.Provider),
        Column("program", fact => fact.Program),
        Column("team_id", fact => fact.TeamId?.Value),
        Column("staff_member_id", fact => fact.StaffMemberId?.Value),
        Column("individual_id", fact => fact.IndividualId?.Value),
        Column("merged_id", fact => fact.MergedId?.Value),
        Column("code", fact => fact.Code),
        Column("day", fact => fact.Day),
        Column("through", fact => fact.Through),
        Column("minutes", fact => fact.Minutes),
        Column("in_person", fact => fact.InPerson),
        Column("outside_office", fact => fact.OutsideOffice),
    ];

    private static readonly string Names = string.Join(", ", Columns.Select(column => column.Name));

    // The key refuses an event that is delivered again after its inbox row was deleted.
    private static readonly string Sql =
        $"""
        facts as (
          insert into operation_facts ({Names})
          select {Names} from unnest({string.Join(", ", Columns.Select(column => "@" + column.Name))}) as sent ({Names})
          join fresh using (event_id) order by event_id
          on conflict do nothing)
        """;

    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        OperationFact[] facts = [.. events.Select(OperationFact.Of).OfType<OperationFact>()];
        foreach (var (name, values) in Columns)
            parameters.AddWithValue(name, values(facts));
        return Sql;
    }

    private static (string, Func<OperationFact[], Array>) Column<T>(string name, Func<OperationFact, T> value) =>
        (name, facts => Array.ConvertAll(facts, fact => value(fact)));
}
