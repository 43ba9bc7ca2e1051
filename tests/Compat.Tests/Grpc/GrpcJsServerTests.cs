using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Ips.Peers;
using Ips.Testing;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Ips.Compat.Tests.Rpc;

/// <summary>peers/server.js with a channel to each of its two ports; the channels note the encodings on the wire.</summary>
public sealed class GrpcJsServer : IAsyncLifetime
{
    private Process process = null!;

    internal GrpcChannel Channel { get; private set; } = null!;

    internal GrpcChannel GzipChannel { get; private set; } = null!;

    internal ConcurrentDictionary<string, (string Request, string Response)> Encodings { get; } = new(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        process = await NodePeers.Start("server.js");
        var ready = await NodePeers.ReadLine(process, patience.Token) ?? throw new InvalidOperationException("server.js ended before it listened.");
        Channel = To(ready.GetProperty("port").GetInt32());
        GzipChannel = To(ready.GetProperty("gzipPort").GetInt32());
    }

    public async Task DisposeAsync()
    {
        Channel.Dispose();
        GzipChannel.Dispose();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private GrpcChannel To(int port) =>
        GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = new EncodingLog(Encodings), DisposeHttpClient = true });

    private sealed class EncodingLog(ConcurrentDictionary<string, (string Request, string Response)> log) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            log[request.RequestUri!.AbsoluteUri] = (
                string.Join(',', request.Headers.TryGetValues("grpc-encoding", out var sent) ? sent : []),
                string.Join(',', response.Headers.TryGetValues("grpc-encoding", out var received) ? received : []));
            return response;
        }
    }
}

public sealed class GrpcJsServerTests(GrpcJsServer server) : IClassFixture<GrpcJsServer>
{
    private readonly Echo.EchoClient echo = new(server.Channel);

    private static DateTime Soon => In(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Unary_call_keeps_text_number_and_bytes()
    {
        var note = new Note { Text = "Grüße, 世界 🌍", Count = -42, Data = ByteString.CopyFrom(0, 255, 7), Stamp = new() { Ink = Note.Types.Ink.Blue } };
        Assert.Equal(note, await echo.SayAsync(note, deadline: Soon));
        Assert.Equal(note, echo.Say(note, deadline: Soon));
    }

    [Fact]
    public async Task Message_of_no_bytes_is_a_message() => Assert.Equal(new Note(), await echo.SayAsync(new Note(), deadline: Soon));

    [Fact]
    public async Task Message_of_many_frames_arrives_whole()
    {
        var data = new byte[3 << 20];
        new Random(7).NextBytes(data);
        var reply = await echo.SayAsync(new Note { Data = ByteString.CopyFrom(data) }, deadline: Soon);
        Assert.True(reply.Data.Span.SequenceEqual(data));
    }

    [Fact]
    public async Task Unknown_method_is_unimplemented()
    {
        var nothing = new Spoken.SpokenClient(server.Channel);
        var end = await Assert.ThrowsAsync<RpcException>(async () => await nothing.ShoutAsync(new Words(), deadline: Soon));
        Assert.Equal(StatusCode.Unimplemented, end.StatusCode);
    }

    [Fact]
    public async Task Server_stream_keeps_every_message_in_order()
    {
        using var call = echo.Count(new Note { Count = 500 }, deadline: Soon);
        var counts = new List<int>();
        await foreach (var note in call.ResponseStream.ReadAllAsync())
            counts.Add(note.Count);
        Assert.Equal(Enumerable.Range(1, 500), counts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Client_stream_is_read_to_its_end()
    {
        using var call = echo.Gather(deadline: Soon);
        foreach (var (index, text) in new[] { "a", "b", "ç" }.Index())
            await call.RequestStream.WriteAsync(new Note { Text = text, Count = index });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(new Note { Text = "abç", Count = 3 }, await call);
    }

    [Fact]
    public async Task Duplex_directions_do_not_wait_for_each_other()
    {
        using var call = echo.Chat(deadline: Soon);
        var count = 1;
        for (var i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Count = count });
            Assert.True(await call.ResponseStream.MoveNext());
            count = call.ResponseStream.Current.Count;
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(32, count);
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Status_carries_code_text_trailer_and_typed_details()
    {
        const string text = "données invalides: 値 % \n 🚫";
        var end = await Assert.ThrowsAsync<RpcException>(async () => await echo.FailAsync(new Note { Text = text }, deadline: Soon));
        Assert.Equal(StatusCode.InvalidArgument, end.StatusCode);
        Assert.Equal(text, end.Status.Detail);
        Assert.Equal([1, 2, 255], end.Trailers.GetValueBytes("x-why-bin")!);

        var rich = end.GetRpcStatus();
        Assert.NotNull(rich);
        Assert.Equal((int)Code.InvalidArgument, rich.Code);
        Assert.Equal(text, rich.Message);
        Assert.Equal(new ErrorInfo { Reason = "NOT_A_COLOR", Domain = "peers.test", Metadata = { ["color"] = "größe" } }, rich.Details[0].Unpack<ErrorInfo>());
        Assert.Equal("нет", rich.Details[1].Unpack<BadRequest>().FieldViolations.Single().Description);
    }

    [Fact]
    public async Task Status_after_messages_does_not_lose_them()
    {
        using var call = echo.FailLate(deadline: Soon);
        await call.RequestStream.CompleteAsync();
        var received = 0;
        var end = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync())
                received++;
        });
        Assert.Equal(2, received);
        Assert.Equal(StatusCode.Aborted, end.StatusCode);
        Assert.Equal("zu spät", end.Status.Detail);
    }

