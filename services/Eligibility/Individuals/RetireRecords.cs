using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Removes name, birth date, identifiers, free text and the facts of decisions from records that contain nothing newer than a time. Ids, days, codes and
/// receipts remain: counts stay correct, and no person can be found or named.
/// </summary>
public sealed class RetireRecords(EligibilityDb db, PersonalDataProtector protector, AuditTrail audit) : IRetiresRecords
{
    private const int Batch = 200;

    /// <inheritdoc/>
    public async Task<int> Retire(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var retired = await RetireUnaccepted(before, now, cancellationToken);
        while (true)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var due = await db.Database.SqlQueryRaw<Guid>(Due, new NpgsqlParameter("before", before)).ToListAsync(cancellationToken);
            if (due.Count == 0)
                return retired;
            var ids = due.ToArray();
            Person erased = new("", "", DateOnly.MinValue, new Dictionary<string, string>());
            // All are copied before the first is erased: a later condition looks at rows that an earlier statement empties.
            foreach (var (table, _, where) in Erase)
                await db.Database.ExecuteSqlRawAsync(SweptRow.Copy(table, where), [new NpgsqlParameter("ids", ids), new NpgsqlParameter("now", now)],
                    cancellationToken);
            foreach (var (table, set, where) in Erase)
                await db.Database.ExecuteSqlRawAsync(set is null ? $"delete from {table} where {where}" : $"update {table} set {set} where {where}",
                    [new NpgsqlParameter("ids", ids), new NpgsqlParameter("erased", erased.Encrypt(protector))], cancellationToken);
            // In the transaction of the statements that erase: a sweep of retention, not a use case.
            await audit.Store(db, "erase", ids, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            retired += ids.Length;
        }
    }

    // What became no person: what it says of one is erased at the same age, and an entry that was not answered lapses.
    private static readonly (string Table, string Set, string Where)[] EraseUnaccepted =
    [
        ("intake_referrals", "content = null, keys = array[]::text[], version = version + 1", "individual_id is null and content is not null and recorded_at < @before"),
        ("decisions", "facts = ''",
            "facts <> '' and id in (select decision_id from intake_referrals where individual_id is null and recorded_at < @before)"),
        ("roster_entries", "personal_data = null, state = 'Lapsed', version = version + 1, updated_at = @now", "personal_data is not null and recorded_at < @before"),
    ];

    private async Task<int> RetireUnaccepted(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var retired = 0;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var (table, set, where) in EraseUnaccepted)
        {
            await db.Database.ExecuteSqlRawAsync(SweptRow.Copy(table, where), [new NpgsqlParameter("before", before), new NpgsqlParameter("now", now)], cancellationToken);
            var erase = $"update {table} set {set} where {where}";
            var erased = await db.Database.ExecuteSqlRawAsync(erase, [new NpgsqlParameter("before", before), new NpgsqlParameter("now", now)], cancellationToken);
            retired += table == "decisions" ? 0 : erased;
        }

        await transaction.CommitAsync(cancellationToken);
        return retired;
    }

    /// <summary>
    /// People whose record can be retired: they still have identifiers, no hold, and no newer entry. The query covers every table of the model with a person
    /// and a time.
    /// </summary>
    private string Due
    {
        get
        {
            var newer = db.Model.GetEntityTypes().Where(e => e.GetTableName() is not null)
                .Select(e => (Table: e.GetTableName()!, Columns: e.GetProperties().Select(p => p.GetColumnName()).ToHashSet(StringComparer.Ordinal)))
                .Where(t => t.Columns.Contains("individual_id") && t.Columns.Contains("recorded_at"))
                .Select(t => $"and not exists (select from {t.Table} t where t.individual_id = i.id and t.recorded_at >= @before)");
            return $"""
                select i.id as "Value" from individuals i
                where i.recorded_at < @before and exists (select from individual_identifiers h where h.individual_id = i.id)
                and not exists (select from legal_holds l left join individuals m on m.id = l.individual_id where i.id in (l.individual_id, m.merged_into))
                {string.Join('\n', newer)}
                order by i.id limit {Batch} for update of i skip locked
                """;
        }
    }

    // What is set, or null where the rows are deleted.
    private static readonly (string Table, string? Set, string Where)[] Erase =
    [
        ("individuals", "personal_data = @erased, person_hash = null, spelling_hash = null, version = version + 1", "id = any(@ids)"),
        ("merges", "undo_reason = null", "survivor_id = any(@ids) or merged_id = any(@ids)"),
        ("individual_identifiers", null, "individual_id = any(@ids)"),
        ("individual_keys", null, "individual_id = any(@ids)"),
        ("contacts", null, "individual_id = any(@ids)"),
        ("fhir_requests", null, "individual_id = any(@ids)"),
        ("intake_referrals", "content = null, keys = array[]::text[], version = version + 1", "individual_id = any(@ids)"),
        ("facts", "superseded_note = null, personal_data = case when personal_data is null then null else @erased end", "individual_id = any(@ids)"),
        ("career_profile_versions", null, "profile_id in (select id from career_profiles where individual_id = any(@ids))"),
        ("determination_steps", "judgements = null", "determination_id in (select id from determinations where individual_id = any(@ids))"),
        ("determinations", "override_reason = null, override_review_reason = null, version = version + 1", "individual_id = any(@ids)"),
        ("service_orders", "void_reason = null, version = version + 1", "individual_id = any(@ids)"),
        ("authorizations", "payer_reason = null, override_reason = null, extension_reason = null, sample_note = null, version = version + 1", "individual_id = any(@ids)"),
        ("authorization_versions", "payer_reason = null", "authorization_id in (select id from authorizations where individual_id = any(@ids))"),
        ("referrals", "vr_counselor = null, vr_counselor_contact = null, version = version + 1", "individual_id = any(@ids)"),
        ("vr_decisions", "correction_reason = null", "referral_id in (select id from referrals where individual_id = any(@ids))"),
        ("appeals", "reason = null, outcome_reason = null, version = version + 1", "individual_id = any(@ids)"),
        ("decisions", "facts = ''",
            """
            subject in (select 'individuals/' || u from unnest(@ids) u)
            or id in (select decision_id from service_orders where individual_id = any(@ids)
              union select decision_id from authorizations where individual_id = any(@ids)
              union select decision_id from determinations where individual_id = any(@ids)
              union select decision_id from referrals where individual_id = any(@ids)
              union select decision_id from intake_referrals where individual_id = any(@ids))
            """),
    ];
}
