using System.Security.Cryptography;
using System.Text;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.Extensions.Options;
using Document = Ips.Contracts.Common.V1.Document;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Documents;

/// <summary>
/// In a sandbox a request may name a document by the code of its kind, such as REQUEST_DOCUMENT_ASSESSMENT: a specimen of it is stored for the person, and the request
/// names that. So one call tries a request, and a rule is answered by a stored document there too. A deployment has no specimens and refuses the code.
/// </summary>
public sealed class SpecimenDocuments(Lazy<UploadDocument> upload, IOptions<DocumentOptions> options, TimeProvider clock)
{
    private const string Code = "REQUEST_DOCUMENT_";

    /// <summary>The request with the names of stored documents; the same again gets the same names.</summary>
    public async Task<Result<Proto.RequestAuthorizationRequest>> Named(Proto.RequestAuthorizationRequest request, CancellationToken cancellationToken)
    {
        if (!options.Value.Specimens || request.ValidateOnly || !request.Documents.Any(IsCode))
            return request;
        var named = request.Clone();
        named.Documents.Clear();
        named.PcpContents.Clear();
        foreach (var (i, name) in request.Documents.Index())
        {
            if (!IsCode(name))
            {
                named.Documents.Add(name);
                continue;
            }

            // The request itself needs no document.
            if (name == Code + "AUTHORIZATION_REQUEST")
                continue;
            if (!WireCode.TryRead<DocumentKind>(name[Code.Length..].ToLowerInvariant(), out var kind) || kind < DocumentKind.Assessment)
                return new Problem.Invalid($"documents[{i}]", "is the code of no document; store the document for the person with UploadDocument and send its name");
            var stored = await Stored(request, kind, cancellationToken);
            if (!stored.Is(out var document, out var problem))
                return problem;
            named.Documents.Add(document.Name);
        }

        return named;
    }

    private async Task<Result<Document>> Stored(Proto.RequestAuthorizationRequest request, DocumentKind kind, CancellationToken cancellationToken)
    {
        var bytes = Encoding.ASCII.GetBytes($"%PDF-1.7\n% specimen: {kind} of {request.Individual}\n");
        List<string> contents = [.. request.PcpContents.Select(c => WireCode.Lower(c)!).Where(c => RequestDocuments.IsContent(kind, c))];
        var day = clock.UtcDay().Day();
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"specimen\n{request.Individual}\n{kind}\n{day}\n{string.Join(',', contents)}"));
        return await upload.Value.Handle(
            new()
            {
                Kind = kind,
                Subject = request.Individual,
                DocumentDate = day,
                Size = bytes.Length,
                RequestId = new Guid(key.AsSpan(0, 16), bigEndian: true).ToString(),
                Contents = { contents },
            },
            Once(bytes), cancellationToken);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Once(byte[] bytes)
    {
        await Task.CompletedTask;
        yield return bytes;
    }

    private static bool IsCode(string name) => name.StartsWith(Code, StringComparison.Ordinal);
}
