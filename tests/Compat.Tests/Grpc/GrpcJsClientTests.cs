using System.Diagnostics;
using System.Text.Json;
using Ips.Testing;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

/// <summary>One run of peers/client.js against our server; every test asserts on one of its scenarios.</summary>
public sealed class GrpcJsClientRun : IAsyncLifetime
{
    private readonly Dictionary<string, JsonElement> scenarios = new(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var server = await EchoServer.Start();
        using var client = await NodePeers.Start("client.js", server.Address.Authority);
        try
        {
            while (await NodePeers.ReadLine(client, patience.Token) is { } line)
                scenarios.Add(line.GetProperty("scenario").GetString()!, line);
        }
        finally
        {
            client.Kill();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal JsonElement this[string scenario]
    {
        get
        {
            var found = Assert.Contains(scenario, scenarios as IDictionary<string, JsonElement>);
            Assert.False(found.TryGetProperty("failed", out var why), why.ToString());
            return found;
        }
    }
}

public sealed class GrpcJsClientTests(GrpcJsClientRun run) : IClassFixture<GrpcJsClientRun>
{
    [Fact]
    public void Unary_call_keeps_text_number_and_bytes()
    {
        var answer = run["unary"];
        Assert.Equal("Grüße, 世界 🌍", answer.GetProperty("text").GetString());
        Assert.Equal(-42, answer.GetProperty("count").GetInt32());
        Assert.Equal("00ff07", answer.GetProperty("data").GetString());
        Assert.Equal(0, answer.GetProperty("code").GetInt32());
    }

    [Fact]
    public void Message_of_no_bytes_is_a_message()
    {
        var answer = run["emptyMessage"];
        Assert.Equal("", answer.GetProperty("text").GetString());
        Assert.Equal(0, answer.GetProperty("code").GetInt32());
    }

    [Fact]
    public void Message_of_many_frames_arrives_whole() => Assert.True(run["largeMessage"].GetProperty("same").GetBoolean());

    [Fact]
    public void Message_over_the_limit_is_resource_exhausted() => Assert.Equal(8, run["tooLargeMessage"].GetProperty("code").GetInt32());

    [Fact]
    public void Unknown_method_is_unimplemented() => Assert.Equal(12, run["unknownMethod"].GetProperty("code").GetInt32());

    [Fact]
    public void Server_stream_keeps_every_message_in_order()
    {
        Assert.Equal(Enumerable.Range(1, 500), Numbers(run["serverStreaming"].GetProperty("counts")));
        Assert.Equal(0, run["serverStreaming"].GetProperty("code").GetInt32());
    }

    [Fact]
    public void Client_stream_is_read_to_its_end()
    {
        Assert.Equal("abç", run["clientStreaming"].GetProperty("text").GetString());
        Assert.Equal(3, run["clientStreaming"].GetProperty("count").GetInt32());
    }

    [Fact]
    public void Duplex_directions_do_not_wait_for_each_other() => Assert.Equal([2, 4, 8, 16, 32], Numbers(run["duplexStreaming"].GetProperty("counts")));

    [Fact]
    public void Status_carries_code_text_trailer_and_typed_details()
    {
        var answer = run["status"];
        Assert.Equal(3, answer.GetProperty("code").GetInt32());
        Assert.Equal("données invalides: 値 % \n 🚫", answer.GetProperty("details").GetString());
        Assert.Equal("0102ff", answer.GetProperty("why").GetString());

        var rich = answer.GetProperty("rich");
        Assert.Equal(3, rich.GetProperty("code").GetInt32());
        Assert.Equal("données invalides: 値 % \n 🚫", rich.GetProperty("message").GetString());
        var (info, badRequest) = (rich.GetProperty("details")[0], rich.GetProperty("details")[1]);
        Assert.Equal("google.rpc.ErrorInfo", info.GetProperty("type").GetString());
        Assert.Equal("NOT_A_COLOR", info.GetProperty("reason").GetString());
        Assert.Equal("größe", info.GetProperty("metadata").GetProperty("color").GetString());
        Assert.Equal("google.rpc.BadRequest", badRequest.GetProperty("type").GetString());
        Assert.Equal("нет", badRequest.GetProperty("field_violations")[0].GetProperty("description").GetString());
    }

    [Fact]
    public void Status_after_messages_does_not_lose_them()
    {
        Assert.Equal(2, run["lateStatus"].GetProperty("received").GetInt32());
        Assert.Equal(10, run["lateStatus"].GetProperty("code").GetInt32());
        Assert.Equal("zu spät", run["lateStatus"].GetProperty("details").GetString());
    }

    [Fact]
    public void Deadline_ends_the_call_on_both_sides()
    {
        Assert.Equal(4, run["deadline"].GetProperty("code").GetInt32());
        Assert.True(run["deadline"].GetProperty("noticed").GetBoolean());
    }

    [Fact]
    public void Cancellation_ends_the_call_on_both_sides()
    {
        Assert.Equal(1, run["cancellation"].GetProperty("code").GetInt32());
        Assert.True(run["cancellation"].GetProperty("noticed").GetBoolean());
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("trailers")]
    public void Metadata_keeps_text_repeated_and_binary_values(string where)
    {
        var received = run["metadata"].GetProperty(where);
        Assert.Equal(["plain text"], Texts(received.GetProperty("text")));
        Assert.Equal(["one", "two"], Texts(received.GetProperty("many")));
        Assert.Equal(["0001feff"], Texts(received.GetProperty("data")));
    }

    [Fact]
    public void Gzip_is_read_and_written()
    {
        var answer = run["gzip"];
        Assert.Equal("gzip", answer.GetProperty("requestEncoding").GetString());
        Assert.True(answer.GetProperty("same").GetBoolean());

        var wire = answer.GetProperty("wire");
        Assert.Equal("gzip", wire.GetProperty("encoding").GetString());
        Assert.Equal("0", wire.GetProperty("status").GetString());
        Assert.Equal(1, wire.GetProperty("compressed").GetInt32());
        Assert.True(wire.GetProperty("smaller").GetBoolean());
        Assert.True(wire.GetProperty("same").GetBoolean());
    }

    [Theory]
    [InlineData("reflectionV1")]
    [InlineData("reflectionV1Alpha")]
    public void Service_can_be_learned_from_reflection_and_called(string version)
    {
        var answer = run[version];
        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "ips.peers.Echo", "ips.peers.Spoken"],
            Texts(answer.GetProperty("services")));
        Assert.Equal("learned", answer.GetProperty("said").GetString());
        Assert.Equal("BLUE", answer.GetProperty("ink").GetString());
        Assert.Equal(5, answer.GetProperty("unknownFile").GetInt32());
        Assert.Equal(5, answer.GetProperty("unknownSymbol").GetInt32());
    }

