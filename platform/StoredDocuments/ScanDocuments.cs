using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Document = Ips.Platform.StoredDocuments.Document;

namespace Ips.Platform.StoredDocuments;

/// <summary>Scans documents that came while the scanner did not answer, and decides again what rests on them.</summary>
public sealed class ScanDocuments(
    ServiceDb db, Requests requests, IDocumentSubjects subjects, IDocumentScanner scanner, DocumentReader reader, IOptions<DocumentOptions> options,
    TimeProvider clock)
{
    private const int AtOnce = 20;

    /// <summary>Scans the oldest ones.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        var waiting = await db.Set<DocumentContent>().AsNoTracking().Where(c => c.Scan == DocumentScan.Pending).OrderBy(c => c.RecordedAt).Take(AtOnce)
            .ToListAsync(cancellationToken);
        foreach (var content in waiting)
        {
            var found = await scanner.Scan(reader.Bytes(content, cancellationToken), cancellationToken);
            if (found == DocumentScan.Pending)
                return;
            await Store(content.Id, found, cancellationToken);
        }
    }

    private async Task Store(Guid id, DocumentScan found, CancellationToken cancellationToken)
    {
        var documents = await db.Set<Document>().AsNoTracking().Where(d => d.ContentId == id).ToListAsync(cancellationToken);
        List<DocumentSubject> people = [];
        foreach (var document in documents)
            people.Add((await subjects.Gather(document.IndividualId, cancellationToken)).OrThrow());
        (await requests.Run<Changes>(async s =>
        {
            // read
            var content = await db.Set<DocumentContent>().AsNoTracking().SingleAsync(c => c.Id == id, s);

            // decide
            Changes changes = new(clock.GetUtcNow());
            if (content.Scan != DocumentScan.Pending)
                return new Decided<Changes>(changes, changes);
            content.Scan = found;
            changes.Update(content);
            if (options.Value.IsUsable(found))
            {
                foreach (var (document, person) in documents.Zip(people).DistinctBy(pair => pair.First.IndividualId))
                {
                    document.Content = content;
                    if (!(await subjects.DecideAgain(person, document, changes, s)).Is(out _, out var problem))
                        return problem;
                }
            }

            return new Decided<Changes>(changes, changes);
        }, cancellationToken)).OrThrow();
    }
}

/// <summary>Runs <see cref="ScanDocuments"/> at its interval.</summary>
internal sealed partial class ScanTurns(IServiceScopeFactory scopes, IOptions<DocumentOptions> options, ILogger<ScanTurns> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Scanner.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            await Pause.For(options.Value.ScanEvery, stoppingToken);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ScanDocuments>().Run(stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                ScanWaits(log, broken.GetBaseException().GetType());
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(1222, LogLevel.Warning, "The scan of waiting documents failed ({Fault}) and is tried again at its next turn")]
    private static partial void ScanWaits(ILogger log, Type fault);
}
