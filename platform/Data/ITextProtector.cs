namespace Ips.Platform.Data;

/// <summary>Encrypts texts that may identify a person before they are stored. A service without personal data has no protector and stores plain text.</summary>
public interface ITextProtector
{
    /// <summary>Encrypts a text.</summary>
    byte[] Protect(string text);

    /// <summary>Decrypts a text.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The value was changed, or its key is not in the ring.</exception>
    string Unprotect(byte[] encrypted);
}
