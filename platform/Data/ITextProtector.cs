namespace Ips.Platform.Data;

/// <summary>Seals texts that may say who a person is before they are stored. A service that keeps no person's data has none and stores them as they are.</summary>
public interface ITextProtector
{
    /// <summary>Seals.</summary>
    byte[] Protect(string text);

    /// <summary>Opens.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The value was changed, or its key is not in the ring.</exception>
    string Unprotect(byte[] sealedText);
}
