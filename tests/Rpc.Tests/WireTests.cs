using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>One service on real ports: who may call, and which errors a caller gets, on both wires.</summary>
public sealed class WireTests : IAsyncLifetime
{
    private TestDb database = null!;
    private TestService service = null!;
    private GrpcChannel channel = null!;
    private HttpClient http = null!;

    private Authorizations.AuthorizationsClient Client => new(channel);

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        await TestService.CreateTables(database.ConnectionString);
        service = await TestService.Start(
            new Dictionary<string, string?> { ["ConnectionStrings:test-db"] = database.ConnectionString, ["Authentication:Authority"] = TestIssuer.Authority },
            builder =>
            {
                builder.AddDatabase<TestServiceDb>("test-db");
                builder.Services.AddSingleton<IFaultReader, LibraryFaults>();
            }, app => app.MapService<AuthorizationsStub>());
        channel = GrpcChannel.ForAddress(service.Grpc);
        http = new HttpClient { BaseAddress = service.Http };
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        http.Dispose();
        await service.DisposeAsync();
        await database.DisposeAsync();
    }

    public static TheoryData<string, string, StatusCode, string> Refused => new()
    {
        { "no token", "", StatusCode.Unauthenticated, "no bearer token" },
        { "not a token", "abc", StatusCode.Unauthenticated, "not valid" },
        { "signed by another key", TestTokens.ForeignKey(), StatusCode.Unauthenticated, "not signed by a key" },
        { "not signed", TestTokens.Unsigned(), StatusCode.Unauthenticated, "not signed by a key" },
        { "expired", TestTokens.Expired(), StatusCode.Unauthenticated, "expired" },
        { "another role", TestTokens.Of(Roles.State), StatusCode.PermissionDenied, "state" },
        { "no role", TestTokens.Of(""), StatusCode.PermissionDenied, "(none)" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task A_caller_without_access_gets_an_error_on_both_wires(string who, string token, StatusCode code, string says)
    {
        Assert.NotEmpty(who);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/one" }, Bearer(token)).ResponseAsync);
        Assert.Equal(code, refused.StatusCode);
        var info = Assert.Single(refused.GetRpcStatus()!.Details, d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal(code == StatusCode.Unauthenticated ? "UNAUTHENTICATED" : "FORBIDDEN", info.Reason);
        Assert.Contains(says, refused.Status.Detail);

        var (status, body) = await Get("/v1/authorizations/one", token);
        Assert.Equal(code == StatusCode.Unauthenticated ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, status);
        Assert.Equal((int)code, body.GetProperty("code").GetInt32());
        Assert.Contains(says, body.GetProperty("message").GetString());
        Assert.Equal(info.Reason, body.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    public static TheoryData<string> NotOneOrganization => new() { "", "PROV-A", "a\0b", "org *", "harbor\n", "\u0430gency", "organizations/alliance" };

    [Theory, MemberData(nameof(NotOneOrganization))]
    public async Task A_token_without_the_code_of_one_organization_is_refused_on_both_wires(string organization)
    {
        var token = TestTokens.Of(Roles.Provider, organization);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/one" }, Bearer(token)).ResponseAsync);
        Assert.Equal((StatusCode.Unauthenticated, true), (refused.StatusCode, refused.Status.Detail.Contains("claim org", StringComparison.Ordinal)));
        var (status, body) = await Get("/v1/authorizations/one", token);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("claim org", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task No_answer_may_be_kept_by_a_cache()
    {
        var token = TestTokens.Of(Roles.Provider);
        using var call = Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/one" }, Bearer(token));
        Assert.Equal("no-store", (await call.ResponseHeadersAsync).GetValue("cache-control"));
        await call;
        foreach (var (path, bearer, code) in new[]
        {
            ("/v1/authorizations/one", token, HttpStatusCode.OK), ("/v1/authorizations/missing", token, HttpStatusCode.NotFound),
            ("/v1/authorizations/bug", token, HttpStatusCode.InternalServerError), ("/v1/authorizations/one", "", HttpStatusCode.Unauthorized),
            ("/v1/nowhere", token, HttpStatusCode.NotFound),
        })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { { "Authorization", "Bearer " + bearer } } };
            using var answer = await http.SendAsync(request);
            Assert.Equal((code, "no-store"), (answer.StatusCode, answer.Headers.CacheControl?.ToString()));
        }
    }

    [Theory]
    [InlineData("application/grpc", new byte[] { 0, 255, 255, 255, 255, 1 }, "8")]
    [InlineData("application/grpc", new byte[] { 0, 0, 0, 0, 2, 255, 255 }, "3")]
    public async Task A_message_that_is_too_long_or_no_message_is_the_callers_error(string type, byte[] bytes, string status)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(service.Grpc, "/ips.eligibility.v1.Authorizations/GetAuthorization"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { { "Authorization", "Bearer " + TestTokens.Of(Roles.Provider) }, { "TE", "trailers" } },
            Content = new ByteArrayContent(bytes) { Headers = { ContentType = new(type) } },
        };
        using var answer = await http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(status, answer.Headers.Concat(answer.TrailingHeaders).First(h => h.Key == "grpc-status").Value.Single());
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("7FFFFFFFFFFFFFFF1")]
    [InlineData("zz")]
    public async Task A_chunk_of_no_countable_size_is_the_callers_error(string size)
    {
        using System.Net.Sockets.TcpClient client = new();
        await client.ConnectAsync(service.Http.Host, service.Http.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/authorizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestTokens.Of(Roles.Provider)}\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n"));
        using StreamReader reader = new(stream);
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task The_token_identifies_the_caller()
    {
        var token = TestTokens.Of(Roles.Provider, "agency-one", "client-seven");
        var got = await Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/one" }, Bearer(token));
        Assert.Equal(("provider", "agency-one", "client-seven"), (got.Payer, got.Provider, got.PayerReason));
        var (status, body) = await Get("/v1/authorizations/one", token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("agency-one", body.GetProperty("provider").GetString());
    }

    [Fact]
    public async Task Each_rpc_admits_its_own_roles()
    {
        // GetAuthorization admits providers, DecideAuthorization does not.
        var provider = Bearer(TestTokens.Of(Roles.Provider));
        await Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/one" }, provider);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => Client.DecideAuthorizationAsync(new DecideAuthorizationRequest { Name = "authorizations/one" }, provider).ResponseAsync);
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Theory]
    [InlineData("/v1/nowhere")]
    [InlineData("/")]
    [InlineData("/openapi/v1.json")]
    public async Task Nothing_answers_without_a_token_but_health(string path)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(path, "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/alive")).StatusCode);
        var health = new Grpc.Health.V1.Health.HealthClient(channel);
        foreach (var name in new[] { "", "live", "ips.eligibility.v1.Authorizations" })
            Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new() { Service = name })).Status);
        var reflection = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Grpc, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } }
        };
        var answer = await http.SendAsync(reflection);
        Assert.Equal("16", answer.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task In_development_the_documents_are_open_and_the_rpcs_are_not()
    {
        await using var open = await TestService.Start(
            new Dictionary<string, string?>(), map: app => app.MapService<AuthorizationsStub>(), environment: "Development");
        using var anyone = new HttpClient { BaseAddress = open.Http };
        var document = JsonDocument.Parse(await anyone.GetStringAsync("/openapi/v1.json")).RootElement;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        Assert.True(document.GetProperty("paths").TryGetProperty("/v1/authorizations", out _));
        Assert.Equal(HttpStatusCode.Unauthorized, (await anyone.GetAsync("/v1/authorizations")).StatusCode);
    }

    /// <summary>Knows an exception of a library.</summary>
    private sealed class LibraryFaults : IFaultReader
    {
        public Problem? Read(Exception fault) => fault is KeyNotFoundException ? new Problem.NotInForce("NC-SO-001", "no value on 2020-01-01") : null;
    }

    public static TheoryData<string, StatusCode, int, string> Problems => new()
    {
        { "missing", StatusCode.NotFound, 404, "AUTHORIZATION_NOT_FOUND" },
        { "bug", StatusCode.Internal, 500, "INTERNAL" },
        { "outdated", StatusCode.FailedPrecondition, 400, "RULE_NOT_IN_FORCE" },
        { "database-down", StatusCode.Unavailable, 503, "DEPENDENCY_UNAVAILABLE" },
        { "dependency-down", StatusCode.Unavailable, 503, "DEPENDENCY_UNAVAILABLE" },
        { "raced", StatusCode.Aborted, 409, "STALE" },
    };

    [Theory, MemberData(nameof(Problems))]
    public async Task A_problem_has_one_status_on_both_wires(string name, StatusCode code, int httpStatus, string reason)
    {
        var token = TestTokens.Of(Roles.Mco);
        var problem = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetAuthorizationAsync(new GetAuthorizationRequest { Name = $"authorizations/{name}" }, Bearer(token)).ResponseAsync);
        var status = problem.GetRpcStatus()!;
        Assert.Equal(code, problem.StatusCode);
        Assert.Equal(reason, Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Reason);
        Assert.Equal(code == StatusCode.Unavailable, status.Details.Any(d => d.Is(RetryInfo.Descriptor)));
        var (answered, body) = await Get($"/v1/authorizations/{name}", token);
        Assert.Equal(httpStatus, (int)answered);
        Assert.Equal(reason, body.GetProperty("details")[0].GetProperty("reason").GetString());
        // The response to a bug contains the trace id and nothing else.
        Assert.DoesNotContain("Ann Example", body.GetRawText() + problem.Status.Detail);
        if (code == StatusCode.Internal)
            Assert.Matches("^[0-9a-f]{32}$", body.GetProperty("details")[0].GetProperty("metadata").GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task A_passed_deadline_and_a_cancelled_call_are_distinguished()
    {
        var bearer = Bearer(TestTokens.Of(Roles.Mco));
        var late = await Assert.ThrowsAsync<RpcException>(() => Client.GetAuthorizationAsync(
            new GetAuthorizationRequest { Name = "authorizations/slow.1" }, bearer,
                deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300)).ResponseAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        using var cancellationToken = new CancellationTokenSource();
        var call = Client.GetAuthorizationAsync(
            new GetAuthorizationRequest { Name = "authorizations/slow.2" }, bearer, cancellationToken: cancellationToken.Token);
        await Poll.Until(() => AuthorizationsStub.Calls.ContainsKey("slow.2"));
        await cancellationToken.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_before_the_handler_runs()
    {
        var token = TestTokens.Of(Roles.Provider);
        var request = new RenewAuthorizationRequest
        {
            ContinuedService = { ContinuedServiceCondition.A, (ContinuedServiceCondition)99 },
            RequestId = "one"
        };
        var refused = await Assert.ThrowsAsync<RpcException>(() => Client.RenewAuthorizationAsync(request, Bearer(token)).ResponseAsync);
        var fields = refused.GetRpcStatus()!.Details.Single(d => d.Is(BadRequest.Descriptor)).Unpack<BadRequest>().FieldViolations.Select(v => v.Field);
        Assert.Equal(["continued_service[1]", "request_id"], fields);
        var (status, body) = await Get("/v1/authorizations?page_size=-1", token);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("page_size", body.GetProperty("message").GetString());
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from things"));
    }

    [Theory]
    [InlineData("POST", "/v1/authorizations", "text/plain", "x", 415, "UNSUPPORTED_CONTENT_TYPE")]
    [InlineData("POST", "/v1/authorizations", "application/json", "{bad", 400, "MALFORMED_JSON")]
    [InlineData("POST", "/v1/authorizations", "application/json", """{"progam":"nc-core"}""", 400, "INVALID_FIELD")]
    [InlineData("DELETE", "/v1/authorizations/one", null, null, 405, "NO_SUCH_METHOD")]
    [InlineData("HEAD", "/v1/authorizations/one", null, null, 405, null)]
    [InlineData("GET", "/v1/nowhere", null, null, 404, "NO_SUCH_PATH")]
    public async Task Requests_that_reach_no_rpc_get_a_status_body_too(string method, string path, string? type, string? content, int status, string? reason)
    {
        var request = new HttpRequestMessage(
            new HttpMethod(method), path)
        { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Of(Roles.Provider)) } };
        if (content is not null)
            request.Content = new StringContent(content, Encoding.UTF8, type!);
        var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 405, answer.Content.Headers.Allow.Count > 0);
        Assert.Equal(reason, reason is null ? null : JsonDocument.Parse(body).RootElement.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_retry_returns_the_original_response_and_stores_nothing()
    {
        var bearer = Bearer(TestTokens.Of(Roles.Provider));
        var request = new RequestAuthorizationRequest { Program = "nc-core", RequestId = Guid.CreateVersion7().ToString() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.RequestAuthorizationAsync(request, bearer).ResponseAsync));
        Assert.Single(answers.Select(a => a.Name).Distinct());
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from things"));
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from outbox_rows"));

        var other = request.Clone();
        other.Program = "nc-state";
        var refused = await Assert.ThrowsAsync<RpcException>(() => Client.RequestAuthorizationAsync(other, bearer).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal("request_id",
            refused.GetRpcStatus()!.Details.Single(d => d.Is(BadRequest.Descriptor)).Unpack<BadRequest>().FieldViolations.Single().Field);

        // Another caller with the same id is another request.
        var theirs = await Client.RequestAuthorizationAsync(request, Bearer(TestTokens.Of(Roles.Provider, "agency-two")));
        Assert.NotEqual(answers[0].Name, theirs.Name);
    }

    [Fact]
    public async Task A_problem_stores_nothing_so_the_same_id_may_be_tried_again()
    {
        var bearer = Bearer(TestTokens.Of(Roles.Provider));
        var request = new RequestAuthorizationRequest { Program = "unknown", RequestId = Guid.CreateVersion7().ToString() };
        var refused = await Assert.ThrowsAsync<RpcException>(() => Client.RequestAuthorizationAsync(request, bearer).ResponseAsync);
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal("NC-AUTH-001",
            refused.GetRpcStatus()!.Details.Single(d => d.Is(PreconditionFailure.Descriptor)).Unpack<PreconditionFailure>().Violations.Single().Subject);
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from answered_requests"));
        request.Program = "nc-core";
        await Client.RequestAuthorizationAsync(request, bearer);
        foreach (var missing in new[] { "", Guid.Empty.ToString() })
        {
            request.RequestId = missing;
            Assert.Equal(StatusCode.InvalidArgument,
                (await Assert.ThrowsAsync<RpcException>(() => Client.RequestAuthorizationAsync(request, bearer).ResponseAsync)).StatusCode);
        }
    }

    private static Metadata Bearer(string token) => token.Length == 0 ? [] : new Metadata { { "authorization", $"Bearer {token}" } };

    private async Task<(HttpStatusCode Status, JsonElement Body)> Get(string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
