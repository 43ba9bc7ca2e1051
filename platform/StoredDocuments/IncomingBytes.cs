using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Ips.Platform.StoredDocuments;

/// <summary>The bytes of an upload as they come: counted, hashed and their type found. What is wrong with them ends the upload.</summary>
/// <param name="pieces">Pieces of any size.</param>
/// <param name="size">How many bytes were announced.</param>
/// <param name="sha256">The announced hash; empty for none.</param>
internal sealed class IncomingBytes(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, long size, string sha256)
{
    /// <summary>The hash, once all were read.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>The media type, once the first ones were read.</summary>
    public string MediaType { get; private set; } = "";

    /// <summary>Passes the bytes on.</summary>
    /// <exception cref="ProblemException">More or fewer bytes came than were announced, others, or of a type that is not taken.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using MemoryStream head = new();
        var count = 0L;
        await foreach (var piece in pieces.WithCancellation(cancellationToken))
        {
            if ((count += piece.Length) > size)
                throw Wrong("size", $"is {size}, and more bytes came; send the number of bytes of the document");
            hash.AppendData(piece.Span);
            if (MediaType.Length == 0)
            {
                head.Write(piece.Span);
                if (head.Length >= MediaTypes.Head || count == size)
                    MediaType = MediaTypes.Of(head.ToArray()) ?? throw Wrong("content", $"is no {MediaTypes.Taken}: its first bytes are those of none");
            }

            yield return piece;
        }

        if (count < size)
            throw Wrong("content", $"is cut off: {count} of {size} bytes came; send the document again");
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (sha256.Length > 0 && sha256 != Sha256)
            throw Wrong("sha256", "is not the hash of the bytes that came; send the document again");
    }

    private static ProblemException Wrong(string field, string why) => new(new Problem.Invalid(field, why));
}
