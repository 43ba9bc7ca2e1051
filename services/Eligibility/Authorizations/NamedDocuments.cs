using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Db;
using Ips.Eligibility.Documents;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Document = Ips.Platform.StoredDocuments.Document;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The stored documents that a request names. Each becomes a document of the request, with the same bytes: then the payer that is asked may read it, and it stays
/// as it was sent.
/// </summary>
public sealed class NamedDocuments(EligibilityDb db, DocumentReader reader, TimeProvider clock)
{
    /// <summary>Reads the names.</summary>
    public static IReadOnlyList<DocumentId> Read(RequestValidator fields, IReadOnlyList<string> names)
    {
        List<DocumentId> ids = [];
        foreach (var (i, name) in names.Index())
        {
            fields.Require(DocumentId.TryParse(name, out var id), Field(i),
                "is not of the form documents/{uuid}; store the document for the person with UploadDocument and send its name");
            ids.Add(id);
        }

        return ids;
    }

    /// <summary>The documents that a request names, and those that it has.</summary>
    /// <param name="Named">Those it names, in their order.</param>
    /// <param name="Present">Those it has.</param>
    public sealed record Found(IReadOnlyList<Document> Named, IReadOnlyList<Document> Present)
    {
        /// <summary>Those it has that contain more than was known, each with all its contents.</summary>
        public IReadOnlyList<(Document Document, List<string> Contents)> Stated { get; init; } = [];
    }

    /// <summary>Finds them.</summary>
    /// <param name="ids">What the request names.</param>
    /// <param name="individual">The person of the request, after a merge the survivor.</param>
    /// <param name="isRenewal">Whether it is a renewal.</param>
    /// <param name="request">The request, if it is stored.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="stated">What documents that it has contain.</param>
    public async Task<Result<Found>> Find(
        IReadOnlyList<DocumentId> ids, IndividualId individual, bool isRenewal, AuthorizationId? request, CancellationToken cancellationToken,
        IReadOnlyList<Proto.DocumentContents>? stated = null)
    {
        if (ids.Count == 0 && stated is null or [])
            return new Found([], []);
        var subject = request?.Name ?? "";
        var found = await db.Set<Document>().AsNoTracking().Include(d => d.Content).Where(d => ids.Contains(d.Id) || d.Subject == subject)
            .ToListAsync(cancellationToken);
        List<Document> named = [];
        foreach (var (i, id) in ids.Index())
        {
            if (found.Find(d => d.Id == id) is not { } document || document.IndividualId != individual)
                return new Problem.Invalid(Field(i), "is no document of this person that you stored");
            if (Misfit(document.Kind, isRenewal) is { } misfit)
                return new Problem.Invalid(Field(i), misfit);
            if (!reader.IsUsable(document))
            {
                return new Problem.Invalid(Field(i), document.Content!.Scan == DocumentScan.Infected
                    ? "is infected; store one that is not" : "is not scanned for viruses yet; send it when it is");
            }

            named.Add(document);
        }

        List<Document> present = [.. found.Where(d => d.Subject == subject)];
        List<(Document, List<string>)> contents = [];
        foreach (var (i, each) in (stated ?? []).Index())
        {
            if (present.Find(d => d.Id.Name == each.Document && reader.IsUsable(d)) is not { } document)
                return new Problem.Invalid($"contents[{i}].document", "is no document of this request that rules may read");
            foreach (var (j, code) in each.Contents.Index())
            {
                if (!RequestDocuments.IsContent(document.Kind, code))
                    return new Problem.Invalid($"contents[{i}].contents[{j}]", "is not the code of a content of such a document");
            }

            contents.Add((document, [.. document.Contents.Union(each.Contents).Order(StringComparer.Ordinal)]));
        }

        return new Found(named, present) { Stated = contents };
    }

    /// <summary>Why a kind of document does not belong to a request; null when it does.</summary>
    public static string? Misfit(DocumentKind kind, bool isRenewal) =>
        Codes.Parse<ReauthorizationDocument>(WireCode.Lower(kind)!) is not null == isRenewal ? null
        : isRenewal ? "is a document of a first request; this is a renewal" : "is a document of a renewal; this is a first request";

    /// <summary>Stores the named documents with a request; one that it has stays as it is.</summary>
    /// <param name="found">The documents.</param>
    /// <param name="request">The request.</param>
    /// <param name="changes">Gets what changes; null when nothing will be stored.</param>
    /// <returns>What the request holds of them.</returns>
    public IReadOnlyList<RequestFile> File(Found found, AuthorizationId request, Changes? changes)
    {
        var present = found.Present.ToList();
        return [.. found.Named.DistinctBy(d => d.Id).Select(document => (Document: document, document.Contents)).Concat(found.Stated)
            .Select(each => RequestFile.Of(Filed(each.Document, each.Contents, request, present, changes)) with { Contents = each.Contents })];
    }

    private Document Filed(Document document, List<string> contents, AuthorizationId request, List<Document> present, Changes? changes)
    {
        if (changes is null)
            return document;
        if (present.Find(d => d.Kind == document.Kind && d.ContentId == document.ContentId && d.Contents.SequenceEqual(contents)) is { } same)
            return same;
        var filed = changes.Insert(new Document
        {
            Id = DocumentId.New(clock),
            Provider = document.Provider,
            Kind = document.Kind,
            Subject = request.Name,
            IndividualId = document.IndividualId,
            DocumentDate = document.DocumentDate,
            Revision = present.Count(d => d.Kind == document.Kind) + 1,
            Contents = contents,
            ContentId = document.ContentId,
            UploadedBy = document.UploadedBy,
            RetainUntil = document.RetainUntil,
            LegalHold = document.LegalHold,
            RecordedAt = changes.Now,
        });
        filed.Content = document.Content;
        present.Add(filed);
        return filed;
    }

    private static string Field(int place) => $"documents[{place}]";
}
