using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>Each caller has limits of its own, and a refused call says when to send it again.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private TestService service = null!;
    private GrpcChannel channel = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(new Dictionary<string, string?>
        {
            ["Authentication:Authority"] = TestIssuer.Authority,
            ["RateLimits:PerMinute"] = "3",
            ["RateLimits:Rpcs:GetAuthorization"] = "1",
        }, map: app => app.MapService<AuthorizationsStub>());
        channel = GrpcChannel.ForAddress(service.Grpc);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await service.DisposeAsync();
    }

    private Authorizations.AuthorizationsClient Client => new(channel);

    [Fact]
    public async Task A_caller_over_its_limit_is_refused_and_others_are_not()
    {
        for (var n = 0; n < 3; n++)
            await Covers("first");
        var refused = await Assert.ThrowsAsync<RpcException>(() => Covers("first").ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        var retry = refused.GetRpcStatus()!.Details.Single(detail => detail.Is(Google.Rpc.RetryInfo.Descriptor)).Unpack<Google.Rpc.RetryInfo>();
        Assert.InRange(retry.RetryDelay.ToTimeSpan(), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        await Covers("second");
        await Covers("first", Roles.Mco);
        await Covers("first", organization: "another");
    }

    [Fact]
    public async Task A_stricter_limit_counts_the_calls_of_its_rpc_only()
    {
        await Get();
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => Get().ResponseAsync)).StatusCode);
        await Covers("strict");

        AsyncUnaryCall<Contracts.Eligibility.V1.Authorization> Get() =>
            Client.GetAuthorizationAsync(new() { Name = "authorizations/one" }, Bearer(TestTokens.Of(Roles.Provider, "alliance", "strict")));
    }

    [Fact]
    public async Task HTTP_shows_what_is_left_and_when_to_come_again()
    {
        using HttpClient http = new() { BaseAddress = service.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Of(Roles.Provider, "alliance", "browser"));
        using var first = await http.GetAsync("/v1/authorizations/one");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("\"caller\";q=3;w=60, \"GetAuthorization\";q=1;w=60", Header(first, "RateLimit-Policy"));
        Assert.Equal("\"caller\";r=2;t=20, \"GetAuthorization\";r=0;t=60", Header(first, "RateLimit"));
        using var second = await http.GetAsync("/v1/authorizations/one");
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(int.Parse(Header(second, "Retry-After"), CultureInfo.InvariantCulture), 1, 60);
        Assert.Contains("\"GetAuthorization\";r=0;t=60", Header(second, "RateLimit"));
        Assert.Contains("TOO_MANY", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_platforms_own_services_have_no_limit()
    {
        var token = TestIssuer.Token(Roles.Ops, Tokens.OwnOrganization, "billing", client: "billing");
        for (var n = 0; n < 10; n++)
            await Client.CoversAsync(new(), Bearer(token));
    }

    private AsyncUnaryCall<CoversResponse> Covers(string subject, string role = Roles.Provider, string organization = "alliance") =>
        Client.CoversAsync(new(), Bearer(TestTokens.Of(role, organization, subject)));

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}

/// <summary>A stream ends with the token it was opened with.</summary>
public sealed class TokenEndTests : IAsyncLifetime
{
    private readonly string token = TestTokens.Of(Roles.Provider);
    private TestService service = null!;

    // The service's clock stands shortly before the end of the token.
    public async Task InitializeAsync() => service = await TestService.Start(
        new Dictionary<string, string?> { ["Authentication:Authority"] = TestIssuer.Authority },
        builder => builder.Services.AddSingleton<TimeProvider>(new FixedClock(
            new DateTimeOffset(new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).ValidTo, TimeSpan.Zero) - TimeSpan.FromMilliseconds(500))),
        app => app.MapService<AuthorizationsStub>());

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_gRPC_stream_ends_unauthenticated(bool endsQuietly, bool hasDeadline)
    {
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        using var call = new Authorizations.AuthorizationsClient(channel).RequestAuthorizations(new() { ValidateOnly = endsQuietly },
            new Metadata { { "authorization", $"Bearer {token}" } }, hasDeadline ? TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1) : null);
        Assert.True(await call.ResponseStream.MoveNext());
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Unauthenticated, ended.StatusCode);
        Assert.Contains("the token ended", ended.Status.Detail);
    }

    [Fact]
    public async Task A_JSON_stream_ends_with_the_reason_as_its_last_line()
    {
        using HttpClient http = new() { BaseAddress = service.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using StringContent body = new("{}", MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await http.PostAsync("/v1/authorizations:batchRequest", body);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("UNAUTHENTICATED", lines[^1]);
    }
}

/// <summary>A service behind a proxy that ends TLS.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("Production", "https", true)]
    [InlineData("Production", "http", false)]
    [InlineData("Development", "https", false)]
    public async Task HSTS_is_sent_over_HTTPS_and_not_in_development(string environment, string scheme, bool isSent)
    {
        await using var service = await TestService.Start(new Dictionary<string, string?>(), environment: environment);
        using HttpClient http = new() { BaseAddress = service.Http };
        using HttpRequestMessage request = new(HttpMethod.Get, "/alive") { Headers = { Host = "ips.example" } };
        request.Headers.Add("X-Forwarded-Proto", scheme);
        using var answer = await http.SendAsync(request);
        Assert.Equal(isSent, answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Proxies_elsewhere_are_those_that_the_configuration_names()
    {
        await using var service = await TestService.Start(new Dictionary<string, string?>
        {
            ["ForwardedHeaders:KnownProxies"] = "192.0.2.7, 192.0.2.8",
            ["ForwardedHeaders:KnownNetworks"] = "198.51.100.0/24",
        });
        var known = service.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ForwardedHeadersOptions>>().Value;
        Assert.Equal(["192.0.2.7", "192.0.2.8"], known.KnownProxies.Where(proxy => !IPAddress.IsLoopback(proxy)).Select(proxy => proxy.ToString()));
        Assert.Contains(System.Net.IPNetwork.Parse("198.51.100.0/24"), known.KnownIPNetworks);
    }
}

/// <summary>What keeps the answers and limits of two callers apart.</summary>
public sealed class CallerKeyTests
{
    [Fact]
    public void Callers_that_differ_in_any_part_have_different_keys()
    {
        Caller[] callers =
        [
            new("provider", "x", "a/b", "issuer"), new("provider", "x/a", "b", "issuer"), new("provider", "x", "a", "issuer/b"),
            new("provider", "x", "a", "issuer"), new("mco", "x", "a/b", "issuer"), new("provider", "x", "a/b", "another"),
            new("x", "provider", "a/b", "issuer"), new("provider/issuer", "x", "a/b", ""), new("provider", "x", "b", "issuer/a"),
        ];
        Assert.Equal(callers.Length, callers.Select(caller => caller.Key).Distinct().Count());
    }
}
