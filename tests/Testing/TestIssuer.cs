using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ips.Testing;

/// <summary>
/// An OpenID Connect issuer for tests: discovery, keys and client credentials on a loopback port of this process. Services are configured with its address as
/// with any issuer; a test signs the tokens it needs.
/// </summary>
public static class TestIssuer
{
    /// <summary>The secret of every client.</summary>
    public const string ClientSecret = "test-secret";

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly Lazy<string> Started = new(Start);

    /// <summary>The issuer's address, for <c>Authentication:Authority</c>. Started at first use, ended with the process.</summary>
    public static string Authority => Started.Value;

    /// <summary>
    /// A token valid except for the given differences. That of a program has its client as subject. It lasts longer than any test moves a service's clock, which
    /// would end its streams; with a clock of its own, ten minutes.
    /// </summary>
    public static string Token(string role, string organization, string subject = "client-one", ECDsa? key = null, TimeProvider? clock = null,
        string? client = null, string? scope = null)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = "ips",
            IssuedAt = now,
            NotBefore = now,
            Expires = clock is null ? now.AddYears(5) : now.AddMinutes(10),
            Subject = new ClaimsIdentity([new("sub", subject), new("role", role), new("org", organization), .. Optional("client_id", client), .. Optional("scope", scope)]),
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key ?? Key), SecurityAlgorithms.EcdsaSha256),
        });
    }

    private static IEnumerable<Claim> Optional(string name, string? value) => value is null ? [] : [new(name, value)];

    private static string Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/.well-known/openid-configuration", () =>
            Results.Json(new { issuer = Authority, jwks_uri = $"{Authority}/keys", token_endpoint = $"{Authority}/token" }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { PublicKey() } }));
        app.MapPost("/token", (HttpContext http) => Grant(http.Request.Headers.Authorization.ToString()));
        app.StartAsync().GetAwaiter().GetResult();
        return app.Urls.Single();
    }

    private static Dictionary<string, string> PublicKey()
    {
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(Key.ExportParameters(includePrivateParameters: false))));
        return new() { ["kty"] = key.Kty, ["crv"] = key.Crv, ["x"] = key.X, ["y"] = key.Y, ["use"] = "sig", ["alg"] = "ES256" };
    }

    // What services get for their own calls.
    private static IResult Grant(string authorization)
    {
        var credentials = Encoding.UTF8.GetString(Convert.FromBase64String(AuthenticationHeaderValue.Parse(authorization).Parameter!)).Split(':');
        return credentials[1] == ClientSecret
            ? Results.Json(new { access_token = Token("ops", "ips", credentials[0]), token_type = "Bearer", expires_in = 600 })
            : Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
    }
}
