using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>
/// Tokens as in production: an external OpenID Connect provider (peers/oidc.js) issues the tokens, for callers and for the services themselves.
/// </summary>
public sealed class OidcTests : IAsyncLifetime
{
    private const string Secret = "billing: a+secret%";
    private Process provider = null!;
    private Uri issuer = null!;
    private TestService back = null!;

    public async Task InitializeAsync()
    {
        provider = await NodePeers.Start("oidc.js");
        using var patience = new CancellationTokenSource(Poll.Patience);
        issuer = new((await NodePeers.ReadLine(provider, patience.Token))!.Value.GetProperty("issuer").GetString()!);
        back = await TestService.Start(
            new Dictionary<string, string?> { ["Authentication:Authority"] = Authority }, map: app => app.MapService<AuthorizationsStub>());
    }

    public async Task DisposeAsync()
    {
        await back.DisposeAsync();
        provider.StandardInput.Close();
        await provider.WaitForExitAsync();
        provider.Dispose();
    }

    private string Authority => issuer.ToString().TrimEnd('/');

    [Fact]
    public async Task Only_a_token_of_the_authority_is_accepted_with_its_role_and_organization()
    {
        using var channel = GrpcChannel.ForAddress(back.Grpc);
        Authorizations.AuthorizationsClient client = new(channel);
        var got = await client.GetAuthorizationAsync(new() { Name = "authorizations/who" }, Bearer(await TokenOf("mco-client")));
        Assert.Equal(("mco", "alliance", "mco-client"), (got.Payer, got.Provider, got.PayerReason));
        foreach (var foreign in (string[])[TestTokens.Of(Roles.Mco), TestTokens.ForeignKey(), TestTokens.Unsigned(), (await TokenOf("mco-client"))[..^4]
            + "AAAA"])
        {
            var refused = await Assert.ThrowsAsync<RpcException>(
                () => client.GetAuthorizationAsync(new() { Name = "authorizations/who" }, Bearer(foreign)).ResponseAsync);
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        }
    }

    [Fact]
    public async Task A_service_requests_its_own_token_once_and_calls_with_it()
    {
        await using var front = await Front(Secret);
        for (var call = 0; call < 3; call++)
            Assert.Equal("ops/ips/billing", (await Call(front)).Authorization);
        using HttpClient http = new() { BaseAddress = issuer };
        Assert.Equal("1", await http.GetStringAsync("granted"));
    }

    [Fact]
    public async Task Refused_or_missing_credentials_fail_the_call_and_are_not_in_the_message()
    {
        await using var wrong = await Front("not-the-secret");
        var refused = await Assert.ThrowsAsync<RpcException>(() => Call(wrong));
        Assert.Contains("401", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", refused.ToString(), StringComparison.Ordinal);
        await using var none = await Front("");
        var missing = await Assert.ThrowsAsync<RpcException>(() => Call(none));
        Assert.Contains("Authentication:ClientId and Authentication:ClientSecret", missing.ToString(), StringComparison.Ordinal);
    }

    private Task<TestService> Front(string secret) => TestService.Start(
        new Dictionary<string, string?>
        {
            ["OTEL_SERVICE_NAME"] = "billing",
            ["Authentication:Authority"] = Authority,
            ["Authentication:ClientId"] = "billing",
            ["Authentication:ClientSecret"] = secret,
            ["Authentication:TokenRequest:resource"] = "urn:ips",
            ["Authentication:TokenRequest:scope"] = "platform",
            ["services:eligibility:grpc:0"] = back.Grpc.ToString(),
        },
        builder => builder.AddServiceClient<Authorizations.AuthorizationsClient>("eligibility"));

    private static async Task<CoversResponse> Call(TestService front)
    {
        await using var scope = front.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Authorizations.AuthorizationsClient>().CoversAsync(new());
    }

    /// <summary>What a caller's own program does.</summary>
    private async Task<string> TokenOf(string client)
    {
        using HttpClient http = new() { BaseAddress = issuer };
        http.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{client}:{Uri.EscapeDataString($"{client}: a+secret%")}")));
        using FormUrlEncodedContent form = new(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["resource"] = "urn:ips", ["scope"] = "platform" });
        using var answer = await http.PostAsync("token", form);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };
}
