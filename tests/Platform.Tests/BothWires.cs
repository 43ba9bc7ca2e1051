using System.Collections;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>How a call ended: its code, and for OK whether a list came back without items.</summary>
internal sealed record Ended(StatusCode Code, bool Empty = false)
{
    public override string ToString() => Empty ? $"{Code}, an empty list" : Code.ToString();
}

/// <summary>Calls any rpc of a service by gRPC and by HTTP/JSON, in all its forms, and demands that a refusal is a whole google.rpc.Status on both.</summary>
internal sealed partial class BothWires(Uri grpc, Uri json) : IDisposable
{
    private static readonly byte[] Unreadable = [0xff, 0xff, 0xff];

    private readonly HttpClient _http = new() { BaseAddress = json };

    public void Dispose() => _http.Dispose();

    /// <summary>Calls; <paramref name="request"/> null sends malformed bytes, so that a refusal proves that they were not read.</summary>
    public async Task<IReadOnlyList<(string Proto, Ended Ended)>> Call(MethodDescriptor rpc, string? token, IMessage? request)
    {
        List<(string, Ended)> ended = [("gRPC", await ByGrpc(rpc, token, request))];
        if (rpc.GetOptions().GetExtension(AnnotationsExtensions.Http) is not { } rule)
            return rpc.IsClientStreaming ? ended : throw new InvalidOperationException($"{rpc.FullName} has no HTTP form");
        foreach (var form in rule.AdditionalBindings.Prepend(rule))
            ended.Add(($"{Verb(form).Verb} {Verb(form).Path}", await ByJson(rpc, form, token, request)));
        return ended;
    }

    private async Task<Ended> ByGrpc(MethodDescriptor rpc, string? token, IMessage? request)
    {
        // A connection of its own: the web server closes one (ENHANCE_YOUR_CALM) on which very many calls were refused before they were sent.
        using var channel = GrpcChannel.ForAddress(grpc);
        // A call with one message each way looks the same on the wire for every kind of rpc.
        Marshaller<byte[]> bytes = new(b => b, b => b);
        Method<byte[], byte[]> method = new(MethodType.DuplexStreaming, rpc.Service.FullName, rpc.Name, bytes, bytes);
        Metadata headers = [];
        if (token is not null)
            headers.Add("authorization", $"Bearer {token}");
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(30));
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(headers, cancellationToken: enough.Token));
        try
        {
            try
            {
                await call.RequestStream.WriteAsync(request?.ToByteArray() ?? Unreadable);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException)
            {
                // Refused before the request was sent; the answer contains the reason.
            }

            return await call.ResponseStream.MoveNext(enough.Token)
                ? new(StatusCode.OK, IsEmptyList(rpc.OutputType.Parser.ParseFrom(call.ResponseStream.Current)))
                : new(call.GetStatus().StatusCode);
        }
        catch (RpcException e)
        {
            var status = e.GetRpcStatus();
            Assert.True(status is not null, $"{rpc.FullName}: {e.Status} without details");
            Assert.Equal((int)e.StatusCode, status.Code);
            Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor));
            return new(e.StatusCode);
        }
    }

    private async Task<Ended> ByJson(MethodDescriptor rpc, HttpRule rule, string? token, IMessage? message)
    {
        using var request = Request(rule, message ?? (IMessage)Activator.CreateInstance(rpc.InputType.ClrType)!);
        if (message is null && request.Content is not null)
            request.Content = new StringContent("{\"unreadable", Encoding.UTF8, "application/json");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.IsSuccessStatusCode)
        {
            using StreamReader body = new(await answer.Content.ReadAsStreamAsync());
            var text = rpc.IsServerStreaming ? (await body.ReadLineAsync())!.TrimStart('[').TrimEnd(']', ',') : await body.ReadToEndAsync();
            // A file travels as it is.
            if (rpc.OutputType == HttpBody.Descriptor)
                return new(StatusCode.OK, IsEmptyList(new HttpBody { Data = ByteString.CopyFromUtf8(text) }));
            return new(StatusCode.OK,
                IsEmptyList(new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true)).Parse(text.Length == 0 ? "{}" : text, rpc.OutputType)));
        }

        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var code = (StatusCode)status.RootElement.GetProperty("code").GetInt32();
        Assert.Single(status.RootElement.GetProperty("details").EnumerateArray(), d =>
            d.GetProperty("@type").GetString()!.EndsWith("google.rpc.ErrorInfo", StringComparison.Ordinal));
        Assert.Equal(code switch
        {
            StatusCode.Unauthenticated => HttpStatusCode.Unauthorized,
            StatusCode.PermissionDenied => HttpStatusCode.Forbidden,
            StatusCode.NotFound => HttpStatusCode.NotFound,
            _ => answer.StatusCode,
        }, answer.StatusCode);
        return new(code);
    }

    /// <summary>The request as google.api.http maps it: fields of the path go there, fields of the body into the body, the rest into the query.</summary>
    private static HttpRequestMessage Request(HttpRule rule, IMessage request)
    {
        var (verb, template) = Verb(rule);
        using var json = JsonDocument.Parse(new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)).Format(request));
        var fields = json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var path = Variable().Replace(template, v =>
        {
            // {name=claimLines/*} of an empty request becomes claimLines/1, {year} becomes 1.
            var pattern = v.Groups["pattern"].Success ? v.Groups["pattern"].Value.Replace("*", "1", StringComparison.Ordinal) : "1";
            return fields.Remove(v.Groups["field"].Value, out var value) ? value.ToString() : pattern;
        });
        string? body = null;
        if (rule.Body == "*")
        {
            body = JsonSerializer.Serialize(fields);
            fields.Clear();
        }
        else if (rule.Body.Length > 0)
        {
            body = fields.Remove(rule.Body, out var part) ? part.GetRawText() : "{}";
        }

        var query = fields.SelectMany(
            f => f.Value.ValueKind == JsonValueKind.Array ? f.Value.EnumerateArray().Select(item => (f.Key, Value: item)) : [(f.Key, f.Value)])
            .Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value.ToString())}").ToList();
        return new(verb, query.Count == 0 ? path : $"{path}?{string.Join('&', query)}")
        {
            Content = body is null ? null
            : new StringContent(body, Encoding.UTF8, "application/json")
        };
    }

    private static (HttpMethod Verb, string Path) Verb(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
        HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
        HttpRule.PatternOneofCase.Put => (HttpMethod.Put, rule.Put),
        HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
        _ => (HttpMethod.Delete, rule.Delete),
    };

    private static bool IsEmptyList(IMessage answer) =>
        answer.Descriptor.Name.EndsWith("Response", StringComparison.Ordinal)
        && answer.Descriptor.Fields.InFieldNumberOrder().Where(f => f.IsRepeated).ToList() is { Count: > 0 } lists
        && lists.All(f => ((IList)f.Accessor.GetValue(answer)).Count == 0);

    [GeneratedRegex(@"\{(?<field>[a-z_.]+)(=(?<pattern>[^}]+))?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
