using System.Text.Json.Nodes;
using Google.Protobuf;
using Ips.Rpc.Tests.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>The same behavior with external clients: curl on the JSON wire, grpc-js on the gRPC wire.</summary>
public sealed class PeerTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private const string Json = "-H 'Content-Type: application/json'";
    private readonly TranscodedServer server = catalog.Server;

    [Fact]
    public async Task Curl_reads_a_book()
    {
        var (status, answer) = await Curl("/v1/shelves/3/books/7?page=2");

        Assert.Equal((200, "shelves/3/books/7", 2), (status, (string)answer["name"]!, (int)answer["page"]!));
    }

    [Fact]
    public async Task Curl_gets_the_nearest_field()
    {
        var (status, answer) = await Curl("/v1/everything", Json, """-d '{"stringValu":"x"}'""");

        Assert.Equal((400, "stringValu: is not a field (did you mean stringValue?)."), (status, (string)answer["message"]!));
    }

    [Fact]
    public async Task Curl_without_a_content_type_gets_415()
    {
        var (status, answer) = await Curl("/v1/everything", "-d '{}'");   // curl then sends application/x-www-form-urlencoded

        Assert.Equal(415, status);
        Assert.Equal("UNSUPPORTED_CONTENT_TYPE", (string)RefusalTests.Detail(answer, "ErrorInfo")["reason"]!);
    }

    [Fact]
    public async Task Curl_gets_504_at_its_deadline()
    {
        var (status, answer) = await Curl("/v1/wait", "-H 'grpc-timeout: 50m'");

        Assert.Equal(504, status);
        Assert.Equal("DEADLINE_EXCEEDED", (string)RefusalTests.Detail(answer, "ErrorInfo")["reason"]!);
    }

    [Fact]
    public async Task Curl_sends_a_number_as_a_string()
    {
        var (status, answer) = await Curl("/v1/everything", Json, """-d '{"int32Value":"12","uint32Value":5.0}'""");

        Assert.Equal((200, 12, 5), (status, (int)answer["int32Value"]!, (int)answer["uint32Value"]!));
    }

    [Fact]
    public async Task Grpc_js_reads_a_book()
    {
        var ended = await GrpcJs("GetBook", new BookRequest { Name = "n" });

        Assert.Equal("n", BookRequest.Parser.ParseFrom(Convert.FromBase64String((string)ended["answer"]!)).Name);
    }

    [Fact]
    public async Task Grpc_js_gets_DEADLINE_EXCEEDED_at_its_deadline() =>
        Assert.Equal(4, (int)(await GrpcJs("Wait", new WaitRequest(), timeout: 200))["code"]!);

    [Theory]
    [InlineData("")]
    [InlineData("n")]
    public async Task Grpc_js_may_compress_its_request(string name)
    {
        var ended = await GrpcJs("GetBook", new BookRequest { Name = name }, compression: 2);

        Assert.Equal(0, (int)ended["code"]!);
        Assert.Equal(name, BookRequest.Parser.ParseFrom(Convert.FromBase64String((string)ended["answer"]!)).Name);
    }

    private async Task<(int Status, JsonNode Answer)> Curl(string path, params string[] options)
    {
        using var shell = await NodePeers.Shell(
            $"curl -s -w '\\n%{{http_code}}' {string.Join(' ', options)} '{server.Json.BaseAddress!.ToString().TrimEnd('/')}{path}'", Path.GetTempPath());
        var lines = (await shell.StandardOutput.ReadToEndAsync()).Split('\n');
        return (int.Parse(lines[^1], System.Globalization.CultureInfo.InvariantCulture), JsonNode.Parse(string.Join('\n', lines[..^1]))!);
    }

    private async Task<JsonNode> GrpcJs(string rpc, IMessage request, int timeout = 0, int compression = 0)
    {
        var at = $"{server.GrpcAddress.Host}:{server.GrpcAddress.Port}";
        using var peer = await NodePeers.Start(
            "call.js", at, $"/sample.json.v1.Catalog/{rpc}", Convert.ToBase64String(request.ToByteArray()), $"{timeout}", $"{compression}");
        return JsonNode.Parse(await peer.StandardOutput.ReadToEndAsync())!;
    }
}
