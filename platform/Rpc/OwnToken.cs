using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ips.Platform.Rpc;

/// <summary>
/// The token a service calls others with when it is not answering a request. Section <c>Authentication</c>: <c>ClientId</c> and <c>ClientSecret</c> at the
/// <c>Authority</c> (client credentials, RFC 6749 section 4.4), and further fields that the authority needs as <c>TokenRequest:{field}</c>, such as
/// <c>TokenRequest:scope</c>.
/// </summary>
/// <remarks>The authority gives the service's client the role <c>ops</c>. The token is reused for half of its lifetime.</remarks>
internal sealed class OwnToken(IConfiguration configuration, IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly IConfigurationSection given = configuration.GetSection("Authentication");
    private (string Token, DateTimeOffset Until) current;

    /// <summary>A token good for a while.</summary>
    /// <exception cref="InvalidOperationException">No credentials are configured, or the authority has never answered.</exception>
    /// <exception cref="HttpRequestException">The authority does not answer or refuses. The text does not contain the secret.</exception>
    public async Task<string> Get(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (now >= current.Until)
            {
                var (token, lifetime) = await Request(cancellationToken);
                current = (token, now + (lifetime / 2));
            }

            return current.Token;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<(string Token, TimeSpan Lifetime)> Request(CancellationToken cancellationToken)
    {
        var (client, secret) = (given["ClientId"], given["ClientSecret"]);
        if (string.IsNullOrEmpty(given["Authority"]) || string.IsNullOrEmpty(client) || string.IsNullOrEmpty(secret))
            throw new InvalidOperationException(
                "A call without a caller's token needs one of this service's own; "
                    + "set Authentication:Authority, Authentication:ClientId and Authentication:ClientSecret.");
        // The bearer authentication's client of the authority; it stores and renews the authority's documents.
        var oidc = bearer.Get(JwtBearerDefaults.AuthenticationScheme);
        var authority = await oidc.ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        Dictionary<string, string?> form = new() { ["grant_type"] = "client_credentials" };
        foreach (var field in given.GetSection("TokenRequest").GetChildren())
            form[field.Key] = field.Value;
        using HttpRequestMessage request = new(HttpMethod.Post, authority.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{FormEncoded(client)}:{FormEncoded(secret)}")));
        using var answer = await oidc.Backchannel.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException(
                $"The authority refused this service's own credentials with HTTP {(int)answer.StatusCode}; "
                    + "check Authentication:ClientId, ClientSecret and TokenRequest.", null, answer.StatusCode);
        using var granted = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        var token = granted.RootElement.GetProperty("access_token").GetString()!;
        var seconds = granted.RootElement.TryGetProperty("expires_in", out var expires) && expires.TryGetInt32(out var lasts) ? lasts : 60;
        return (token, TimeSpan.FromSeconds(seconds));
    }

    private static string FormEncoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}

/// <summary>Puts the service's own token on calls that carry none.</summary>
internal sealed class ServiceTokenHandler(OwnToken own) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.Contains("authorization"))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await own.Get(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
