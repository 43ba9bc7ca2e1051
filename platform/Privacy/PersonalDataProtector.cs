using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Ips.Platform.Privacy;

/// <summary>
/// Encrypts personal data (names, birth dates, identifiers) for a column, and finds it by a keyed hash. AES-256-GCM with a key ring
/// that lives outside the database: <c>PersonalData:Current</c> names the key that encrypts, <c>PersonalData:Keys:{id}</c> holds 32 bytes in base64 each,
/// <c>PersonalData:HashKey</c> the key of the hash. An encrypted value names its key, so an old key still decrypts its values, and
/// <c>rotate-keys</c> encrypts them with the current one. While a hash key is replaced, <c>PersonalData:OldHashKeys:{id}</c> holds the previous ones:
/// every hash is stored under every key, so that people are found by any.
/// </summary>
public sealed class PersonalDataProtector : ITextProtector
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Dictionary<string, byte[]> _keys;
    private readonly string _current;
    private readonly IReadOnlyList<byte[]> _hashKeys;

    /// <summary>Reads the key ring.</summary>
    /// <exception cref="InvalidOperationException">A key is missing or not 32 bytes of base64; the message names it.</exception>
    public PersonalDataProtector(IConfiguration configuration)
    {
        var ring = configuration.GetSection("PersonalData");
        _current = ring["Current"]
            ?? throw new InvalidOperationException("PersonalData:Current is missing; set it to the id of the key that encrypts personal data.");
        _keys = ring.GetSection("Keys").GetChildren().ToDictionary(k => k.Key, k => Key($"PersonalData:Keys:{k.Key}", k.Value), StringComparer.Ordinal);
        _hashKeys = [Key("PersonalData:HashKey", ring["HashKey"]), .. ring.GetSection("OldHashKeys").GetChildren()
            .Select(k => Key($"PersonalData:OldHashKeys:{k.Key}", k.Value))];
        if (!_keys.ContainsKey(_current))
            throw new InvalidOperationException($"PersonalData:Keys:{_current} is missing; PersonalData:Current names it.");
    }

    /// <summary>Encrypts a text: key id, nonce, ciphertext, tag.</summary>
    public byte[] Protect(string text)
    {
        var key = Encoding.ASCII.GetBytes(_current);
        var plain = Encoding.UTF8.GetBytes(text);
        var encrypted = new byte[1 + key.Length + NonceBytes + plain.Length + TagBytes];
        encrypted[0] = (byte)key.Length;
        key.CopyTo(encrypted, 1);
        var nonce = encrypted.AsSpan(1 + key.Length, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm cipher = new(_keys[_current], TagBytes);
        cipher.Encrypt(nonce, plain, encrypted.AsSpan(1 + key.Length + NonceBytes, plain.Length), encrypted.AsSpan(encrypted.Length - TagBytes),
            encrypted.AsSpan(0, 1 + key.Length));
        return encrypted;
    }

    /// <summary>Decrypts what <see cref="Protect"/> encrypted.</summary>
    /// <exception cref="CryptographicException">The bytes were changed, or their key is not in the ring.</exception>
    public string Unprotect(byte[] encrypted)
    {
        var header = 1 + encrypted[0];
        var id = Encoding.ASCII.GetString(encrypted, 1, encrypted[0]);
        if (!_keys.TryGetValue(id, out var key))
            throw new CryptographicException($"The key '{id}' is not in the ring; add PersonalData:Keys:{id}.");
        var plain = new byte[encrypted.Length - header - NonceBytes - TagBytes];
        using AesGcm cipher = new(key, TagBytes);
        cipher.Decrypt(encrypted.AsSpan(header, NonceBytes), encrypted.AsSpan(header + NonceBytes, plain.Length), encrypted.AsSpan(encrypted.Length - TagBytes),
            plain, encrypted.AsSpan(0, header));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>A keyed hash by which an identifier is found without decrypting the table: 32 bytes.</summary>
    public byte[] Hash(string system, string value) => Hash(_hashKeys[0], system, value);

    /// <summary>The hash under every key of the ring, the current one first: all of them are stored, any of them finds.</summary>
    public IReadOnlyList<byte[]> Hashes(string system, string value) => [.. _hashKeys.Select(key => Hash(key, system, value))];

    /// <summary>The first bytes of a value that is encrypted with the current key.</summary>
    internal byte[] CurrentHeader => [(byte)_current.Length, .. Encoding.ASCII.GetBytes(_current)];

    private static byte[] Hash(byte[] key, string system, string value) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{system}\n{value}"));

    private static byte[] Key(string name, string? base64)
    {
        var key = new byte[32];
        return base64 is not null && Convert.TryFromBase64String(base64, key, out var written) && written == key.Length
            ? key
            : throw new InvalidOperationException($"{name} is not a key; set 32 bytes in base64.");
    }
}
