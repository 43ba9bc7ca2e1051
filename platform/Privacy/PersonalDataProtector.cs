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

    // The first byte of a value is the length of its key's id; from Head on it is the length of a head in front, and 123 is the brace of JSON.
    private const int LongestId = 100;
    private const int Head = 128;

    private readonly Dictionary<string, byte[]> _keys;
    private readonly string _current;
    private readonly byte[] _header;
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
        if (_keys.Keys.FirstOrDefault(id => id.Length > LongestId) is { } id)
            throw new InvalidOperationException($"PersonalData:Keys:{id} has a name of {id.Length} characters; use at most {LongestId}.");
        _header = [(byte)_current.Length, .. Encoding.ASCII.GetBytes(_current)];
    }

    /// <summary>Encrypts a text: key id, nonce, ciphertext, tag.</summary>
    public byte[] Protect(string text) => Encrypt(Encoding.UTF8.GetBytes(text), []);

    /// <inheritdoc/>
    public byte[] Protect(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> head) => head.Length > LongestId
        ? throw new ArgumentException($"A head has at most {LongestId} bytes, not {head.Length}.", nameof(head))
        : Encrypt(bytes, [(byte)(Head + head.Length), .. head]);

    /// <summary>Decrypts what <see cref="Protect(string)"/> encrypted.</summary>
    /// <exception cref="CryptographicException">The bytes were changed, or their key is not in the ring.</exception>
    public string Unprotect(byte[] encrypted) => Encoding.UTF8.GetString(UnprotectBytes(encrypted));

    /// <inheritdoc/>
    public byte[] UnprotectBytes(ReadOnlySpan<byte> encrypted)
    {
        var front = FrontOf(encrypted).Length;
        var header = front < encrypted.Length ? front + 1 + encrypted[front] : encrypted.Length;
        if (encrypted.Length < header + NonceBytes + TagBytes)
            throw new CryptographicException("The encrypted value is cut off.");
        var id = Encoding.ASCII.GetString(encrypted[(front + 1)..header]);
        if (!_keys.TryGetValue(id, out var key))
            throw new CryptographicException($"The key '{id}' is not in the ring; add PersonalData:Keys:{id}.");
        var plain = new byte[encrypted.Length - header - NonceBytes - TagBytes];
        using AesGcm cipher = new(key, TagBytes);
        cipher.Decrypt(encrypted.Slice(header, NonceBytes), encrypted.Slice(header + NonceBytes, plain.Length), encrypted[^TagBytes..], plain,
            encrypted[..header]);
        return plain;
    }

    /// <summary>The same value encrypted with the current key, behind the same head.</summary>
    internal byte[] Renew(ReadOnlySpan<byte> encrypted) => Encrypt(UnprotectBytes(encrypted), FrontOf(encrypted));

    /// <summary>The head with the byte that counts it; empty when the value has none.</summary>
    private static ReadOnlySpan<byte> FrontOf(ReadOnlySpan<byte> encrypted) => encrypted is not [>= Head, ..] ? []
        : encrypted[..Math.Min(1 + encrypted[0] - Head, encrypted.Length)];

    private byte[] Encrypt(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> front)
    {
        var header = front.Length + _header.Length;
        var encrypted = new byte[header + NonceBytes + plain.Length + TagBytes];
        front.CopyTo(encrypted);
        _header.CopyTo(encrypted, front.Length);
        var nonce = encrypted.AsSpan(header, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm cipher = new(_keys[_current], TagBytes);
        cipher.Encrypt(nonce, plain, encrypted.AsSpan(header + NonceBytes, plain.Length), encrypted.AsSpan(encrypted.Length - TagBytes),
            encrypted.AsSpan(0, header));
        return encrypted;
    }

    /// <summary>A keyed hash by which an identifier is found without decrypting the table: 32 bytes.</summary>
    public byte[] Hash(string system, string value) => Hash(_hashKeys[0], system, value);

    /// <summary>The hash under every key of the ring, the current one first: all of them are stored, any of them finds.</summary>
    public IReadOnlyList<byte[]> Hashes(string system, string value) => [.. _hashKeys.Select(key => Hash(key, system, value))];

    /// <summary>
    /// A key pair (ECDSA, P-256) for signatures of a purpose, derived from the current key of the ring: every instance has the same one, and no other secret
    /// has to be guarded. A new current key gives another pair; what was signed names the public key.
    /// </summary>
    public ECDsa SigningKey(string purpose)
    {
        // P-256's order begins with 32 one bits: a number of 32 bytes lies at or above it once in 2^32, and then the next one is taken.
        for (var attempt = 0; ; attempt++)
        {
            var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, _keys[_current], 32, info: Encoding.UTF8.GetBytes($"sign {purpose} {attempt}"));
            try
            {
                return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
            }
            catch (CryptographicException) when (attempt < 8)
            {
                // Out of range.
            }
        }
    }

    /// <summary>The first bytes of a value that is encrypted with the current key.</summary>
    internal byte[] CurrentHeader => _header;

    private static byte[] Hash(byte[] key, string system, string value) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{system}\n{value}"));

    private static byte[] Key(string name, string? base64)
    {
        var key = new byte[32];
        return base64 is not null && Convert.TryFromBase64String(base64, key, out var written) && written == key.Length
            ? key
            : throw new InvalidOperationException($"{name} is not a key; set 32 bytes in base64.");
    }
}
