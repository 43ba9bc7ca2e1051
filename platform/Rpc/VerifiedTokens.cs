using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ips.Platform.Rpc;

/// <summary>
/// Verifies a token once and remembers the result under the SHA-256 of the whole token until the token ends. A result counts only as long as the issuer's
/// configuration under which it was made is the current one: after each refresh of the issuer's keys every token is verified again. Refusals are not
/// remembered.
/// </summary>
/// <param name="largest">The most tokens that are remembered.</param>
public sealed class VerifiedTokens(int largest = VerifiedTokens.Most) : JsonWebTokenHandler, IDisposable
{
    private const int Most = 10_000;

    private readonly MemoryCache _verified = new(new MemoryCacheOptions { SizeLimit = largest });

    /// <summary>How many are remembered.</summary>
    public int Count => _verified.Count;

    /// <inheritdoc/>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(validationParameters);
        if (validationParameters.ConfigurationManager is not { } issuer)
            return await base.ValidateTokenAsync(token, validationParameters);
        var current = await issuer.GetBaseConfigurationAsync(CancellationToken.None);
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_verified.TryGetValue(hash, out Verified? known) && ReferenceEquals(known!.Issuer, current))
            return known.Result;

        var result = await base.ValidateTokenAsync(token, validationParameters);
        // A token may also pass with the issuer's last known good keys; that is for the base class to decide, each time.
        if (result is { IsValid: true, SecurityToken: JsonWebToken { SigningKey: { } key } verified } && current.SigningKeys.Contains(key))
        {
            _verified.Set(hash, new Verified(result, current),
                new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = new DateTimeOffset(verified.ValidTo, TimeSpan.Zero) });
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _verified.Dispose();

    private sealed record Verified(TokenValidationResult Result, BaseConfiguration Issuer);
}
