using System.Globalization;
using Google.Protobuf;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Document = Ips.Platform.StoredDocuments.Document;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.StoredDocuments;

/// <summary>
/// Stores a document. The bytes are encrypted as they come and stored under an id that no row has yet; the rows follow when all came and are right. What does
/// not end so is removed; after a crash the retention sweep removes it.
/// </summary>
public sealed class UploadDocument(
    ServiceDb db, Requests requests, Caller caller, IDocumentSubjects subjects, IContentStore store, IDocumentScanner scanner, DocumentReader reader,
    PersonalDataProtector protector, IOptions<DocumentOptions> options, TimeProvider clock)
{
    private sealed record Arrived(DocumentSubject Subject, DocumentContent Content, DateOnly Date, DateOnly RetainUntil);

    /// <summary>Stores it.</summary>
    /// <param name="request">The fields; its content is not read.</param>
    /// <param name="pieces">The bytes in pieces of any size.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    public async Task<Result<Proto.Document>> Handle(
        UploadDocumentRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken)
    {
        if (Check(request, out var date, out var retainUntil) is { } bad)
            return bad;
        if (!(await subjects.Find(request, cancellationToken)).Is(out var subject, out var problem))
            return problem;
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var isStaged = false;
        try
        {
            var content = await Stage(id, request, pieces, cancellationToken);
            isStaged = true;
            content.Scan = await scanner.Scan(reader.Bytes(content, cancellationToken), cancellationToken);
            // The bytes are gone; a retry is recognized by their hash.
            var fields = request.Clone();
            fields.Content = ByteString.CopyFromUtf8(content.Sha256);
            return await requests.Run(request.RequestId, fields, s => Decide(request, new(subject, content, date, retainUntil), s), cancellationToken);
        }
        catch (ProblemException wrong)
        {
            return wrong.Problem;
        }
        finally
        {
            // Bytes that were there before, a retry, a refusal, a caller that left: no row has the new ones.
            if (isStaged && !await db.Set<DocumentContent>().AnyAsync(c => c.Id == id, CancellationToken.None))
                await store.Remove(id, caller.Organization, CancellationToken.None);
        }
    }

    private Problem? Check(UploadDocumentRequest request, out DateOnly date, out DateOnly retainUntil)
    {
        RequestValidator fields = new();
        fields.Require(Guid.TryParse(request.RequestId, out _), "request_id", "is not a UUID; send a new one with every new document");
        fields.Choice("kind", request.Kind);
        fields.Require(request.Kind == DocumentKind.Unspecified || subjects.Kinds.Contains(request.Kind), "kind", "is not stored by this service; no rule of it reads such a document");
        date = fields.Day("document_date", request.DocumentDate);
        fields.UpTo("document_date", date, subjects.Today);
        var most = options.Value.MostBytes;
        fields.Require(request.Size > 0 && request.Size <= most, "size", string.Create(CultureInfo.InvariantCulture, $"is {request.Size}; a document has 1 to {most} bytes"));
        fields.Require(request.Sha256.Length == 0 || (request.Sha256.Length == 64 && request.Sha256.All(char.IsAsciiHexDigitLower)), "sha256",
            "is not 64 lower-case hex digits");
        var earliest = subjects.Today.AddDays(options.Value.Keep.Days);
        retainUntil = fields.OptionalDay("retain_until_date", request.RetainUntilDate) ?? earliest;
        fields.Require(retainUntil >= earliest, "retain_until_date", $"lies before {earliest.Day()}, until which every document is stored");
        return fields.Problem;
    }

    private async Task<DocumentContent> Stage(
        Guid id, UploadDocumentRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken)
    {
        IncomingBytes incoming = new(pieces, request.Size, request.Sha256);
        var key = ContentCipher.NewKey();
        using ContentCipher cipher = new(id, key);
        await store.Write(id, caller.Organization, cipher.Encrypt(incoming.Read(cancellationToken), cancellationToken), cancellationToken);
        return new()
        {
            Id = id,
            Provider = caller.Organization,
            Sha256 = incoming.Sha256,
            Size = request.Size,
            MediaType = incoming.MediaType,
            Scan = DocumentScan.Pending,
            EncryptedKey = protector.Protect(key, []),
            RecordedAt = clock.GetUtcNow(),
        };
    }

    private async Task<Result<Decided<Proto.Document>>> Decide(UploadDocumentRequest request, Arrived arrived, CancellationToken cancellationToken)
    {
        // read
        var (provider, kind, subject, hash) = (caller.Organization, request.Kind, request.Subject, arrived.Content.Sha256);
        var present = await db.Set<DocumentContent>().AsNoTracking().SingleOrDefaultAsync(c => c.Provider == provider && c.Sha256 == hash, cancellationToken);
        var before = await db.Set<Document>().AsNoTracking().Include(d => d.Content).Where(d => d.Provider == provider && d.Subject == subject && d.Kind == kind)
            .OrderByDescending(d => d.Revision).FirstOrDefaultAsync(cancellationToken);

        // decide
        Changes changes = new(clock.GetUtcNow());
        List<string> contents = [.. request.Contents.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (before is not null && before.ContentId == present?.Id && before.Contents.SequenceEqual(contents))
            return new Decided<Proto.Document>(before.ToProto(reader.IsUsable(before)), changes);
        var content = present ?? changes.Insert(arrived.Content);
        var document = changes.Insert(new Document
        {
            Id = DocumentId.New(clock),
            Provider = provider,
            Kind = kind,
            Subject = subject,
            IndividualId = arrived.Subject.Individual,
            DocumentDate = arrived.Date,
            Revision = (before?.Revision ?? 0) + 1,
            Contents = contents,
            ContentId = content.Id,
            UploadedBy = caller.Subject,
            RetainUntil = arrived.RetainUntil,
            RecordedAt = changes.Now,
        });
        document.Content = content;
        return (await subjects.DecideAgain(arrived.Subject, document, changes, cancellationToken))
            .Then(_ => new Decided<Proto.Document>(document.ToProto(reader.IsUsable(document)), changes));
    }
}