    [Fact]
    public void Health_is_checked_and_watched()
    {
        var answer = run["health"];
        Assert.Equal("SERVING", answer.GetProperty("all").GetString());
        Assert.Equal("SERVING", answer.GetProperty("mapped").GetString());
        Assert.Equal(5, answer.GetProperty("unknown").GetInt32());
        Assert.Equal("SERVICE_UNKNOWN", answer.GetProperty("firstOfUnknown").GetString());
        Assert.Equal("NOT_SERVING", answer.GetProperty("whileDown").GetString());
        Assert.Equal(["SERVING", "NOT_SERVING", "SERVING"], Texts(answer.GetProperty("seen")));
    }

    [Fact]
    public async Task Stopping_server_tells_watchers_and_ends_their_watch()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var server = await EchoServer.Start();
        using var client = await NodePeers.Start("client.js", server.Address.Authority, "shutdown");
        try
        {
            var watching = await NodePeers.ReadLine(client, patience.Token);
            Assert.Equal("watching", watching?.GetProperty("scenario").GetString());
            var stopping = Stopwatch.StartNew();
            await server.Stop();
            Assert.InRange(stopping.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));

            var answer = await NodePeers.ReadLine(client, patience.Token);
            Assert.Equal(["SERVING", "NOT_SERVING"], Texts(answer!.Value.GetProperty("seen")));
            Assert.Equal(0, answer.Value.GetProperty("code").GetInt32());
        }
        finally
        {
            client.Kill();
        }
    }

    private static IEnumerable<int> Numbers(JsonElement array) => array.EnumerateArray().Select(one => one.GetInt32());

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(one => one.GetString());
}
