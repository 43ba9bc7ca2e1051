using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Rpc.Tests;

public sealed record SeenSpan(
    string Resource, string Scope, string TraceId, string SpanId, string ParentId, string Name, int Kind, IReadOnlyDictionary<string, string> Tags, int Status,
        IReadOnlyList<string> Events);

/// <summary>
/// An OTLP receiver over grpc and http/protobuf that decodes what it gets by hand (opentelemetry-proto v1), so it shares no code with the exporter.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private OtlpReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<SeenSpan> Spans { get; } = new();

    public ConcurrentDictionary<string, string> Metrics { get; } = new();

    public ConcurrentQueue<(string Resource, string Body, string TraceId)> Logs { get; } = new();

    public Uri Http { get; private set; } = null!;

    public Uri Grpc { get; private set; } = null!;

    public static async Task<OtlpReceiver> Start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.MapPost("/{**path}", receiver.Receive);
        await receiver.app.StartAsync();
        var addresses = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (receiver.Http, receiver.Grpc) = (new Uri(addresses[0]), new Uri(addresses[1]));
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task Receive(HttpContext http)
    {
        var grpc = http.Request.ContentType == "application/grpc";
        Stream body = http.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body;
        var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        var message = bytes.ToArray();
        if (grpc)
            message = message[5..(5 + BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(1)))];
        var path = http.Request.Path.Value!;
        if (path.Contains("trace", StringComparison.OrdinalIgnoreCase))
            Traces(message);
        else if (path.Contains("metrics", StringComparison.OrdinalIgnoreCase))
            Meters(message);
        else
            LogLines(message);
        if (grpc)
        {
            http.Response.ContentType = "application/grpc";
            http.Response.DeclareTrailer("grpc-status");
            await http.Response.Body.WriteAsync(new byte[5]);
            http.Response.AppendTrailer("grpc-status", "0");
        }
    }

    private void Traces(byte[] request)
    {
        foreach (var resourceSpans in Fields(request).Of(1))
        {
            var resource = Attributes(Fields(resourceSpans).Of(1).SelectMany(r => Fields(r).Of(1))).GetValueOrDefault("service.name", "");
            foreach (var scopeSpans in Fields(resourceSpans).Of(2))
            {
                var scope = Fields(scopeSpans).Of(1).Select(s => Text(Fields(s).Of(1))).FirstOrDefault() ?? "";
                foreach (var span in Fields(scopeSpans).Of(2).Select(Fields))
                {
                    Spans.Enqueue(new(resource, scope, Hex(span.Of(1)), Hex(span.Of(2)), Hex(span.Of(4)), Text(span.Of(5)), (int)span.Number(6),
                        Attributes(span.Of(9)),
                        (int)span.Of(15).Select(s => Fields(s).Number(3)).FirstOrDefault(), [.. span.Of(11).Select(e => Text(Fields(e).Of(2)))]));
                }
            }
        }
    }

    private void Meters(byte[] request)
    {
        foreach (var scopeMetrics in Fields(request).Of(1).SelectMany(r => Fields(r).Of(2)))
        {
            var scope = Fields(scopeMetrics).Of(1).Select(s => Text(Fields(s).Of(1))).FirstOrDefault() ?? "";
            foreach (var metric in Fields(scopeMetrics).Of(2))
                Metrics[Text(Fields(metric).Of(1))] = scope;
        }
    }

    private void LogLines(byte[] request)
    {
        foreach (var resourceLogs in Fields(request).Of(1))
        {
            var resource = Attributes(Fields(resourceLogs).Of(1).SelectMany(r => Fields(r).Of(1))).GetValueOrDefault("service.name", "");
            foreach (var log in Fields(resourceLogs).Of(2).SelectMany(s => Fields(s).Of(2)).Select(Fields))
                Logs.Enqueue((resource, log.Of(5).Select(b => Text(Fields(b).Of(1))).FirstOrDefault() ?? "", Hex(log.Of(9))));
        }
    }

    private static Dictionary<string, string> Attributes(IEnumerable<byte[]> pairs) =>
        pairs.Select(Fields).GroupBy(p => Text(p.Of(1))).ToDictionary(g => g.Key, g =>
    {
        var value = g.Last().Of(2).Select(Fields).First();
        return value.Any(f => f.Field == 1) ? Text(value.Of(1)) : value.Any(f => f.Field == 3) ? value.Number(3).ToString() : value.Any(f => f.Field == 2)
            ? (value.Number(2) != 0).ToString() : "?";
    });

    private static string Text(IEnumerable<byte[]> values) => values.FirstOrDefault() is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "";

    private static string Hex(IEnumerable<byte[]> values) => values.FirstOrDefault() is { } bytes ? Convert.ToHexStringLower(bytes) : "";

    private static WireMessage Fields(byte[] message)
    {
        var input = new CodedInputStream(message);
        var fields = new WireMessage();
        while (input.ReadTag() is var tag and not 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => (field, input.ReadBytes().ToByteArray(), 0UL),
                WireFormat.WireType.Varint => (field, [], input.ReadUInt64()),
                WireFormat.WireType.Fixed64 => (field, [], input.ReadFixed64()),
                _ => (field, [], (ulong)input.ReadFixed32()),
            });
        }

        return fields;
    }

    private sealed class WireMessage : List<(int Field, byte[] Bytes, ulong Number)>
    {
        public IEnumerable<byte[]> Of(int field) => this.Where(f => f.Field == field).Select(f => f.Bytes);

        public ulong Number(int field) => this.LastOrDefault(f => f.Field == field).Number;
    }
}