    [Fact]
    public async Task Deadline_ends_the_call_on_both_sides()
    {
        var end = await Assert.ThrowsAsync<RpcException>(
            async () => await echo.WaitAsync(new Note { Text = "net-deadline" }, deadline: In(TimeSpan.FromMilliseconds(400))));
        Assert.Equal(StatusCode.DeadlineExceeded, end.StatusCode);
        await Until(async () => (await echo.WaitsAsync(new Note { Text = "net-deadline" }, deadline: Soon)).Cancelled == 1);
    }

    [Fact]
    public async Task Cancellation_ends_the_call_on_both_sides()
    {
        using var cancel = new CancellationTokenSource();
        var call = echo.WaitAsync(new Note { Text = "net-cancel" }, cancellationToken: cancel.Token);
        await Until(async () => (await echo.WaitsAsync(new Note { Text = "net-cancel" }, deadline: Soon)).Started == 1);
        await cancel.CancelAsync();
        var end = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, end.StatusCode);
        await Until(async () => (await echo.WaitsAsync(new Note { Text = "net-cancel" }, deadline: Soon)).Cancelled == 1);
    }

    [Fact]
    public async Task Metadata_keeps_text_repeated_and_binary_values()
    {
        var sent = new Metadata { { "X-Text", "plain text" }, { "x-many", "one" }, { "x-many", "two" }, { "x-data-bin", [0, 1, 254, 255] } };
        using var call = echo.MetaAsync(new Note(), sent, Soon);
        var headers = await call.ResponseHeadersAsync;
        await call;
        Check(headers, "x-text", "x-many", "x-data-bin");
        Check(call.GetTrailers(), "x-text-again", "x-many-again", "x-data-again-bin");

        static void Check(Metadata received, string text, string many, string data)
        {
            Assert.Equal("plain text", received.GetValue(text));
            Assert.Equal("one,two", string.Join(',', received.GetAll(many).Select(entry => entry.Value)).Replace(" ", "", StringComparison.Ordinal));
            Assert.Equal([0, 1, 254, 255], received.GetValueBytes(data)!);
        }
    }

    [Theory]
    [InlineData("gzip", 20_000)]
    [InlineData("gzip", 0)]
    [InlineData("deflate", 20_000)]
    [InlineData("deflate", 0)]
    public async Task Compressed_request_is_understood(string encoding, int length)
    {
        var note = new Note { Data = Repeated(length) };
        Assert.Equal(note, await echo.SqueezeAsync(note, new Metadata { { "grpc-internal-encoding-request", encoding } }, Soon));
        Assert.Equal(encoding, server.Encodings[Url(server.Channel)].Request);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(0)]
    public async Task Compressed_response_is_read(int length)
    {
        var note = new Note { Data = Repeated(length) };
        Assert.Equal(note, await new Echo.EchoClient(server.GzipChannel).SqueezeAsync(note, deadline: Soon));
        Assert.Equal("gzip", server.Encodings[Url(server.GzipChannel)].Response);
    }

    [Fact]
    public async Task Reflection_version_1_is_understood()
    {
        using var call = new Grpc.Reflection.V1.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(deadline: Soon);
        await call.RequestStream.WriteAsync(new() { ListServices = "*" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Contains("ips.peers.Echo", call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));

        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "ips.peers.Echo" });
        Assert.True(await call.ResponseStream.MoveNext());
        var file = FileDescriptorProto.Parser.ParseFrom(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.Contains("Squeeze", file.Service.Single().Method.Select(method => method.Name));

        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "no.such.Symbol" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal((int)StatusCode.NotFound, call.ResponseStream.Current.ErrorResponse.ErrorCode);
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Reflection_version_1_alpha_is_understood()
    {
        using var call = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(deadline: Soon);
        await call.RequestStream.WriteAsync(new() { ListServices = "*" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Contains("ips.peers.Echo", call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Health_is_checked_and_watched()
    {
        var health = new Health.HealthClient(server.Channel);
        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new() { Service = "ips.peers.Echo" }, deadline: Soon)).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new() { Service = "no.such.Service" }, deadline: Soon));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);

        using var watch = health.Watch(new HealthCheckRequest(), deadline: Soon);
        foreach (var (isOn, expected) in new[] { (true, ServingStatus.Serving), (false, ServingStatus.NotServing), (true, ServingStatus.Serving) })
        {
            await echo.SetHealthAsync(new Note { Count = isOn ? 1 : 0 }, deadline: Soon);
            while (await watch.ResponseStream.MoveNext() && watch.ResponseStream.Current.Status != expected)
            {
            }

            Assert.Equal(expected, watch.ResponseStream.Current.Status);
        }
    }

    private static ByteString Repeated(int length) => ByteString.CopyFrom([.. Enumerable.Repeat((byte)'a', length)]);

    private static string Url(GrpcChannel channel) => $"http://{channel.Target}/ips.peers.Echo/Squeeze";

    private static DateTime In(TimeSpan span) => TimeProvider.System.GetUtcNow().Add(span).UtcDateTime;

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!await condition())
            await again.WaitForNextTickAsync(patience.Token);
    }
}
