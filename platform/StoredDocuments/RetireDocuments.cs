using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ips.Platform.StoredDocuments;

/// <summary>
/// Removes documents whose time is over and that no legal hold keeps. Their bytes follow when the row can no longer be returned from <c>swept_rows</c>, and so
/// do bytes of uploads that a crash cut off.
/// </summary>
public sealed class RetireDocuments(ServiceDb db, IContentStore store, AuditTrail audit, IOptions<DocumentOptions> options) : IRetiresRecords
{
    private const string Over = "retain_until < @today and not legal_hold";

    private const string Unused =
        """
        not exists (select from documents d where d.content_id = c.id)
        and not exists (select from swept_rows s where s.table_name = 'documents' and (s.row ->> 'content_id')::uuid = c.id)
        """;

    /// <inheritdoc/>
    public async Task<int> Retire(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var retired = await RemoveDocuments(now, cancellationToken);
        var unused = await db.Database.SqlQueryRaw<Guid>($"""select id as "Value" from document_contents c where recorded_at < @before and {Unused}""",
            new NpgsqlParameter("before", now - options.Value.UploadTime)).ToListAsync(cancellationToken);
        foreach (var id in unused)
            await db.Database.ExecuteSqlRawAsync($"delete from document_contents c where id = @id and {Unused}", [new NpgsqlParameter("id", id)], cancellationToken);
        await foreach (var (id, provider) in store.OlderThan(now - options.Value.UploadTime, cancellationToken))
        {
            if (!await db.Set<DocumentContent>().AnyAsync(c => c.Id == id, cancellationToken))
                await store.Remove(id, provider, cancellationToken);
        }

        return retired;
    }

    private async Task<int> RemoveDocuments(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var people = await db.Database.SqlQueryRaw<Guid>($"""select individual_id as "Value" from documents where {Over} for update""",
            new NpgsqlParameter("today", today)).ToListAsync(cancellationToken);
        if (people.Count == 0)
            return 0;
        await db.Database.ExecuteSqlRawAsync(SweptRow.Delete("documents", Over),
            [new NpgsqlParameter("today", today), new NpgsqlParameter("now", now)], cancellationToken);
        // In the transaction of the statement that removes: a sweep of retention, not a use case.
        await audit.Store(db, "erase", people.Distinct(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return people.Count;
    }
}
