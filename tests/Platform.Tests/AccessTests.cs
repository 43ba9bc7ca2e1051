using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Ips.AppHost;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>Who may call what: every rpc of the contract, on both wires, as the running platform answers.</summary>
[Collection("platform")]
public sealed partial class AccessTests(Platform platform)
{
    private static readonly CallerRole[] Roles = [CallerRole.Mco, CallerRole.Provider, CallerRole.Dvrs, CallerRole.State, CallerRole.Ops];

    private static readonly MethodDescriptor[] Rpcs =
    [
        .. typeof(ResourceName).Assembly.GetExportedTypes().Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor)).Select(property => (FileDescriptor)property!.GetValue(null)!)
            .SelectMany(file => file.Services).SelectMany(service => service.Methods),
    ];

    public static TheoryData<string> Services => [.. Platform.Services];

    [Fact]
    public void Every_rpc_belongs_to_a_running_service() =>
        Assert.Equal(Platform.Services.Order(), Rpcs.Select(ServiceOf).Distinct().Order());

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Without_a_good_token_nobody_gets_in_by_gRPC_or_by_JSON(string service)
    {
        var good = platform.Token("provider", "harbor-works");
        var signature = good.LastIndexOf('.') + 1;
        // The first character of the signature carries six whole bits, so that another one is another signature.
        var tampered = good[..signature] + (good[signature] == 'A' ? 'B' : 'A') + good[(signature + 1)..];
        var expired = SandboxKey.In(platform.Data).Mint(new TokenRequest("provider", "harbor-works", "test-late", 1), new Past());
        foreach (var token in new[] { null, tampered, expired, "not-a-token" })
            await Everywhere(service, token, Rpcs, (rpc, wire, code) => Assert.True(code == StatusCode.Unauthenticated, $"{rpc.FullName} by {wire}: {code}"));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Every_rpc_admits_the_roles_of_its_access_option_and_no_others(string service)
    {
        foreach (var role in Roles)
        {
            var token = platform.Token(role.ToString().ToLowerInvariant(), "nobody-known");
            await Everywhere(service, token, Rpcs.Where(r => !Allowed(r).Contains(role)), (rpc, wire, code) =>
                Assert.True(code == StatusCode.PermissionDenied, $"{role} at {rpc.FullName} by {wire}: {code}"));
            await Everywhere(service, token, Rpcs.Where(r => Allowed(r).Contains(role)), (rpc, wire, code) =>
                Assert.False(code is StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unknown,
                    $"{role} at {rpc.FullName} by {wire}: {code}"));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Health_and_the_descriptions_of_the_service_answer_anybody(string service)
    {
        using HttpClient http = new() { BaseAddress = platform.App.GetEndpoint(service, "http") };
        foreach (var probe in new[] { "/health", "/alive" })
        {
            using var health = JsonDocument.Parse(await http.GetStringAsync(probe));
            Assert.Equal("Healthy", health.RootElement.GetProperty("status").GetString());
        }

        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json"));
        Assert.StartsWith("3.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Count(o => o.Value.ValueKind == JsonValueKind.Object && o.Value.TryGetProperty("operationId", out _));
        Assert.True(operations >= Rpcs.Count(r => ServiceOf(r) == service), $"{operations} operations");

        using var channel = GrpcChannel.ForAddress(platform.Grpc(service));
        var healthy = new Health.HealthClient(channel);
        foreach (var name in Rpcs.Where(r => ServiceOf(r) == service).Select(r => r.Service.FullName).Distinct().Prepend(""))
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await healthy.CheckAsync(new() { Service = name })).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(() => healthy.CheckAsync(new() { Service = "ips.nothing" }).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);

        using var reflection = new Grpc.Reflection.V1.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await reflection.RequestStream.WriteAsync(new() { ListServices = "*" });
        Assert.True(await reflection.ResponseStream.MoveNext(default));
        var listed = reflection.ResponseStream.Current.ListServicesResponse.Service.Select(s => s.Name).ToHashSet();
        Assert.All(Rpcs.Where(r => ServiceOf(r) == service), r => Assert.Contains(r.Service.FullName, listed));
        await reflection.RequestStream.CompleteAsync();
    }

    private static string ServiceOf(MethodDescriptor rpc) => rpc.File.Package.Split('.')[1];

    private static IReadOnlyList<CallerRole> Allowed(MethodDescriptor rpc) => rpc.GetOptions().GetExtension(AccessExtensions.Access).Roles;

    private async Task Everywhere(string service, string? token, IEnumerable<MethodDescriptor> rpcs, Action<MethodDescriptor, string, StatusCode> check)
    {
        using var channel = GrpcChannel.ForAddress(platform.Grpc(service));
        using HttpClient http = new() { BaseAddress = platform.App.GetEndpoint(service, "http") };
        foreach (var rpc in rpcs.Where(r => ServiceOf(r) == service))
        {
            check(rpc, "gRPC", await ByGrpc(channel, rpc, token));
            var rule = rpc.GetOptions().GetExtension(AnnotationsExtensions.Http);
            Assert.NotNull(rule);
            foreach (var form in rule.AdditionalBindings.Prepend(rule))
                check(rpc, "JSON", await ByJson(http, form, token));
        }
    }

    private static async Task<StatusCode> ByGrpc(GrpcChannel channel, MethodDescriptor rpc, string? token)
    {
        Assert.False(rpc.IsServerStreaming || rpc.IsClientStreaming, $"{rpc.FullName} streams; call it as such here");
        Marshaller<byte[]> bytes = new(b => b, b => b);
        Method<byte[], byte[]> method = new(MethodType.Unary, rpc.Service.FullName, rpc.Name, bytes, bytes);
        Metadata headers = [];
        if (token is not null)
            headers.Add("authorization", $"Bearer {token}");
        try
        {
            await channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(headers), []).ResponseAsync;
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            var status = e.GetRpcStatus();
            Assert.True(status is not null, $"{rpc.FullName}: {e.Status} without details");
            Assert.Equal((int)e.StatusCode, status.Code);
            Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor));
            return e.StatusCode;
        }
    }

    private static async Task<StatusCode> ByJson(HttpClient http, HttpRule rule, string? token)
    {
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Put => (HttpMethod.Put, rule.Put),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
            _ => (HttpMethod.Delete, rule.Delete),
        };
        // {name=claimLines/*} becomes claimLines/1, {year} becomes 1.
        var address = Variable().Replace(path, v => v.Groups[1].Success ? v.Groups[1].Value.Replace("*", "1", StringComparison.Ordinal) : "1");
        using HttpRequestMessage ask = new(verb, address);
        if (token is not null)
            ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (rule.Body.Length > 0)
            ask.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(ask);
        if (answer.IsSuccessStatusCode)
            return StatusCode.OK;
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var code = (StatusCode)status.RootElement.GetProperty("code").GetInt32();
        Assert.Single(status.RootElement.GetProperty("details").EnumerateArray(), d => d.GetProperty("@type").GetString()!.EndsWith("google.rpc.ErrorInfo", StringComparison.Ordinal));
        Assert.Equal(code switch { StatusCode.Unauthenticated => HttpStatusCode.Unauthorized, StatusCode.PermissionDenied => HttpStatusCode.Forbidden, _ => answer.StatusCode }, answer.StatusCode);
        return code;
    }

    [GeneratedRegex(@"\{[a-z_.]+(?:=([^}]+))?\}")]
    private static partial Regex Variable();

    private sealed class Past : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(-3);
    }
}
