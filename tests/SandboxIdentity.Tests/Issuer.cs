using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ips.SandboxIdentity.Keys;
using Ips.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Ips.SandboxIdentity.Tests;

/// <summary>The issuer as its Program.cs makes it, on a real port and a data directory of its own.</summary>
public class Issuer : IAsyncLifetime
{
    /// <summary>Where the portal would be; nothing listens there.</summary>
    public const string Portal = "http://localhost:9";

    private readonly string data = Path.Combine(Path.GetTempPath(), $"ips-identity-{Path.GetRandomFileName()}");
    private WebHost<Program> host = null!;

    /// <summary>The issuer's address, ending in a slash.</summary>
    public Uri Address => host.Address;

    internal SandboxKeys Keys => new(data);

    /// <summary>Prepares the data directory before the start.</summary>
    protected virtual void Prepare(string directory)
    {
    }

    public Task InitializeAsync()
    {
        Prepare(data);
        host = WebHost<Program>.Start(0, new Dictionary<string, string> { ["Data:Directory"] = data, ["Portal:Address"] = Portal });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>A browser without redirects: the test follows them.</summary>
    public HttpClient Browser() => host.Browser();

    public async Task<JsonElement> Discovery()
    {
        using HttpClient http = new() { BaseAddress = Address };
        return await http.GetFromJsonAsync<JsonElement>(".well-known/openid-configuration");
    }

    /// <summary>Requests a token; with a client id and a secret by HTTP Basic.</summary>
    public async Task<(int Status, JsonElement Body)> Token(Dictionary<string, string> form, string? clientId = null, string? secret = null)
    {
        using HttpClient http = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Post, "connect/token") { Content = new FormUrlEncodedContent(form) };
        if (clientId is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Verifies a token as a service does: by the discovery document and the published keys.</summary>
    public async Task<TokenValidationResult> Verify(string token)
    {
        ConfigurationManager<OpenIdConnectConfiguration> documents = new(
            $"{Address}.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever { RequireHttps = false });
        var configuration = await documents.GetConfigurationAsync(default);
        return await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidAudience = "ips",
            IssuerSigningKeys = configuration.SigningKeys,
        });
    }
}

/// <summary>One issuer for all tests.</summary>
[CollectionDefinition("issuer")]
public sealed class IssuerCollection : ICollectionFixture<Issuer>;
