using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.StoredDocuments;

/// <summary>A document of an agency about a person. Its bytes are a <see cref="DocumentContent"/>, which several documents of the agency may share.</summary>
public sealed class Document : IVersioned
{
    /// <summary>The id.</summary>
    public required DocumentId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>What it is.</summary>
    public required DocumentKind Kind { get; init; }

    /// <summary>The resource name of what it belongs to, as it was uploaded.</summary>
    public required string Subject { get; init; }

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>The day that stands on it.</summary>
    public required DateOnly DocumentDate { get; init; }

    /// <summary>The number of the version among the documents of this kind and subject, from 1.</summary>
    public required int Revision { get; init; }

    /// <summary>What it contains, by the codes of the packs, in their order: of a plan its contents, of what a renewal shows its conditions.</summary>
    public List<string> Contents { get; init; } = [];

    /// <summary>Its bytes.</summary>
    public required Guid ContentId { get; init; }

    /// <inheritdoc cref="ContentId"/>
    public DocumentContent? Content { get; set; }

    /// <summary>The subject of the token of the one who uploaded it.</summary>
    public required string UploadedBy { get; init; }

    /// <summary>Last day on which it is stored for certain.</summary>
    public required DateOnly RetainUntil { get; init; }

    /// <summary>Whether it stays although its time is over.</summary>
    public bool LegalHold { get; set; }

    /// <summary>When it was stored, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    /// <param name="usable">Whether its bytes are delivered.</param>
    public Proto.Document ToProto(bool usable) => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        Kind = Kind,
        Subject = Subject,
        Individual = IndividualId.Name,
        DocumentDate = DocumentDate.Day(),
        Revision = Revision,
        Sha256 = Content!.Sha256,
        Size = Content.Size,
        MediaType = Content.MediaType,
        Scan = Content.Scan,
        Usable = usable,
        UploadedBy = UploadedBy,
        RetainUntilDate = RetainUntil.Day(),
        LegalHold = LegalHold,
        CreateTime = RecordedAt.ToTimestamp(),
        Contents = { Contents },
    };
}

/// <summary>
/// Bytes that an agency stores once: another agency with the same bytes has its own, so that neither learns of the other. They are encrypted with a key of
/// their own, which is encrypted with the key ring: <c>rotate-keys</c> renews the key and leaves the bytes where they are.
/// </summary>
public sealed class DocumentContent : IVersioned
{
    /// <summary>The id, under which the store has the bytes.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>SHA-256, 64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How many bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The media type, found in the bytes.</summary>
    public required string MediaType { get; init; }

    /// <summary>What the virus scan found.</summary>
    public required DocumentScan Scan { get; set; }

    /// <summary>The key of the bytes.</summary>
    public required byte[] EncryptedKey { get; init; }

    /// <summary>When they came, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>A part of the bytes of a content that this database stores.</summary>
/// <param name="ContentId">The content.</param>
/// <param name="Number">Its place, from 0.</param>
/// <param name="Provider">Code of the provider.</param>
/// <param name="PartBytes">The part, encrypted with the key of the content.</param>
/// <param name="RecordedAt">When it came, UTC.</param>
public sealed record DocumentPart(Guid ContentId, int Number, string Provider, byte[] PartBytes, DateTimeOffset RecordedAt);

/// <summary>The tables of a service that stores documents.</summary>
public static class DocumentTables
{
    /// <summary>Maps them. The service sets the query filters: <see cref="Document"/>, <see cref="DocumentContent"/> and <see cref="DocumentPart"/> have a provider.</summary>
    public static ModelBuilder HasDocuments(this ModelBuilder model)
    {
        model.Entity<Document>(document =>
        {
            document.ToTable("documents").HasKey(d => d.Id);
            document.HasVersion();
            document.HasOne(d => d.Content).WithMany().HasForeignKey(d => d.ContentId);
            document.HasIndex(d => new { d.Provider, d.Subject, d.Kind, d.Revision }).IsUnique();
            document.HasIndex(d => d.IndividualId);
        });
        model.Entity<DocumentContent>(content =>
        {
            content.ToTable("document_contents").HasKey(c => c.Id);
            content.HasVersion();
            content.HasIndex(c => new { c.Provider, c.Sha256 }).IsUnique();
            content.HasIndex(c => c.Scan);
        });
        return model.Entity<DocumentPart>(part => part.ToTable("document_parts").HasKey(p => new { p.ContentId, p.Number }));
    }
}
