using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Ips.Platform.StoredDocuments;

/// <summary>
/// Encrypts the bytes of one content in parts with its own key (AES-256-GCM). A part is bound to the content, its place and whether it is the last, so that
/// parts that are missing, moved or of another content do not decrypt.
/// </summary>
internal sealed class ContentCipher(Guid content, byte[] key) : IDisposable
{
    /// <summary>Plain bytes of a part.</summary>
    public const int PartBytes = 256 * 1024;

    private const int TagBytes = 16;
    private readonly AesGcm _cipher = new(key, TagBytes);

    /// <summary>A new key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(32);

    /// <summary>Encrypts pieces of any size into parts.</summary>
    public async IAsyncEnumerable<byte[]> Encrypt(
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (part, filled, number) = (new byte[PartBytes], 0, 0);
        await foreach (var piece in pieces.WithCancellation(cancellationToken))
        {
            for (var rest = piece; rest.Length > 0;)
            {
                // A full part is written only when more follows: the last one is marked.
                if (filled == PartBytes)
                {
                    yield return Encrypt(part, number++, isLast: false);
                    filled = 0;
                }

                var taken = Math.Min(rest.Length, PartBytes - filled);
                rest[..taken].CopyTo(part.AsMemory(filled));
                (filled, rest) = (filled + taken, rest[taken..]);
            }
        }

        yield return Encrypt(part.AsSpan(0, filled), number, isLast: true);
    }

    /// <summary>Decrypts parts in order.</summary>
    /// <exception cref="CryptographicException">A part was changed, moved or is missing.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Decrypt(
        IAsyncEnumerable<byte[]> parts, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = 0;
        byte[]? part = null;
        await foreach (var next in parts.WithCancellation(cancellationToken))
        {
            if (part is not null)
                yield return Decrypt(part, number++, isLast: false);
            part = next;
        }

        if (part is null)
            throw new CryptographicException("The bytes of the document are missing.");
        yield return Decrypt(part, number, isLast: true);
    }

    public void Dispose() => _cipher.Dispose();

    private byte[] Encrypt(ReadOnlySpan<byte> plain, int number, bool isLast)
    {
        var encrypted = new byte[plain.Length + TagBytes];
        _cipher.Encrypt(Nonce(number), plain, encrypted.AsSpan(0, plain.Length), encrypted.AsSpan(plain.Length), Place(number, isLast));
        return encrypted;
    }

    private byte[] Decrypt(byte[] encrypted, int number, bool isLast)
    {
        if (encrypted.Length < TagBytes)
            throw new CryptographicException("A part of the document is cut off.");
        var plain = new byte[encrypted.Length - TagBytes];
        _cipher.Decrypt(Nonce(number), encrypted.AsSpan(0, plain.Length), encrypted.AsSpan(plain.Length), plain, Place(number, isLast));
        return plain;
    }

    // The key is used for this content alone, so the place of a part is a nonce that does not come again.
    private static byte[] Nonce(int number)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(nonce.AsSpan(8), number);
        return nonce;
    }

    private byte[] Place(int number, bool isLast)
    {
        var place = new byte[21];
        content.TryWriteBytes(place);
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(16), number);
        place[20] = isLast ? (byte)1 : (byte)0;
        return place;
    }
}
