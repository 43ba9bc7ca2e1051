using System.Net;
using System.Text;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Every message on either wire gets a response or a refusal with a reason, never a bug and never a partial write. The test name contains the seed.
/// </summary>
[Collection("eligibility")]
public sealed class FuzzTests(EligibilityService service)
{
    private const int CallsPerRpc = 25;

    private static readonly StatusCode[] Bugs =
        [StatusCode.Unknown, StatusCode.Internal, StatusCode.DataLoss, StatusCode.DeadlineExceeded, StatusCode.Unavailable];

    private static readonly string[] Broken =
    [
        "", "{", "[]", "null", "\"text\"", "5", "{\"individual\":5}", "{\"individual\":{}}", "{\"requestId\":null,\"requestId\":\"x\"}", "{\"noSuchField\":1}",
        "{\"validateOnly\":\"yes\"}",
        "{\"limit\":1e999}", "{'single':'quotes'}", "{\"a\":1}}", "\uFEFF{}", "{\"program\":\"\\ud800\"}", "{\"program\":\"\\u0000\"}",
    ];

    /// <summary>Every rpc of the service, from the service descriptors: a new rpc is fuzzed automatically.</summary>
    public static TheoryData<string> Rpcs => [.. Methods.Keys];

    private static Dictionary<string, MethodDescriptor> Methods { get; } = typeof(Proto.IndividualsReflection).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(Proto.IndividualsReflection).Namespace && t.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .SelectMany(t => ((FileDescriptor)t.GetProperty("Descriptor")!.GetValue(null)!).Services)
        .SelectMany(s => s.Methods).ToDictionary(m => m.FullName);

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Hostile_gRPC_messages_are_refused_with_a_reason_and_store_nothing(string rpc)
    {
        var (method, one, hostile, headers) = await Attack(rpc, seed: 4711);
        for (var n = 0; n < CallsPerRpc; n++)
        {
            var request = hostile.Message(method.InputType).ToByteArray();
            await Sent(method, request, headers, $"{rpc} ask {n}: {Convert.ToBase64String(request[..Math.Min(request.Length, 600)])}");
        }

        // Bytes that are no message, and text that is not UTF-8.
        foreach (byte[] noise in (byte[][])[[0xFF], [0x0A, 0x02, 0xC3, 0x28], [.. Enumerable.Repeat((byte)0x0B, 5000)], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]])
            await Sent(method, noise, headers, $"{rpc} noise {Convert.ToHexString(noise[..Math.Min(noise.Length, 8)])}");
        Assert.NotEmpty(one.Name);
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Hostile_HTTP_requests_are_refused_with_a_reason_and_store_nothing(string rpc)
    {
        var (method, one, hostile, _) = await Attack(rpc, seed: 815);
        var role = Access.RolesOf(method)[0];
        using var http = service.Http(role, Organization(one, role));
        http.Timeout = TimeSpan.FromSeconds(30);
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        if (method.IsServerStreaming || method.IsClientStreaming || rule is null)
            return;
        for (var n = 0; n < CallsPerRpc + Broken.Length; n++)
        {
            var body = n < Broken.Length ? Encoding.UTF8.GetBytes(Broken[n])
                : n == Broken.Length ? Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"decision\":", 5000)))
                : n == Broken.Length + 1 ? [.. "{\"program\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8]
                : Encoding.UTF8.GetBytes(JsonFormatter.ToDiagnosticString(hostile.Message(method.InputType)));
            var verb = rule.PatternCase == HttpRule.PatternOneofCase.Get ? HttpMethod.Get : HttpMethod.Post;
            using HttpRequestMessage request = new(verb, Path(rule, method, hostile, verb == HttpMethod.Get));
            if (verb == HttpMethod.Post)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
            var before = await service.Everything();
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode < 500, $"{rpc} ask {n} {request.RequestUri}: {answer.StatusCode} {text[..Math.Min(text.Length, 300)]}");
            if (answer.IsSuccessStatusCode)
                continue;
            Assert.True(text.Contains("\"code\"", StringComparison.Ordinal),
                $"{rpc} ask {n} {request.RequestUri}: {answer.StatusCode} without a reason: {text[..Math.Min(text.Length, 300)]}");
            Assert.DoesNotContain(Hostile.Marked, text, StringComparison.Ordinal);
            Assert.True(before == await service.Everything(),
                $"{rpc} ask {n} {request.RequestUri} was refused ({text[..Math.Min(text.Length, 300)]}) and left something behind.");
        }
    }

    private async Task<(MethodDescriptor Method, PersonBuilder One, Hostile Hostile, Metadata Headers)> Attack(string rpc, int seed)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved();
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var method = Methods[rpc];
        Dictionary<string, string[]> known = new()
        {
            ["individual"] = [one.Name],
            ["provider"] = [$"organizations/{one.Provider}"],
            ["payer"] = [$"organizations/{one.Payer}"],
            ["program"] = ["nc-core", "nc-state", "la-acla", "la-lhcc", "mo-dmh-vr"],
            ["etag"] = [approved.Etag, referral.Etag, "1"],
            ["name"] = [one.Name, approved.Name, referral.Name, one.Assessment],
            ["date"] = [service.Day(), service.Day(-30), service.Day(400)],
            ["_on"] = [service.Day(), service.Day(-1)],
            ["from"] = [service.Day(), service.Day(-400)],
            ["through"] = [service.Day(30), service.Day(-30)],
            ["as_of"] = [service.Day()],
            ["day"] = [service.Day()],
        };
        var role = Access.RolesOf(method)[0];
        var headers = Access.ServicesOf(method) is [var name, ..]
            ? EligibilityService.AsService(name, one.Provider) : service.As(role, Organization(one, role));
        return (method, one, new(new(seed), known), headers);
    }

    private static string Organization(PersonBuilder one, string role) => role switch
    {
        Roles.Mco => one.Payer,
        Roles.Dvrs => "nc-dvrs",
        Roles.Provider => one.Provider,
        _ => "platform",
    };

    private async Task Sent(MethodDescriptor method, byte[] request, Metadata headers, string what)
    {
        var before = await service.Everything();
        try
        {
            await Call(method, request, headers);
        }
        catch (RpcException refused)
        {
            Assert.False(Bugs.Contains(refused.StatusCode), $"{what}: {refused.Status}");
            Assert.DoesNotContain(Hostile.Marked, refused.Status.Detail, StringComparison.Ordinal);
            Assert.True(refused.Status.Detail.Length < 8000, what);
            // A stream may have answered some items before one item ended it.
            if (!method.IsServerStreaming && !method.IsClientStreaming)
                Assert.True(before == await service.Everything(), $"{what} was refused ({refused.Status}) and left something behind.");
        }
    }

    private async Task Call(MethodDescriptor rpc, byte[] request, Metadata headers)
    {
        Marshaller<byte[]> raw = new(bytes => bytes, bytes => bytes);
        var kind = (rpc.IsClientStreaming, rpc.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            (true, false) => MethodType.ClientStreaming,
            _ => MethodType.DuplexStreaming,
        };
        Method<byte[], byte[]> method = new(kind, rpc.Service.FullName, rpc.Name, raw, raw);
        var calls = service.Channel.CreateCallInvoker();
        using CancellationTokenSource patience = new(Poll.Patience);
        CallOptions options = new(headers, cancellationToken: patience.Token);
        switch (kind)
        {
            case MethodType.Unary:
                await calls.AsyncUnaryCall(method, null, options, request);
                break;
            case MethodType.ServerStreaming:
                // One response is enough: a feed never ends.
                using (var call = calls.AsyncServerStreamingCall(method, null, options, request))
                    await call.ResponseStream.MoveNext(patience.Token);
                break;
            case MethodType.ClientStreaming:
                using (var call = calls.AsyncClientStreamingCall(method, null, options))
                {
                    await Write(call.RequestStream, request);
                    await call.ResponseAsync;
                }

                break;
            default:
                using (var call = calls.AsyncDuplexStreamingCall(method, null, options))
                {
                    await Write(call.RequestStream, request);
                    while (await call.ResponseStream.MoveNext(patience.Token))
                        Assert.NotNull(call.ResponseStream.Current);
                }

                break;
        }
    }

    private static async Task Write(IClientStreamWriter<byte[]> stream, byte[] request)
    {
        try
        {
            await stream.WriteAsync(request);
            await stream.WriteAsync([]);
            await stream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The service ended the call at the first item; the response carries its status.
        }
    }

    // The variables of the path; without a body, all other fields are in the query.
    private static string Path(HttpRule rule, MethodDescriptor method, Hostile hostile, bool query)
    {
        var template = rule.PatternCase == HttpRule.PatternOneofCase.Get ? rule.Get : rule.Post;
        var path = System.Text.RegularExpressions.Regex.Replace(template, @"\{(?<field>[a-z_.]+)(=[^}]*)?\}", variable =>
            // The web server refuses a path with NUL before our code runs.
            string.Join('/', hostile.Text(variable.Groups["field"].Value).Replace("\0", "", StringComparison.Ordinal).Split('/').Select(Uri.EscapeDataString)),
            System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        if (!query)
            return Short(path);
        var rest = method.InputType.Fields.InDeclarationOrder()
            .Where(f => f.FieldType is FieldType.String or FieldType.Int32 or FieldType.Enum && !f.IsRepeated)
            .Select(f => $"{f.JsonName}={Uri.EscapeDataString(hostile.Text(f.Name))}");
        return Short($"{path}?{string.Join('&', rest)}");
    }

    // It also refuses a longer path; cut it without splitting an escape.
    private static string Short(string path) => path.Length > 6000 ? path[..path.LastIndexOfAny(['/', '&', '?'], 6000)] : path;
}
