using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>A service that starts before its issuer does.</summary>
public sealed class LateIssuerTests : IAsyncLifetime
{
    private readonly string address = $"http://127.0.0.1:{LocalServers.Ports.Free()}";
    private TestService service = null!;
    private GrpcChannel channel = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(
            new Dictionary<string, string?> { ["Authentication:Authority"] = address }, map: app => app.MapService<AuthorizationsStub>());
        channel = GrpcChannel.ForAddress(service.Grpc);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task A_token_gets_UNAVAILABLE_until_the_issuer_has_answered()
    {
        var down = await Assert.ThrowsAsync<RpcException>(() => Call().ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, down.StatusCode);
        Assert.Contains(down.GetRpcStatus()!.Details, detail => detail.Is(Google.Rpc.RetryInfo.Descriptor));
    }

    [Fact]
    public async Task The_service_is_healthy_without_its_issuer()
    {
        using HttpClient http = new() { BaseAddress = service.Http };
        Assert.True((await http.GetAsync("/health")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task The_token_is_accepted_once_the_issuer_answers()
    {
        await Assert.ThrowsAsync<RpcException>(() => Call().ResponseAsync);
        await using var issuer = await Late();
        await Poll.Until(async () =>
        {
            try
            {
                return (await Call()).Payer == Roles.Mco;
            }
            catch (RpcException early) when (early.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(30));
    }

    private AsyncUnaryCall<Authorization> Call() => new Authorizations.AuthorizationsClient(channel).GetAuthorizationAsync(
        new() { Name = "authorizations/who" }, new Metadata { { "authorization", $"Bearer {TestTokens.Of(Roles.Mco)}" } });

    // The documents of the tests' issuer, at the address that the service knows.
    private async Task<WebApplication> Late()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(address);
        builder.Services.AddRoutingCore();
        var issuer = builder.Build();
        issuer.UseRouting();
        issuer.MapGet("/.well-known/openid-configuration", () =>
            Results.Json(new { issuer = TestIssuer.Authority, jwks_uri = $"{TestIssuer.Authority}/keys" }));
        await issuer.StartAsync();
        return issuer;
    }
}
