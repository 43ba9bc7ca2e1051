namespace Ips.Platform.Data;

/// <summary>Encrypts texts that may identify a person before they are stored. A service without personal data has no protector and stores plain text.</summary>
public interface ITextProtector
{
    /// <summary>Encrypts a text.</summary>
    byte[] Protect(string text);

    /// <summary>Decrypts a text.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The value was changed, or its key is not in the ring.</exception>
    string Unprotect(byte[] encrypted);

    /// <summary>
    /// Encrypts bytes behind a head of at most 100 bytes that stays readable: 128 + length of the head, head, encrypted value. A changed head fails to decrypt.
    /// </summary>
    byte[] Protect(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> head);

    /// <summary>Decrypts bytes, with or without a head; the head is not among them.</summary>
    /// <inheritdoc cref="Unprotect"/>
    byte[] UnprotectBytes(ReadOnlySpan<byte> encrypted);
}
