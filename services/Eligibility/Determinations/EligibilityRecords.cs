using System.Collections.Concurrent;
using Ips.Contracts;
using Npgsql;
using NpgsqlTypes;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// The part of a person's record that decides a day of service: decided determinations and spans of coverage, each with the time since when it is known. No
/// personal data.
/// </summary>
internal sealed class EligibilityRecord(DateTimeOffset recordedAt)
{
    private readonly List<AdmissionRow> admissions = [];
    private readonly List<CoverageRow> coverage = [];

    /// <summary>When the person was registered, UTC.</summary>
    public DateTimeOffset RecordedAt => recordedAt;

    /// <summary>The latest decision for the day, from what was known.</summary>
    public AdmissionRow? AdmissionOn(string program, DateOnly day, DateTimeOffset? knownAt) =>
        admissions.Where(a => a.Program == program && a.AsOf <= day && !(a.DecidedAt > knownAt)).MaxBy(a => (a.AsOf, a.DecidedAt));

    /// <summary>The latest span that covers the day, from what was known.</summary>
    public CoverageRow? CoverageOn(DateOnly day, DateTimeOffset? knownAt) =>
        coverage.Where(c => c.From <= day && !(c.Through < day) && c.Stood(knownAt)).MaxBy(c => c.From);

    public void Add(AdmissionRow row) => admissions.Add(row);

    public void Add(CoverageRow row) => coverage.Add(row);
}

/// <summary>A decided determination.</summary>
internal sealed record AdmissionRow(Guid Id, string Program, Proto.DeterminationState State, DateOnly AsOf, DateOnly? Through, DateTimeOffset DecidedAt,
    DateTimeOffset? EndedAt)
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
internal sealed record CoverageRow(string Payer, string Funding, DateOnly From, DateOnly? Through, DateTimeOffset KnownFrom, DateTimeOffset? SupersededAt)
{
    /// <summary>Whether it was current at the instant, or is current now.</summary>
    public bool Stood(DateTimeOffset? at) => at is null ? SupersededAt is null : KnownFrom <= at && !(SupersededAt <= at);
}

/// <summary>
/// Reads those records in one indexed statement, without personal data. Concurrent lookups of one organization are batched into one query, which shares the
/// round trip between them. A single lookup runs at once.
/// </summary>
public sealed class EligibilityRecords(RequestDatabase requests)
{
    // Two, so that one query runs while the rows of the other are read.
    private const int MaxConcurrentReads = 2;
    private const int MaxPeoplePerRead = 250;

    // The tenant condition is the query filter of EligibilityDb, for the roles that may verify. A merged record returns its survivor in a separate branch,
    // because a join on coalesce(merged_into, id) reads the whole table.
    private const string OfAny =
        """
        with seen as materialized (
            select one.id as requested, one.id, one.recorded_at from individuals one
            where one.id = any(@requested) and one.merged_into is null and (@everybody or one.provider = @provider or @payer = any(one.payers))
            union all
            select merged.id, one.id, one.recorded_at from individuals merged join individuals one on one.id = merged.merged_into
            where merged.id = any(@requested) and (@everybody or one.provider = @provider or @payer = any(one.payers)))
        select 0, s.requested, null::uuid, null, null, null::date, null::date, s.recorded_at, null::timestamptz from seen s
        union all
        select 1, s.requested, d.id, d.program, d.state, d.as_of, d.eligible_through, d.decided_at, d.ended_at
        from seen s join determinations d on d.individual_id = s.id where d.decided_at is not null
        union all
        select 2, s.requested, null, f.payer, f.funding, f.from_day, f.through_day, coalesce(f.joined_at, f.recorded_at), f.superseded_at
        from seen s join facts f on f.individual_id = s.id where f.kind = 'enrollment'
        """;

    // PostgreSQL plans a query for a list of unknown length each time (1 to 2 ms); it caches the plan for one person.
    private static readonly string OfOne = OfAny.Replace("= any(@requested)", "= @requested", StringComparison.Ordinal);

    private readonly ConcurrentDictionary<(string Role, string Organization), LookupQueue> queues = new();

    /// <summary>The record of one person, or null when the caller may not see it or there is none.</summary>
    internal Task<EligibilityRecord?> Of(Caller caller, IndividualId person, CancellationToken cancellationToken) =>
        queues.GetOrAdd((caller.Role, caller.Organization), _ => new(this, caller)).Read(person.Value).WaitAsync(cancellationToken);

