using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ips.Staffing.StaffMembers;

/// <summary>
/// Removes names, birth date, NPI, numbers of credentials, entries of lists and the facts of decisions from records of staff whose employment ended before a time
/// and about whom nothing newer is on file. Ids, days, codes and receipts remain: a claim of that time still shows who was qualified.
/// </summary>
public sealed class RetireStaff(StaffingDb db, PersonalDataProtector protector, AuditTrail audit) : IRetiresRecords
{
    private const int Batch = 200;

    private static readonly string[] Newer = ["credentials", "experience", "clearance_checks", "exclusion_hits", "training_completions", "staff_corrections"];

    // The names of the columns that hold something about a person, and what they are set to.
    private static readonly (string Table, string Set, string Where)[] Erase =
    [
        ("staff_corrections", "encrypted_before = @erased", "staff_member_id = any(@ids)"),
        ("credentials", "encrypted_number = null", "staff_member_id = any(@ids)"),
        ("exclusion_hits", "encrypted_entry = @erased", "staff_member_id = any(@ids)"),
        ("decisions", "facts = ''", "subject in (select 'staff/' || u from unnest(@ids) u)"),
        ("staff", "encrypted_display_name = @erased, encrypted_identity = null, npi_keys = array[]::text[], retired_at = @now, version = version + 1", "id = any(@ids)"),
    ];

    private static string Due => $"""
        select s.id as "Value" from staff s where s.retired_at is null and s.separated_on < @day and s.recorded_at < @before
        {string.Join('\n', Newer.Select(table => $"and not exists (select from {table} t where t.staff_member_id = s.id and t.recorded_at >= @before)"))}
        order by s.id limit {Batch} for update of s skip locked
        """;

    /// <inheritdoc/>
    public async Task<int> Retire(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var retired = 0; ;)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var due = await db.Database.SqlQueryRaw<Guid>(Due, new NpgsqlParameter("before", before),
                new NpgsqlParameter("day", DateOnly.FromDateTime(before.UtcDateTime))).ToListAsync(cancellationToken);
            if (due.Count == 0)
                return retired;
            var ids = due.ToArray();
            foreach (var (table, set, where) in Erase)
            {
                await db.Database.ExecuteSqlRawAsync(SweptRow.Copy(table, where), [new NpgsqlParameter("ids", ids), new NpgsqlParameter("now", now)],
                    cancellationToken);
                var erase = $"update {table} set {set} where {where}";
                await db.Database.ExecuteSqlRawAsync(erase,
                    [new NpgsqlParameter("ids", ids), new NpgsqlParameter("now", now), new NpgsqlParameter("erased", protector.Protect(""))], cancellationToken);
            }

            await audit.Store(db, "erase", ids, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            retired += ids.Length;
        }
    }
}
