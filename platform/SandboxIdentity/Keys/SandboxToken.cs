using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ips.SandboxIdentity.Keys;

/// <summary>An access token made without a request to the issuer, signed with its key: what the <c>token</c> command prints.</summary>
internal sealed record SandboxToken(string Issuer, string Role, string Organization, string Subject, TimeSpan Lifetime)
{
    /// <summary>The audience of every sandbox token.</summary>
    public const string Audience = "ips";

    /// <summary>Signs the token. It carries the same claims as the issuer's own.</summary>
    public string Sign(ECDsaSecurityKey key, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            TokenType = "at+jwt",
            Subject = new ClaimsIdentity([new("sub", Subject), new("role", Role), new("org", Organization)]),
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