    /// <summary>The records of those people that the caller may see; people that the caller may not see are absent.</summary>
    internal async Task<IReadOnlyDictionary<Guid, EligibilityRecord>> Of(Caller caller, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        Dictionary<Guid, EligibilityRecord> records = new(people.Count);
        await using var connection = await requests.Source.OpenConnectionAsync(cancellationToken);
        await requests.Take(connection, caller, cancellationToken);
        await using NpgsqlCommand command = new(people.Count == 1 ? OfOne : OfAny, connection);
        command.Parameters.Add(people.Count == 1
            ? new("requested", NpgsqlDbType.Uuid) { Value = people.First() }
            : new("requested", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = people.Distinct().ToArray() });
        command.Parameters.Add(new("everybody", NpgsqlDbType.Boolean) { Value = caller.Is(Roles.Ops) });
        command.Parameters.Add(new("provider", NpgsqlDbType.Text) { Value = caller.OrganizationAs(Roles.Provider) });
        command.Parameters.Add(new("payer", NpgsqlDbType.Text) { Value = caller.OrganizationAs(Roles.Mco) });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<(Guid Person, object Row)> facts = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            var person = rows.GetGuid(1);
            if (rows.GetInt32(0) == 0)
                records.Add(person, new(rows.GetFieldValue<DateTimeOffset>(7)));
            else
                facts.Add((person, rows.GetInt32(0) == 1 ? Admission(rows) : Coverage(rows)));
        }

        foreach (var (person, row) in facts)
        {
            if (row is AdmissionRow admission)
                records[person].Add(admission);
            else
                records[person].Add((CoverageRow)row);
        }

        return records;
    }

    private static AdmissionRow Admission(NpgsqlDataReader rows) => new(
        rows.GetGuid(2), rows.GetString(3), Enum.Parse<Proto.DeterminationState>(rows.GetString(4)), rows.GetFieldValue<DateOnly>(5),
        Nullable<DateOnly>(rows, 6), rows.GetFieldValue<DateTimeOffset>(7), Nullable<DateTimeOffset>(rows, 8));

    private static CoverageRow Coverage(NpgsqlDataReader rows) => new(
        rows.GetString(3), rows.GetString(4), rows.GetFieldValue<DateOnly>(5), Nullable<DateOnly>(rows, 6), rows.GetFieldValue<DateTimeOffset>(7),
        Nullable<DateTimeOffset>(rows, 8));

    private static T? Nullable<T>(NpgsqlDataReader rows, int column) where T : struct => rows.IsDBNull(column) ? null : rows.GetFieldValue<T>(column);

    /// <summary>The waiting lookups of one organization. A call that is canceled leaves; the shared read continues for the others.</summary>
    private sealed class LookupQueue(EligibilityRecords records, Caller caller)
    {
        private readonly Lock turn = new();
        private readonly Queue<(Guid Person, TaskCompletionSource<EligibilityRecord?> Answer)> waiting = new();
        private int running;

        public Task<EligibilityRecord?> Read(Guid person)
        {
            TaskCompletionSource<EligibilityRecord?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (turn)
            {
                waiting.Enqueue((person, answer));
                if (running == MaxConcurrentReads)
                    return answer.Task;
                running++;
            }

            _ = Run();
            return answer.Task;
        }

        private async Task Run()
        {
            while (Next() is { Length: > 0 } handful)
            {
                try
                {
                    var found = await records.Of(caller, [.. handful.Select(h => h.Person)], CancellationToken.None);
                    foreach (var (person, answer) in handful)
                        answer.TrySetResult(found.GetValueOrDefault(person));
                }
                catch (Exception down)
                {
                    foreach (var (_, answer) in handful)
                        answer.TrySetException(down);
                }
            }
        }

        private (Guid Person, TaskCompletionSource<EligibilityRecord?> Answer)[] Next()
        {
            lock (turn)
            {
                if (waiting.Count == 0)
                    running--;
                return [.. Enumerable.Range(0, Math.Min(waiting.Count, MaxPeoplePerRead)).Select(_ => waiting.Dequeue())];
            }
        }
    }
}
