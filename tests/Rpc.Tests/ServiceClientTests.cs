using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>A service in front of another: the caller's token and deadline are passed on, outages are retried.</summary>
public sealed class ServiceClientTests : IAsyncLifetime
{
    private TestService back = null!;
    private TestService front = null!;
    private GrpcChannel channel = null!;

    private Authorizations.AuthorizationsClient Client => new(channel);

    public async Task InitializeAsync()
    {
        back = await TestService.Start(
            new Dictionary<string, string?> { ["Authentication:Authority"] = TestIssuer.Authority }, map: app => app.MapService<AuthorizationsStub>());
        front = await TestService.Start(
            new Dictionary<string, string?>
            {
                ["OTEL_SERVICE_NAME"] = "billing",
                ["Authentication:Authority"] = TestIssuer.Authority,
                ["Authentication:ClientId"] = "billing",
                ["Authentication:ClientSecret"] = TestIssuer.ClientSecret,
                ["services:eligibility:grpc:0"] = back.Grpc.ToString(),
            },
            builder => builder.AddServiceClient<Authorizations.AuthorizationsClient>("eligibility"), app => app.MapService<AuthorizationsStub>());
        channel = GrpcChannel.ForAddress(front.Grpc);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await front.DisposeAsync();
        await back.DisposeAsync();
    }

    [Fact]
    public async Task The_callers_token_and_deadline_are_passed_on()
    {
        var token = TestTokens.Of(Roles.Provider, "agency-one", "client-seven");
        var got = await Client.GetAuthorizationAsync(
            new GetAuthorizationRequest { Name = "authorizations/front.token" }, Bearer(token), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(120));
        Assert.Equal(("provider", "agency-one", "client-seven"), (got.Payer, got.Provider, got.PayerReason));
        // Ours would be 10 s; the caller's 120 s are longer, so ours holds.
        Assert.InRange(got.RequestedUnits, 1, 10);
        got = await Client.GetAuthorizationAsync(
            new GetAuthorizationRequest { Name = "authorizations/front.deadline" }, Bearer(token), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5));
        Assert.InRange(got.RequestedUnits, 1, 5);
    }

    [Fact]
    public async Task A_deadline_set_by_HTTP_is_passed_on()
    {
        using var http = new HttpClient { BaseAddress = front.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.Of(Roles.Provider));
        http.DefaultRequestHeaders.Add("grpc-timeout", "5S");

        var got = Authorization.Parser.ParseJson(await http.GetStringAsync("/v1/authorizations/front.json"));

        Assert.InRange(got.RequestedUnits, 1, 5);
    }

    [Fact]
    public async Task An_outage_is_tried_again_and_a_refusal_is_not()
    {
        var bearer = Bearer(TestTokens.Of(Roles.Mco));
        await Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/front.flaky.a" }, bearer);
        Assert.Equal(3, AuthorizationsStub.Calls["flaky.a"]);
        var missing = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/front.missing.a" }, bearer).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
        Assert.Equal(1, AuthorizationsStub.Calls["missing.a"]);
    }

    [Fact]
    public async Task Outside_a_request_the_service_calls_in_its_own_name()
    {
        await using var scope = front.Services.CreateAsyncScope();
        var got = await scope.ServiceProvider.GetRequiredService<Authorizations.AuthorizationsClient>().CoversAsync(new CoversRequest());
        Assert.Equal("ops/ips/billing", got.Authorization);
    }

    [Fact]
    public async Task A_service_that_is_down_is_UNAVAILABLE_with_retry_info()
    {
        await back.DisposeAsync();
        var down = await Assert.ThrowsAsync<RpcException>(() => Client.GetAuthorizationAsync(
            new GetAuthorizationRequest { Name = "authorizations/front.gone" }, Bearer(TestTokens.Of(Roles.Mco))).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, down.StatusCode);
        Assert.Contains(down.GetRpcStatus()!.Details, d => d.Is(Google.Rpc.RetryInfo.Descriptor));
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };
}
