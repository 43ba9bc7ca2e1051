using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Ips.Rpc.Tests.V1;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>What a service method sees of a call, how errors come out, deadlines, interceptors.</summary>
public sealed class CallTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private readonly TranscodedServer server = catalog.Server;

    [Theory]
    [InlineData(1, 408), InlineData(2, 500), InlineData(3, 400), InlineData(4, 504), InlineData(5, 404), InlineData(6, 409), InlineData(7, 403)]
    [InlineData(8, 429), InlineData(9, 400), InlineData(10, 409), InlineData(11, 400), InlineData(12, 501), InlineData(13, 500), InlineData(14, 503)]
    [InlineData(15, 500), InlineData(16, 401)]
    public async Task Every_canonical_code_has_its_HTTP_status(int code, int http)
    {
        foreach (var way in new[] { "", "?set=true" })
        {
            var (status, answer) = await server.Send("GET", $"/v1/fail/{code}{way}");

            Assert.Equal(http, (int)status);
            Assert.True(JsonNode.DeepEquals(new JsonObject { ["code"] = code, ["message"] = "no: äöü 日本", ["details"] = new JsonArray() }, answer),
                answer!.ToJsonString());
        }
    }

    [Fact]
    public async Task Details_keep_their_types()
    {
        var (code, answer) = await server.Send("GET", "/v1/fail/9?rich=true");

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal("rich", (string)answer!["message"]!);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CAP_REACHED","domain":"sample","metadata":{"cap":"3"}}"""),
                RefusalTests.Detail(answer, "ErrorInfo")),
            answer.ToJsonString());
        Assert.Equal("code", (string)RefusalTests.Detail(answer, "BadRequest")["fieldViolations"]![0]!["field"]!);
        Assert.Equal("1.500s", (string)RefusalTests.Detail(answer, "RetryInfo")["retryDelay"]!);
        Assert.DoesNotContain("stays inside", answer.ToJsonString());
    }

    [Fact]
    public async Task The_status_of_a_crash_has_no_details()
    {
        var (code, answer) = await server.Send("GET", "/v1/fail/0?crash=true");

        Assert.Equal(HttpStatusCode.InternalServerError, code);
        Assert.Equal(2, (int)answer!["code"]!);
        Assert.DoesNotContain("secret", answer.ToJsonString());

        await using var open = await TranscodedServer.Start(grpc: options => options.EnableDetailedErrors = true);
        (_, answer) = await open.Send("GET", "/v1/fail/0?crash=true");
        Assert.Contains("secret of the house", (string)answer!["message"]!);
    }

    [Fact]
    public async Task A_method_sees_the_call_as_by_gRPC()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/describe");
        request.Headers.TryAddWithoutValidation("X-Request-Id", "r-1");
        request.Headers.TryAddWithoutValidation("token-bin", "AQI");
        request.Headers.TryAddWithoutValidation("grpc-timeout", "5M");
        using var response = await server.Json.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("/sample.json.v1.Catalog/Describe", (string)answer["method"]!);
        Assert.StartsWith("ipv4:127.0.0.1:", (string)answer["peer"]!);
        Assert.Equal("/v1/describe", (string)answer["path"]!);
        Assert.True((bool)answer["hasDeadline"]!);
        // The client adds the trace of the test, when another test of the process listens to traces.
        Assert.Equal(["token-bin=AQI=", "x-request-id=r-1"],
            answer["headers"]!.AsArray().Select(h => (string)h!).Where(h => !h.StartsWith("traceparent=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("\"7\"", response.Headers.ETag!.ToString());
        Assert.Equal("AQID", response.Headers.GetValues("proof-bin").Single());
    }

    [Fact]
    public async Task A_binary_header_must_be_base64()
    {
        var (code, answer) = await server.Send("GET", "/v1/describe", headers: [("token-bin", "?!")]);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Contains("token-bin", (string)answer!["message"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]       // answered in time though the method does not listen
    public async Task A_deadline_ends_the_call(bool stubborn)
    {
        await using var own = await TranscodedServer.Start();
        var (code, answer) = await own.Send("GET", $"/v1/wait?stubborn={(stubborn ? "true" : "false")}", headers: [("grpc-timeout", "50m")]);
        own.Probe.Release.SetResult();

        Assert.Equal(HttpStatusCode.GatewayTimeout, code);
        Assert.Equal(4, (int)answer!["code"]!);
        Assert.Equal("DEADLINE_EXCEEDED", (string)RefusalTests.Detail(answer, "ErrorInfo")["reason"]!);
    }

    [Theory]
    [InlineData("5"), InlineData("5s"), InlineData("-1S"), InlineData("123456789S")]
    public async Task A_timeout_that_cannot_be_read_is_refused(string timeout)
    {
        var (code, answer) = await server.Send("GET", "/v1/describe", headers: [("grpc-timeout", timeout)]);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Contains("grpc-timeout", (string)answer!["message"]!);
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_call()
    {
        await using var own = await TranscodedServer.Start();
        using var leave = new CancellationTokenSource();
        var call = own.Json.GetAsync("/v1/wait", leave.Token);
        await own.Probe.Started.Task.WaitAsync(Poll.Patience);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await own.Probe.Cancelled.Task.WaitAsync(Poll.Patience);
    }

    [Fact]
    public async Task Interceptors_run_in_the_same_order_on_both_wires()
    {
        await using var own = await TranscodedServer.Start(
            grpc: options =>
            {
                options.Interceptors.Add<Tracing>("all 1");
                options.Interceptors.Add<Tracing>("all 2");
            },
            services: services => services.AddGrpc().AddServiceOptions<CatalogRpc>(options => options.Interceptors.Add<Tracing>("own")));
        using var channel = GrpcChannel.ForAddress(own.GrpcAddress);

        var (_, json) = await own.Send("GET", "/v1/describe");
        var grpc = await new Catalog.CatalogClient(channel).DescribeAsync(new BookRequest());

        Assert.Equal(["all 1", "all 2", "own"], json!["trace"]!.AsArray().Select(step => (string)step!));
        Assert.Equal(grpc.Trace, json["trace"]!.AsArray().Select(step => (string)step!));

        var (code, answer) = await own.Send("GET", "/v1/fail/5");
        Assert.Equal((HttpStatusCode.NotFound, "seen by own, all 2, all 1"), (code, (string)answer!["message"]!));
    }

    /// <summary>Leaves its name on the way in, and on an error on its way out.</summary>
    private sealed class Tracing(string name) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            if (!context.UserState.TryGetValue("trace", out var trace))
                context.UserState["trace"] = trace = new List<string>();
            ((List<string>)trace).Add(name);
            try
            {
                return await continuation(request, context);
            }
            catch (RpcException error)
            {
                var seen = error.Status.Detail.StartsWith("seen", StringComparison.Ordinal) ? error.Status.Detail + ", " : "seen by ";
                throw new RpcException(new Status(error.StatusCode, seen + name));
            }
        }
    }
}
