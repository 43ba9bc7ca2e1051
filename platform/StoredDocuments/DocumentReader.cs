using System.Security.Cryptography;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Document = Ips.Platform.StoredDocuments.Document;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.StoredDocuments;

/// <summary>Reads documents and their bytes, and places their legal holds.</summary>
public sealed class DocumentReader(
    ServiceDb db, Requests requests, AuditTrail trail, IContentStore store, PersonalDataProtector protector, Lazy<IDocumentSubjects> subjects,
    IOptions<DocumentOptions> options, TimeProvider clock)
{
    /// <summary>Documents of a person that rules read: those that are delivered, the latest first.</summary>
    public Task<IReadOnlyList<Document>> Of(IndividualId individual, CancellationToken cancellationToken) => Of([individual], cancellationToken);

    /// <summary>The same of several people.</summary>
    public async Task<IReadOnlyList<Document>> Of(IReadOnlyCollection<IndividualId> people, CancellationToken cancellationToken)
    {
        var isUnscannedUsable = options.Value.DeliverUnscanned;
        return await db.Set<Document>().AsNoTracking().Include(d => d.Content)
            .Where(d => people.Contains(d.IndividualId)
                && (d.Content!.Scan == DocumentScan.Clean || (isUnscannedUsable && d.Content.Scan == DocumentScan.NotScanned)))
            .OrderByDescending(d => d.RecordedAt).ThenByDescending(d => d.Revision).ThenByDescending(d => d.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Whether a document is delivered and read by rules.</summary>
    public bool IsUsable(Document document) => options.Value.IsUsable(document.Content!.Scan);

    /// <summary>One document without its bytes.</summary>
    public async Task<Result<Proto.Document>> Handle(DocumentRequest request, CancellationToken cancellationToken) =>
        (await Find(request.Name, cancellationToken)).Then(ToProto);

    /// <summary>A page of documents.</summary>
    public async Task<Result<ListDocumentsResponse>> Handle(ListDocumentsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        if (request.Kind != DocumentKind.Unspecified)
            fields.Choice("kind", request.Kind);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Set<Document>().AsNoTracking().Include(d => d.Content).AsQueryable();
        if (individual is { } person)
            query = query.Where(d => d.IndividualId == person);
        if (request.Kind is not DocumentKind.Unspecified and var kind)
            query = query.Where(d => d.Kind == kind);
        var (items, next) = await query.ToPage(page, d => d.Id, cancellationToken);
        return new ListDocumentsResponse { Documents = { items.Select(ToProto) }, NextPageToken = next };
    }

    /// <summary>Places or lifts a legal hold.</summary>
    public Task<Result<Proto.Document>> Handle(HoldDocumentRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.RequestId, request, async s => (await Find(request.Name, s)).Then(document =>
        {
            Changes changes = new(clock.GetUtcNow());
            if (document.LegalHold != request.LegalHold)
            {
                document.LegalHold = request.LegalHold;
                changes.Update(document);
            }

            return new Decided<Proto.Document>(ToProto(document), changes);
        }), cancellationToken);

    /// <summary>A document whose bytes may be delivered, and the bytes. The read is in the audit log before the first byte leaves.</summary>
    /// <returns>A <see cref="Problem.Conflict"/> for one that a scan found infected, or that has to be scanned first.</returns>
    public async Task<Result<(Document Document, IAsyncEnumerable<ReadOnlyMemory<byte>> Bytes)>> Open(string name, CancellationToken cancellationToken)
    {
        if (!(await Find(name, cancellationToken)).Is(out var document, out var problem))
            return problem;
        if (!IsUsable(document))
        {
            return new Problem.Conflict("document scan", document.Content!.Scan switch
            {
                DocumentScan.Infected => "a virus was found in the document; it is never delivered",
                DocumentScan.Pending => "the document waits for its virus scan; try again later",
                _ => "the document was not scanned, and this service delivers scanned documents only",
            });
        }

        if (await subjects.Value.Withheld(document, cancellationToken) is { } withheld)
            return withheld;
        await trail.Read([document.IndividualId], cancellationToken);
        return (document, Bytes(document.Content!, cancellationToken));
    }

    /// <summary>The bytes of a content.</summary>
    /// <exception cref="CryptographicException">They are not those that were stored.</exception>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> Bytes(
        DocumentContent content, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using ContentCipher cipher = new(content.Id, protector.UnprotectBytes(content.EncryptedKey));
        await foreach (var piece in cipher.Decrypt(store.Read(content.Id, content.Provider, cancellationToken), cancellationToken))
            yield return piece;
    }

    private Proto.Document ToProto(Document document) => document.ToProto(IsUsable(document));

    private async Task<Result<Document>> Find(string name, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DocumentId>("name", name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Set<Document>().AsNoTracking().Include(d => d.Content).SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } found
            ? found : new Problem.NotFound("document", name);
    }
}
