using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Document = Ips.Platform.StoredDocuments.Document;

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
    public sealed record Found(IReadOnlyList<Document> Named, IReadOnlyList<Document> Present);

    /// <summary>Finds them.</summary>
    /// <param name="ids">What the request names.</param>
    /// <param name="individual">The person of the request, after a merge the survivor.</param>
    /// <param name="isRenewal">Whether it is a renewal.</param>
    /// <param name="request">The request, if it is stored.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<Result<Found>> Find(
        IReadOnlyList<DocumentId> ids, IndividualId individual, bool isRenewal, AuthorizationId? request, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
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

        return new Found(named, [.. found.Where(d => d.Subject == subject)]);
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
        return [.. found.Named.DistinctBy(d => d.Id).Select(document => RequestFile.Of(Filed(document, request, present, changes)))];
    }

    private Document Filed(Document document, AuthorizationId request, List<Document> present, Changes? changes)
    {
        if (changes is null)
            return document;
        if (present.Find(d => d.Kind == document.Kind && d.ContentId == document.ContentId && d.Contents.SequenceEqual(document.Contents)) is { } same)
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
            Contents = document.Contents,
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
