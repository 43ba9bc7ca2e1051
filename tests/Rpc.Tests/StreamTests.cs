using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>A stream is JSON by the line.</summary>
public sealed class StreamTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private readonly TranscodedServer server = catalog.Server;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Every_message_is_a_line(int count)
    {
        using var response = await server.Json.GetAsync($"/v1/books:watch?count={count}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(Enumerable.Range(1, count).Select(i => $"book {i}"), Lines(await response.Content.ReadAsStringAsync())
            .Select(line => (string)line["name"]!));
    }

    [Fact]
    public async Task A_message_arrives_before_the_next_is_written()
    {
        await using var own = await TranscodedServer.Start();
        using var response = await own.Json.GetAsync("/v1/books:watch?count=3&stay=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal($"book {i}", (string)JsonNode.Parse((await lines.ReadLineAsync())!)!["name"]!);
            own.Probe.Step.Release();
        }
    }

    [Fact]
    public async Task A_reader_that_leaves_cancels_the_call()
    {
        await using var own = await TranscodedServer.Start();
        own.Probe.Step.Release(1);
        using (await own.Json.GetAsync("/v1/books:watch?count=1&stay=true", HttpCompletionOption.ResponseHeadersRead))
        {
        }

        await own.Probe.Cancelled.Task.WaitAsync(Poll.Patience);
    }

    [Fact]
    public async Task An_early_error_has_its_HTTP_status()
    {
        var (code, answer) = await server.Send("GET", "/v1/books:watch?fail=true");

        Assert.Equal(HttpStatusCode.InternalServerError, code);
        Assert.Equal("torn page", (string)answer!["message"]!);
    }

    [Fact]
    public async Task An_error_after_messages_is_the_last_line()
    {
        var lines = Lines(await server.Json.GetStringAsync("/v1/books:watch?count=2&fail=true"));

        Assert.Equal(3, lines.Count);
        Assert.Equal("book 2", (string)lines[1]["name"]!);
        Assert.Equal((15, "torn page"), ((int)lines[2]["code"]!, (string)lines[2]["message"]!));
    }

    [Fact]
    public async Task A_deadline_ends_a_stream_with_an_error_line()
    {
        await using var own = await TranscodedServer.Start();
        own.Probe.Step.Release(2);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/books:watch?count=2&stay=true");
        request.Headers.TryAddWithoutValidation("grpc-timeout", "300m");
        using var response = await own.Json.SendAsync(request);
        var lines = Lines(await response.Content.ReadAsStringAsync());

        Assert.Equal(4, (int)lines[^1]["code"]!);
        Assert.Equal("book 1", (string)lines[0]["name"]!);
    }

    [Fact]
    public async Task Lines_stay_lines_when_answers_are_indented()
    {
        await using var own = await TranscodedServer.Start(json => json.JsonSettings.WriteIndented = true);

        Assert.Equal(2, Lines(await own.Json.GetStringAsync("/v1/books:watch?count=2")).Count);
    }

    private static List<JsonNode> Lines(string text)
    {
        Assert.True(text.Length == 0 || text[^1] == '\n');
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
