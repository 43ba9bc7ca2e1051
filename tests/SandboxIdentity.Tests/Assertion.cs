using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ips.SandboxIdentity.Tests;

/// <summary>A client assertion as RFC 7523 describes it, valid except for what a test changes.</summary>
internal sealed record Assertion(Issuer Issuer, string ClientId)
{
    public ECDsaSecurityKey Key { get; init; } = Issuer.Keys.OfClient(ClientId);
    public string Audience { get; init; } = Issuer.Address.ToString();
    public string Subject { get; init; } = ClientId;
    public string Type { get; init; } = "client-authentication+jwt";
    public string Id { get; init; } = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
    public TimeSpan Age { get; init; }

    public string Sign()
    {
        var issued = TimeProvider.System.GetUtcNow().UtcDateTime - Age;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            // RFC 7523bis: assertions carry a type of their own and the issuer as audience.
            TokenType = Type,
            Issuer = Subject,
            Audience = Audience,
            IssuedAt = issued,
            Expires = issued.AddMinutes(5),
            Subject = new ClaimsIdentity([new("sub", Subject), new("jti", Id)]),
            SigningCredentials = new(Key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
