using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using MassTransit;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>What an OTLP receiver gets from a running service.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private OtlpReceiver receiver = null!;
    private TestDb database = null!;

    public async Task InitializeAsync()
    {
        (receiver, database) = (await OtlpReceiver.Start(), await TestDb.CreateAsync());
        await TestService.CreateTables(database.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await receiver.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Traces_metrics_and_logs_arrive_with_the_attributes_dashboards_look_for(string protocol)
    {
        await using var service = await (await Service(protocol)).UntilHealthy();
        var (good, bad, refused, missing) = (TraceId(), TraceId(), TraceId(), TraceId());
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var client = new Authorizations.AuthorizationsClient(channel);
        // The test process listens to spans as well, so the trace id is given in a header the client library does not replace.
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = service.Http };
        Assert.Equal(200, await Get(http, "/v1/authorizations/one", good));
        Assert.Equal(500, await Get(http, "/v1/authorizations/bug", bad));
        Assert.Equal(401, await Get(http, "/v1/authorizations/one", refused, token: ""));
        Assert.Equal(404, await Get(http, "/v1/nowhere?secret=1", missing));
        Assert.Equal(200, await Get(http, "/health", TraceId()));

        var span = await Server(good);
        Assert.Equal("ips.eligibility.v1.Authorizations/GetAuthorization", span.Name);
        Assert.Equal("telemetry-test", span.Resource);
        Has(span, ("http.request.method", "GET"), ("http.response.status_code", "200"), ("network.protocol.version", "1.1"),
            ("url.path", "/v1/authorizations/-"), ("url.scheme", "http"),
            ("rpc.system", "grpc"), ("rpc.service", "ips.eligibility.v1.Authorizations"), ("rpc.method", "GetAuthorization"), ("rpc.grpc.status_code", "0"));
        Assert.StartsWith("/v1/", span.Tags["http.route"]);
        Assert.Equal(0, span.Status);

        span = await Server(bad);
        Has(span, ("http.response.status_code", "500"), ("rpc.grpc.status_code", "13"), ("error.type", "INTERNAL"));
        Assert.Equal(2, span.Status);
        Assert.Contains("exception", span.Events);

        span = await Server(refused);
        Has(span, ("http.response.status_code", "401"));
        Assert.Equal(0, span.Status);

        span = await Server(missing);
        Assert.Equal("GET", span.Name);
        Has(span, ("http.response.status_code", "404"));
        Assert.DoesNotContain(span.Tags, t => t.Value.Contains("secret", StringComparison.Ordinal));

        // The services of other tests run in this process too, so their spans arrive here as well.
        var overGrpc = await Poll.For(async () =>
        {
            await client.GetAuthorizationAsync(
                new GetAuthorizationRequest { Name = "authorizations/grpc" }, new Metadata { { "authorization", $"Bearer {TestTokens.Of(Roles.Mco)}" } });
            return receiver.Spans.FirstOrDefault(
                s => s.Kind == 2 && s.Tags.GetValueOrDefault("network.protocol.version") == "2"
                    && s.Tags.GetValueOrDefault("rpc.method") == "GetAuthorization" && s.Tags.GetValueOrDefault("rpc.grpc.status_code") == "0");
        });
        Has(overGrpc, ("rpc.service", "ips.eligibility.v1.Authorizations"), ("http.request.method", "POST"));
        var outgoing = await Poll.For(() => Task.FromResult(receiver.Spans.FirstOrDefault(
            s => s.Scope == "OpenTelemetry.Instrumentation.GrpcNetClient" && s.Name.EndsWith("/GetAuthorization", StringComparison.Ordinal)
                && s.Tags.GetValueOrDefault("rpc.response.status_code") == "OK")));
        Has(outgoing, ("rpc.system.name", "grpc"));
        Assert.DoesNotContain(receiver.Spans, s => s.Kind == 2 && s.Tags.GetValueOrDefault("url.path") == "/health");

        foreach (var name in new[] { "http.server.request.duration", "dotnet.gc.collections", "ips.outbox.age", "ips.outbox.unsent",
            "kestrel.active_connections" })
            await Poll.Until(() => receiver.Metrics.ContainsKey(name), description: name);
        var log = await Poll.For<object>(
            () => Task.FromResult<object?>(
                receiver.Logs.Where(l => l.Body.Contains("failed with a bug", StringComparison.Ordinal) && l.TraceId == bad).Select(l => l.Body)
                    .FirstOrDefault()));
        Assert.Equal("/ips.eligibility.v1.Authorizations/GetAuthorization failed with a bug", log);
    }

    [Fact]
    public async Task One_trace_runs_from_the_request_through_the_outbox_to_the_consumer_in_another_service()
    {
        await using var service = await (await Service("grpc", bus => bus.AddConsumer<TeamFormedConsumer>())).UntilHealthy();
        var trace = TraceId();
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = service.Http };
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/authorizations")
        {
            Content = new StringContent($$"""{"program":"nc-core","requestId":"{{Guid.CreateVersion7()}}"}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Of(Roles.Provider)) },
        };
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
        var send = await Span(s => s.TraceId == trace && s.Name == "send ips.staffing.team-formed.v1");
        Has(send, ("messaging.system", "rabbitmq"), ("messaging.destination.name", "ips.staffing.team-formed.v1"));
        var server = await Server(trace);
        Assert.Equal(server.SpanId, send.ParentId);
        var receive = await Span(s => s.TraceId == trace && s.Scope == "MassTransit" && s.ParentId == send.SpanId);
        Assert.Equal(5, receive.Kind);
        await Span(s => s.TraceId == trace && s.Scope == "Npgsql" && s.Tags.GetValueOrDefault("db.query.text", "")
            .Contains("INSERT INTO effects", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<TestService> Service(string protocol, Action<IBusRegistrationConfigurator>? consumers = null)
    {
        var bus = await TestServers.RabbitMqAsync();
        return await TestService.Start(
            new Dictionary<string, string?>
            {
                ["OTEL_SERVICE_NAME"] = "telemetry-test",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = (protocol == "grpc" ? receiver.Grpc : receiver.Http).ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                // The spans of every other test pass through this exporter: a full queue or a late answer would drop those looked for.
                ["OTEL_BSP_MAX_QUEUE_SIZE"] = "65536",
                ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
                ["ConnectionStrings:test-db"] = database.ConnectionString,
                ["ConnectionStrings:bus"] = bus,
                ["Authentication:Authority"] = TestIssuer.Authority,
            },
            builder =>
            {
                builder.AddUseCases();
                builder.AddDatabase<TestServiceDb>("test-db");
                builder.AddMessaging<TestServiceDb>(consumers);
            },
            app => app.MapService<AuthorizationsStub>());
    }

    private static string TraceId() => System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString();

    private static async Task<int> Get(HttpClient http, string path, string trace, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        if ((token ?? TestTokens.Of(Roles.Mco)) is { Length: > 0 } bearer)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return (int)(await http.SendAsync(request)).StatusCode;
    }

    // The fetch of the keys of the issuer continues the same trace; the request itself is the child of the traceparent that the test sends.
    private Task<SeenSpan> Server(string trace) => Span(s => s.TraceId == trace && s.Kind == 2 && s.ParentId == "00f067aa0ba902b7");

    private Task<SeenSpan> Span(Func<SeenSpan, bool> wanted) => Poll.For(() => Task.FromResult(receiver.Spans.FirstOrDefault(wanted)));

    private static void Has(SeenSpan span, params (string Name, string Value)[] tags)
    {
        foreach (var (name, value) in tags)
            Assert.True(span.Tags.TryGetValue(name, out var found)
                && found == value, $"{name} is {found ?? "absent"}, expected {value}; {string.Join(", ", span.Tags)}");
    }
}
