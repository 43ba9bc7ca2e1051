using System.Security.Cryptography;
using System.Text;
using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Documents;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>A DocumentReference that came with its bytes.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Codes">The documents that its codes may mean, as the packs name them.</param>
/// <param name="Contents">Codes of what it contains.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Day">The day that stands on it; null when it has none.</param>
internal sealed record SentDocument(string Path, IReadOnlyList<string> Codes, IReadOnlyList<string> Contents, byte[] Bytes, DateOnly? Day)
{
    /// <summary>Reads one; null without bytes, or when they are of a type that is not taken.</summary>
    /// <param name="reference">The document.</param>
    /// <param name="requested">The code under which it was requested; null for none.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="issues">Gets what is wrong; null where a document that is not taken is only noted.</param>
    public static SentDocument? Read(DocumentReference reference, CodeableConcept? requested, string path, List<FhirIssue>? issues)
    {
        foreach (var (i, content) in reference.Content.Index())
        {
            if (content.Attachment?.Data is not { Length: > 0 } bytes)
                continue;
            if (MediaTypes.Of(bytes) is null)
            {
                issues?.Add(new(IssueType.Value, $"{path}.content[{i}].attachment.data", $"is no {MediaTypes.Taken}: its first bytes are those of none"));
                return null;
            }

            var codes = PasCodes.DocumentsOf(requested).Concat(PasCodes.DocumentsOf(reference.Type)).Distinct(StringComparer.Ordinal);
            return new(path, [.. codes], [.. reference.ContentCodes()], bytes, PasElements.Day(content.Attachment.Creation)
                ?? (reference.Date is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : null));
        }

        return null;
    }

    /// <summary>As the contract uploads it for a request. What its codes leave open is what the request waits for.</summary>
    public UploadDocumentRequest Upload(Authorization authorization, PolicyService policies, TimeProvider clock) =>
        Upload(authorization.Id.Name, Kind(authorization.Renews is not null, DocumentChecklist.Of(authorization, policies)), [], clock);

    /// <summary>As the contract uploads it for a person or a request.</summary>
    /// <param name="subject">The name of the person or the request.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="more">Further codes of what it may contain.</param>
    /// <param name="clock">Gives the day of one without a day.</param>
    public UploadDocumentRequest Upload(string subject, DocumentKind kind, IEnumerable<string> more, TimeProvider clock)
    {
        var (day, hash) = ((Day ?? clock.UtcDay()).Day(), Convert.ToHexStringLower(SHA256.HashData(Bytes)));
        List<string> contents = [.. Contents.Concat(more).Where(content => RequestDocuments.IsContent(kind, content)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        // The same document again is the same request.
        var request = SHA256.HashData(Encoding.UTF8.GetBytes($"document of a request\n{subject}\n{kind}\n{day}\n{hash}\n{string.Join(',', contents)}"));
        return new()
        {
            Kind = kind,
            Subject = subject,
            DocumentDate = day,
            Size = Bytes.Length,
            Sha256 = hash,
            RequestId = new Guid(request.AsSpan(0, 16), bigEndian: true).ToString(),
            Contents = { contents },
        };
    }

    /// <summary>What it is in a request: of the kinds that its codes may mean, one that the request waits for; without such a code a record in support.</summary>
    /// <param name="isRenewal">Whether it is a renewal.</param>
    /// <param name="checklist">What the request needs.</param>
    public DocumentKind Kind(bool isRenewal, IEnumerable<Proto.ChecklistItem> checklist) =>
        KindsOf(Codes, isRenewal, checklist).FirstOrDefault(isRenewal ? DocumentKind.SupportingDocumentation : DocumentKind.SupportingRecords);

    /// <summary>The kinds that codes may mean in a request, those first that it waits for.</summary>
    public static IEnumerable<DocumentKind> KindsOf(IEnumerable<string> codes, bool isRenewal, IEnumerable<Proto.ChecklistItem> checklist)
    {
        var waited = checklist.Where(i => !i.Received || i.MissingContents.Count > 0).Select(i => i.Document).ToHashSet();
        return codes.Where(code => WireCode.TryRead<DocumentKind>(code, out _)).OrderByDescending(waited.Contains)
            .Select(code => WireCode.TryRead<DocumentKind>(code, out var kind) ? kind : default)
            .Where(kind => kind >= DocumentKind.Assessment && NamedDocuments.Misfit(kind, isRenewal) is null);
    }

    /// <summary>The element that a field of the upload was read from.</summary>
    public string ElementOf(string field) => field switch
    {
        "document_date" => Path + ".date",
        "size" or "content" => Path + ".content[0].attachment.data",
        _ => Path,
    };

    /// <summary>The bytes as an upload takes them.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        await System.Threading.Tasks.Task.CompletedTask;
        yield return Bytes;
    }
}
