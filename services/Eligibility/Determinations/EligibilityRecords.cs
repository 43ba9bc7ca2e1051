using System.Collections.Concurrent;
using Ips.Contracts;
using Npgsql;
using NpgsqlTypes;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>The part of a person's record that decides one day of service, from what was known. No personal data.</summary>
/// <param name="IndividualId">The person; of a merged record the survivor.</param>
/// <param name="RecordedAt">When the person was registered, UTC.</param>
/// <param name="Admission">The latest decision for the day.</param>
/// <param name="Live">The spans of coverage that include the day, the latest first.</param>
internal sealed record EligibilityRecord(IndividualId IndividualId, DateTimeOffset RecordedAt, AdmissionRow? Admission, IReadOnlyList<CoverageRow> Live);

/// <summary>A decided determination.</summary>
internal sealed record AdmissionRow(DeterminationId Id, Proto.DeterminationState State, DateOnly AsOf, DateOnly? Through, DateTimeOffset? EndedAt)
{
    /// <summary>Whether the decision was yes.</summary>
    public bool Admits => State != Proto.DeterminationState.NotEligible;

    /// <summary>Its last day, if that had been recorded.</summary>
    public DateOnly? EndKnownAt(DateTimeOffset? knownAt) => EndedAt > knownAt ? null : Through;

    /// <summary>The state; for a past instant only what follows from the decision and its end.</summary>
    public Proto.DeterminationState StateKnownAt(DateTimeOffset? knownAt) =>
        knownAt is null || !Admits || (EndedAt is not null && !(EndedAt > knownAt)) ? State : Proto.DeterminationState.Eligible;
}

/// <summary>A version of an enrollment.</summary>
internal sealed record CoverageRow(string Payer, string Funding, DateOnly From);

/// <summary>
/// Reads those records in one indexed statement, without personal data: one row for each requested day, whatever the length of the person's history.
/// Concurrent lookups of one organization share the round trip.
/// </summary>
public class EligibilityRecords(RequestDatabase requests)
{
    /// <summary>The most days in one read.</summary>
    internal const int Largest = 250;

    /// <summary>
    /// The tenant condition is the query filter of EligibilityDb, for the roles that may verify. A merged record returns its survivor. The arrays are read by
    /// subqueries, so that the plan does not depend on their lengths: PostgreSQL then keeps one plan instead of planning each call (1 to 2 ms).
    /// An instant of infinity is now: no decision is later, and only a version that nothing superseded is current.
    /// </summary>
    internal const string Sql =
        """
        select r.item, one.recorded_at, d.id, d.state, d.as_of, d.eligible_through, d.ended_at, one.id, c.payers, c.fundings, c.from_days
        from unnest((select @people), (select @programs), (select @days), (select @instants)) with ordinality as r(person, program, day, instant, item)
        join lateral (select coalesce(merged_into, id) as id from individuals where id = r.person limit 1) named on true
        join lateral (select id, provider, payers, recorded_at from individuals where id = named.id limit 1) one on true
        left join lateral (
            select id, state, as_of, eligible_through, ended_at from determinations
            where individual_id = one.id and program = r.program and as_of <= r.day and decided_at <= r.instant
            order by as_of desc, decided_at desc, id desc limit 1) d on true
        left join lateral (
            select array_agg(payer order by from_day desc, coalesce(joined_at, recorded_at), id) as payers,
              array_agg(funding order by from_day desc, coalesce(joined_at, recorded_at), id) as fundings,
              array_agg(from_day order by from_day desc, coalesce(joined_at, recorded_at), id) as from_days from facts
            where individual_id = one.id and kind = 'enrollment' and from_day <= r.day and (through_day is null or through_day >= r.day)
              and (r.instant = 'infinity' or coalesce(joined_at, recorded_at) <= r.instant) and (superseded_at is null or superseded_at > r.instant)) c on true
        where @everybody or one.provider = @provider or @payer = any(one.payers)
        """;

    private readonly ConcurrentDictionary<CallerSight, Groups<DayRequest, EligibilityRecord?>> groups = new();

    /// <summary>What decides one day of one person, or null when the caller may not see the person or there is none.</summary>
    internal Task<EligibilityRecord?> Of(Caller caller, DayRequest day, CancellationToken cancellationToken) =>
        groups.GetOrAdd(caller.Sight,
            _ => new("eligibility-records", Largest, days => Of(caller, days, CancellationToken.None))).Run(day, cancellationToken);

    /// <summary>The same for many days, in their order. A simulation reads them from its own store.</summary>
    internal virtual async Task<IReadOnlyList<EligibilityRecord?>> Of(Caller caller, IReadOnlyList<DayRequest> days, CancellationToken cancellationToken)
    {
        var records = new EligibilityRecord?[days.Count];
        if (days.Count == 0)
            return records;
        await using var connection = await requests.Source.OpenConnectionAsync(cancellationToken);
        await requests.Take(connection, caller, cancellationToken);
        await using NpgsqlCommand command = new(Sql, connection);
        AddParameters(command, caller, days);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            records[rows.GetInt64(0) - 1] = new(new(rows.GetGuid(7)), rows.GetFieldValue<DateTimeOffset>(1), Admission(rows), Live(rows));
        return records;
    }

    internal static void AddParameters(NpgsqlCommand command, Caller caller, IReadOnlyList<DayRequest> days)
    {
        Array("people", NpgsqlDbType.Uuid, day => day.Individual.Value);
        Array("programs", NpgsqlDbType.Text, day => day.Program);
        Array("days", NpgsqlDbType.Date, day => day.Day);
        Array("instants", NpgsqlDbType.TimestampTz, day => day.KnownAt?.UtcDateTime ?? DateTime.MaxValue);
        command.Parameters.Add(new("everybody", NpgsqlDbType.Boolean) { Value = caller.Is(Roles.Ops) });
        command.Parameters.Add(new("provider", NpgsqlDbType.Text) { Value = caller.OrganizationAs(Roles.Provider) });
        command.Parameters.Add(new("payer", NpgsqlDbType.Text) { Value = caller.OrganizationAs(Roles.Mco) });

        void Array<T>(string name, NpgsqlDbType type, Func<DayRequest, T> of) =>
            command.Parameters.Add(new(name, NpgsqlDbType.Array | type) { Value = days.Select(of).ToArray() });
    }

    private static AdmissionRow? Admission(NpgsqlDataReader rows) => rows.IsDBNull(2)
        ? null
        : new(new(rows.GetGuid(2)), Enum.Parse<Proto.DeterminationState>(rows.GetString(3)), rows.GetFieldValue<DateOnly>(4), Nullable<DateOnly>(rows, 5),
            Nullable<DateTimeOffset>(rows, 6));

    private static IReadOnlyList<CoverageRow> Live(NpgsqlDataReader rows)
    {
        if (rows.IsDBNull(8))
            return [];
        var (payers, fundings, days) = (rows.GetFieldValue<string[]>(8), rows.GetFieldValue<string[]>(9), rows.GetFieldValue<DateOnly[]>(10));
        return [.. payers.Select((payer, i) => new CoverageRow(payer, fundings[i], days[i]))];
    }

    private static T? Nullable<T>(NpgsqlDataReader rows, int column) where T : struct => rows.IsDBNull(column) ? null : rows.GetFieldValue<T>(column);
}
