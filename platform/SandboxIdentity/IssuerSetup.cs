using System.Security.Cryptography;
using Ips.SandboxIdentity.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.IdentityModel.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Ips.SandboxIdentity;

/// <summary>OpenIddict as the sandbox uses it: authorization code with PKCE for people, client credentials for machines, ES256 access tokens.</summary>
internal static class IssuerSetup
{
    // Short enough that a lost token ends soon, long enough for a demonstration without signing in twice.
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    public static void AddIssuer(this WebApplicationBuilder builder, SandboxKeys keys)
    {
        // Clients are registered again at every start and tokens are verified by signature, so nothing here has to outlive the process.
        InMemoryDatabaseRoot store = new();
        builder.Services.AddDbContext<DbContext>(db => db.UseInMemoryDatabase("identity", store).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>().DisableBulkOperations())
            .AddServer(server =>
            {
                if (builder.Configuration["Issuer"] is { Length: > 0 } issuer)
                    server.SetIssuer(issuer);
                server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetEndSessionEndpointUris("connect/endsession");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowClientCredentialsFlow();
                server.Configure(options => options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
                server.RegisterScopes([Scopes.Profile, .. Clients.Scopes]);
                server.RegisterClaims(Claims.Name, Claims.Role, TokenClaims.Organization);
                server.AddSigningKey(keys.Signing).AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                server.AddEventHandler(AssertionReplay.Descriptor).AddEventHandler(SmartAssertions.Descriptor);
                server.DisableAccessTokenEncryption().DisableAuthorizationStorage();
                server.SetAccessTokenLifetime(TokenLifetime).SetIdentityTokenLifetime(TokenLifetime);
                server.UseAspNetCore().DisableTransportSecurityRequirement()
                    .EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough().EnableEndSessionEndpointPassthrough();
            });
    }
}
