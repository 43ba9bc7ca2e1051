using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ips.Platform.Rpc;

/// <summary>
/// Who may come in. Configuration, section <c>Authentication</c>: <c>Authority</c> and <c>Audience</c> name an OIDC issuer (production), or
/// <c>Sandbox:PublicKeyPem</c> holds the sandbox's ES256 key. With neither, every call is refused.
/// </summary>
public static class Tokens
{
    /// <summary>The issuer of sandbox tokens.</summary>
    public const string SandboxIssuer = "ips-sandbox";

    /// <summary>The audience of sandbox tokens, and of the OIDC authority's unless configured.</summary>
    public const string Audience = "ips";

    /// <summary>The organization of tokens that services mint for themselves.</summary>
    public const string OwnOrganization = "ips";

    /// <summary>Signs a sandbox token: ES256, one role, one organization.</summary>
    public static string Mint(ECDsa key, string role, string organization, string subject, TimeSpan lifetime, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = SandboxIssuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Subject = new ClaimsIdentity([new("sub", subject), new(Caller.RoleClaim, role), new(Caller.OrganizationClaim, organization)]),
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
        });
    }

    internal static void AddTokens(this WebApplicationBuilder builder)
    {
        var given = builder.Configuration.GetSection("Authentication");
        var (authority, sandboxKey) = (given["Authority"], given["Sandbox:PublicKeyPem"]);
        if (!string.IsNullOrEmpty(authority) && !string.IsNullOrEmpty(sandboxKey))
            throw new InvalidOperationException("Authentication:Authority and Authentication:Sandbox:PublicKeyPem are both set; a service trusts one issuer. Remove the sandbox key.");

        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                NameClaimType = "sub",
                RoleClaimType = Caller.RoleClaim,
                ValidAudience = given["Audience"] is { Length: > 0 } audience ? audience : Audience,
                ClockSkew = TimeSpan.FromSeconds(30),
            };
            if (!string.IsNullOrEmpty(authority))
            {
                bearer.Authority = authority;
                bearer.RequireHttpsMetadata = new Uri(authority).Host is not ("localhost" or "127.0.0.1");
            }
            else
            {
                bearer.TokenValidationParameters.ValidIssuer = SandboxIssuer;
                bearer.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
                bearer.TokenValidationParameters.IssuerSigningKeys = string.IsNullOrEmpty(sandboxKey) ? [] : [PublicKey(sandboxKey)];
            }
        });
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedCall>();
    }

    private static ECDsaSecurityKey PublicKey(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or CryptographicException)
        {
            throw new InvalidOperationException("Authentication:Sandbox:PublicKeyPem is no EC public key in PEM form (-----BEGIN PUBLIC KEY-----).", unreadable);
        }

        return new ECDsaSecurityKey(key);
    }
}
