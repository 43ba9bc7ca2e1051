using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>What of a person decides a day of service: answered determinations and spans of coverage, each with when it was known. Nothing about who it is.</summary>
internal sealed class EligibilityRecord(DateTimeOffset recordedAt)
{
    private readonly List<AdmissionRow> admissions = [];
    private readonly List<CoverageRow> coverage = [];

    /// <summary>When the person was registered, UTC.</summary>
    public DateTimeOffset RecordedAt => recordedAt;

    /// <summary>The latest answer about the day, by what was known.</summary>
    public AdmissionRow? AdmissionOn(string program, DateOnly day, DateTimeOffset? knownAt) =>
        admissions.Where(a => a.Program == program && a.AsOf <= day && !(a.DecidedAt > knownAt)).MaxBy(a => (a.AsOf, a.DecidedAt));

    /// <summary>The latest span that covers the day, by what was known.</summary>
    public CoverageRow? CoverageOn(DateOnly day, DateTimeOffset? knownAt) =>
        coverage.Where(c => c.From <= day && !(c.Through < day) && c.Stood(knownAt)).MaxBy(c => c.From);

    public void Add(AdmissionRow row) => admissions.Add(row);

    public void Add(CoverageRow row) => coverage.Add(row);
}

/// <summary>An answered determination.</summary>
internal sealed record AdmissionRow(Guid Id, string Program, Wire.DeterminationState State, DateOnly AsOf, DateOnly? Through, DateTimeOffset DecidedAt, DateTimeOffset? EndedAt)
{
    /// <summary>Whether the answer was yes.</summary>
    public bool Admits => State != Wire.DeterminationState.NotEligible;

    /// <summary>Its last day, if that had been recorded.</summary>
    public DateOnly? EndKnownAt(DateTimeOffset? knownAt) => EndedAt > knownAt ? null : Through;

    /// <summary>Where it stood; for a past instant only what follows from the answer and its end.</summary>
    public Wire.DeterminationState StateKnownAt(DateTimeOffset? knownAt) =>
        knownAt is null || !Admits || (EndedAt is not null && !(EndedAt > knownAt)) ? State : Wire.DeterminationState.Eligible;
}

/// <summary>A version of an enrolment.</summary>
internal sealed record CoverageRow(string Payer, string Funding, DateOnly From, DateOnly? Through, DateTimeOffset KnownFrom, DateTimeOffset? SupersededAt)
{
    /// <summary>Whether it stood at the instant, or stands now.</summary>
    public bool Stood(DateTimeOffset? at) => at is null ? SupersededAt is null : KnownFrom <= at && !(SupersededAt <= at);
}

/// <summary>Reads those records for any number of people in one statement over indexes, without the people's particulars.</summary>
internal static class EligibilityRecords
{
    // The tenant condition is the query filter of EligibilityDb, for the roles that may verify. A merged record is answered by its survivor.
    private const string Sql =
        """
        with seen as materialized (
            select asked.id as asked, one.id, one.recorded_at from individuals asked join individuals one on one.id = coalesce(asked.merged_into, asked.id)
            where asked.id = any(@ids) and (@everybody or one.provider = @provider or @payer = any(one.payers)))
        select 0, s.asked, null::uuid, null, null, null::date, null::date, s.recorded_at, null::timestamptz from seen s
        union all
        select 1, s.asked, d.id, d.program, d.state, d.as_of, d.eligible_through, d.decided_at, d.ended_at
        from seen s join determinations d on d.individual_id = s.id where d.decided_at is not null
        union all
        select 2, s.asked, null, f.payer, f.funding, f.from_day, f.through_day, coalesce(f.joined_at, f.recorded_at), f.superseded_at
        from seen s join facts f on f.individual_id = s.id where f.kind = 'enrollment'
        """;

    /// <summary>The records of those people that the caller may see; whoever it may not see is absent.</summary>
    public static async Task<IReadOnlyDictionary<Guid, EligibilityRecord>> Read(EligibilityDb db, IReadOnlyCollection<IndividualId> people, CancellationToken stop)
    {
        Dictionary<Guid, EligibilityRecord> records = new(people.Count);
        await db.Database.OpenConnectionAsync(stop);
        try
        {
            await using NpgsqlCommand command = new(Sql, (NpgsqlConnection)db.Database.GetDbConnection());
            command.Parameters.Add(new("ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid) { Value = people.Select(p => p.Value).Distinct().ToArray() });
            command.Parameters.Add(new("everybody", NpgsqlDbType.Boolean) { Value = db.Everybody });
            command.Parameters.Add(new("provider", NpgsqlDbType.Text) { Value = db.Provider });
            command.Parameters.Add(new("payer", NpgsqlDbType.Text) { Value = db.Payer });
            await using var rows = await command.ExecuteReaderAsync(stop);
            List<(Guid Person, object Row)> facts = [];
            while (await rows.ReadAsync(stop))
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
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }

        return records;
    }

    private static AdmissionRow Admission(NpgsqlDataReader rows) => new(
        rows.GetGuid(2), rows.GetString(3), Enum.Parse<Wire.DeterminationState>(rows.GetString(4)), rows.GetFieldValue<DateOnly>(5), Nullable<DateOnly>(rows, 6),
        rows.GetFieldValue<DateTimeOffset>(7), Nullable<DateTimeOffset>(rows, 8));

    private static CoverageRow Coverage(NpgsqlDataReader rows) => new(
        rows.GetString(3), rows.GetString(4), rows.GetFieldValue<DateOnly>(5), Nullable<DateOnly>(rows, 6), rows.GetFieldValue<DateTimeOffset>(7), Nullable<DateTimeOffset>(rows, 8));

    private static T? Nullable<T>(NpgsqlDataReader rows, int column) where T : struct => rows.IsDBNull(column) ? null : rows.GetFieldValue<T>(column);
}
