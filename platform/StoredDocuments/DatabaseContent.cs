using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.StoredDocuments;

/// <summary>
/// Bytes in the service's own database, a row a part. Each part is stored by itself, so that a slow upload holds no transaction; a document exists only once
/// its own row does.
/// </summary>
internal sealed class DatabaseContent(ServiceDb db, TimeProvider clock) : IContentStore
{
    public async Task Write(Guid id, string provider, IAsyncEnumerable<byte[]> parts, CancellationToken cancellationToken)
    {
        var (number, isWhole) = (0, false);
        try
        {
            await foreach (var part in parts.WithCancellation(cancellationToken))
            {
                await db.Database.ExecuteSqlAsync(
                    $"""
                    insert into document_parts (content_id, number, provider, part_bytes, recorded_at)
                    values ({id}, {number++}, {provider}, {part}, {clock.GetUtcNow()})
                    """, cancellationToken);
            }

            isWhole = true;
        }
        finally
        {
            if (!isWhole && number > 0)
                await Remove(id, provider, CancellationToken.None);
        }
    }

    public async IAsyncEnumerable<byte[]> Read(Guid id, string provider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Part by part, so that a slow reader holds no connection.
        for (var number = 0; ; number++)
        {
            var next = number;
            if (await db.Set<DocumentPart>().Where(p => p.ContentId == id && p.Number == next).Select(p => p.PartBytes).SingleOrDefaultAsync(cancellationToken)
                is not { } part)
                yield break;
            yield return part;
        }
    }

    public Task Remove(Guid id, string provider, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"delete from document_parts where content_id = {id}", cancellationToken);

    public async IAsyncEnumerable<(Guid Id, string Provider)> OlderThan(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var first in await db.Set<DocumentPart>().Where(p => p.Number == 0 && p.RecordedAt < before)
            .Select(p => new { p.ContentId, p.Provider }).ToListAsync(cancellationToken))
            yield return (first.ContentId, first.Provider);
    }
}
