using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>A request that does not fit is refused with the field's name, and nothing runs.</summary>
public sealed class RefusalTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private const int InvalidArgument = 3;
    private readonly TranscodedServer server = catalog.Server;

    [Theory]
    [InlineData("""{"nosuch":1}""", "nosuch")]
    [InlineData("""{"nested":{"nosuch":1}}""", "nested.nosuch")]
    [InlineData("""{"authorList":[{},{"nosuch":1}]}""", "author_list[1].nosuch")]
    [InlineData("""{"authorMap":{"5":{"nosuch":1}}}""", "author_map[5].nosuch")]
    [InlineData("""{"view":"VIEW_HUGE"}""", "view")]
    [InlineData("""{"view":99}""", "view")]
    [InlineData("""{"viewList":["VIEW_FULL","x"]}""", "view_list[1]")]
    [InlineData("""{"int32Value":2147483648}""", "int32_value")]
    [InlineData("""{"int32Value":1.5}""", "int32_value")]
    [InlineData("""{"int32Value":true}""", "int32_value")]
    [InlineData("""{"int32Value":" 1"}""", "int32_value")]
    [InlineData("""{"uint64Value":-1}""", "uint64_value")]
    [InlineData("""{"int64Value":"9223372036854775808"}""", "int64_value")]
    [InlineData("""{"floatValue":1e39}""", "float_value")]
    [InlineData("""{"doubleValue":"1e400"}""", "double_value")]
    [InlineData("""{"boolValue":"true"}""", "bool_value")]
    [InlineData("""{"stringValue":7}""", "string_value")]
    [InlineData("""{"stringValue":"\ud800"}""", "string_value")]
    [InlineData("""{"bytesValue":"a!"}""", "bytes_value")]
    [InlineData("""{"timestamp":"31.01.2026"}""", "timestamp")]
    [InlineData("""{"timestampList":["2026-01-31"]}""", "timestamp_list[0]")]
    [InlineData("""{"duration":"3 s"}""", "duration")]
    [InlineData("""{"structure":[]}""", "structure")]
    [InlineData("""{"any":{"@type":"type.googleapis.com/no.such.Type"}}""", "any")]
    [InlineData("""{"nested":[]}""", "nested")]
    [InlineData("""{"int64List":{}}""", "int64_list")]
    [InlineData("""{"int64List":[null]}""", "int64_list[0]")]
    [InlineData("""{"authorMap":{"x":{}}}""", "author_map[x]")]
    [InlineData("""{"int32Value":1,"int32_value":2}""", "int32_value")]
    [InlineData("""{"choiceText":"a","choiceNumber":1}""", "choice_number")]
    [InlineData("""{"int32Value":1,"int32Value":2}""", "int32_value")]
    [InlineData("""{"duration":"-0.5s"}""", "duration")]
    [InlineData("[]", "request")]
    [InlineData("null", "request")]
    public async Task A_wrong_value_names_its_field(string sent, string field)
    {
        var before = server.Probe.Calls;
        var (code, answer) = await server.Send("POST", "/v1/everything", sent);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal(InvalidArgument, (int)answer!["code"]!);
        Assert.Equal(field, (string)Detail(answer, "BadRequest")["fieldViolations"]![0]!["field"]!);
        Assert.Equal("INVALID_FIELD", (string)Detail(answer, "ErrorInfo")["reason"]!);
        Assert.Equal("ips-platform", (string)Detail(answer, "ErrorInfo")["domain"]!);
        Assert.StartsWith($"{field}: ", (string)answer["message"]!);
        Assert.Equal(before, server.Probe.Calls);
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var (_, answer) = await server.Send(
            "POST", "/v1/shelves/3/books?validateOnly=yes&parent=p&sort=x", """{"title":7,"author":{"familyname":"a"},"chapters":[{"pages":"many"}]}""");

        Assert.Equal(
            ["book.author.familyname", "book.chapters[0].pages", "book.title", "parent", "sort", "validate_only"],
            Detail(answer!, "BadRequest")["fieldViolations"]!.AsArray().Select(each => (string)each!["field"]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/v1/everything", """{"int32valeu":1}""", "did you mean int32Value?")]
    [InlineData("POST", "/v1/everything", """{"wrapped_strin":"x"}""", "did you mean wrapped_string?")]
    [InlineData("GET", "/v1/shelves/3/books?filter.author.familiName=x", null, "did you mean familyName?")]
    [InlineData("GET", "/v1/books/x?colour=red", null, "there are name, view, page")]
    public async Task An_unknown_name_gets_the_known_names(string method, string path, string? sent, string says)
    {
        var (_, answer) = await server.Send(method, path, sent);

        Assert.Contains(says, (string)Detail(answer!, "BadRequest")["fieldViolations"]![0]!["description"]!);
    }

    [Fact]
    public async Task Malformed_JSON_names_line_and_byte()
    {
        var (_, answer) = await server.Send("POST", "/v1/everything", "{\n  \"stringValue\" \"x\"}");

        Assert.Equal("The request body is not valid JSON at line 2, byte 17.", (string)answer!["message"]!);
    }

    [Theory]
    [InlineData("HEAD", "/v1/books/x", "GET")]
    [InlineData("DELETE", "/v1/tags/x", "PUT")]
    public async Task A_wrong_method_is_405_with_Allow(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await server.Json.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(',', response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("GET", "/v1/shelves/3/books?pageSize=many", "page_size")]
    [InlineData("GET", "/v1/shelves/3/books?page_sise=5", "page_sise")]
    [InlineData("GET", "/v1/shelves/3/books?pageSize=1&pageSize=2", "page_size")]
    [InlineData("GET", "/v1/shelves/3/books?pageSize=", "page_size")]
    [InlineData("GET", "/v1/shelves/3/books?filter.inPrint=yes", "filter.in_print")]
    [InlineData("GET", "/v1/shelves/3/books?filter.printedAfter=now", "filter.printed_after")]
    [InlineData("GET", "/v1/shelves/3/books?parent=x", "parent")]
    [InlineData("GET", "/v1/fail/seven", "code")]
    [InlineData("POST", "/v1/shelves/3/books?book.title=x", "book.title")]
    [InlineData("POST", "/v1/shelves/3/books/7:borrow?page=1", "page")]
    public async Task A_wrong_value_in_the_URL_names_its_field(string method, string path, string field)
    {
        var before = server.Probe.Calls;
        var (code, answer) = await server.Send(method, path, method == "POST" ? "{}" : null);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal(field, (string)Detail(answer!, "BadRequest")["fieldViolations"]![0]!["field"]!);
        Assert.Equal(before, server.Probe.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{'a':1}")]
    [InlineData("{\"int32Value\":1}{}")]
    [InlineData("{\"stringValue\":\"a secret")]
    public async Task Text_that_is_not_JSON_is_not_repeated(string sent)
    {
        var before = server.Probe.Calls;
        var (code, answer) = await server.Send("POST", "/v1/everything", sent);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal("MALFORMED_JSON", (string)Detail(answer!, "ErrorInfo")["reason"]!);
        Assert.DoesNotContain("secret", answer!.ToJsonString());
        Assert.Equal(before, server.Probe.Calls);
    }

    [Fact]
    public async Task Nesting_beyond_64_levels_is_refused()
    {
        var (code, _) = await server.Send("POST", "/v1/everything", string.Concat(Enumerable.Repeat("{\"nested\":", 70)) + "{}" + new string('}', 70));

        Assert.Equal(HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_body_that_is_not_JSON_is_415(string contentType)
    {
        var before = server.Probe.Calls;
        var (code, answer) = await server.Send("POST", "/v1/everything", "{}", contentType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, code);
        Assert.Equal(InvalidArgument, (int)answer!["code"]!);
        Assert.Equal("UNSUPPORTED_CONTENT_TYPE", (string)Detail(answer, "ErrorInfo")["reason"]!);
        Assert.Equal(before, server.Probe.Calls);
    }

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/merge-patch+json")]
    public async Task JSON_by_another_name_is_taken(string contentType)
    {
        var (code, _) = await server.Send("POST", "/v1/everything", "{}", contentType);

        Assert.Equal(HttpStatusCode.OK, code);
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.OK)]
    [InlineData("br", HttpStatusCode.BadRequest)]      // says br, is gzip
    [InlineData("zstd", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_compressed_body_is_taken(string says, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent(Gzip("""{"stringValue":"packed"}"""u8.ToArray()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add(says);
        using var response = await server.Json.PostAsync("/v1/everything", content);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
            Assert.Equal("packed", (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["stringValue"]!);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_413_compressed_or_not()
    {
        await using var small = await TranscodedServer.Start(grpc: options => options.MaxReceiveMessageSize = 1000);
        var large = Encoding.UTF8.GetBytes($$"""{"stringValue":"{{new string('x', 2000)}}"}""");

        using var chunked = new StreamContent(new MemoryStream(large));
        chunked.Headers.ContentLength = null;
        using var packed = new ByteArrayContent(Gzip(large));
        packed.Headers.ContentEncoding.Add("gzip");
        foreach (var content in new HttpContent[] { new ByteArrayContent(large), chunked, packed })
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await small.Json.PostAsync("/v1/everything", content);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Equal(8, (int)answer["code"]!);
            Assert.Equal("MESSAGE_TOO_LARGE", (string)Detail(answer, "ErrorInfo")["reason"]!);
        }

        Assert.Equal(0, small.Probe.Calls);
    }

    [Theory]
    [InlineData(4_000_000, HttpStatusCode.OK)]
    [InlineData(4_200_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_limit_is_four_mebibytes_unless_set(int length, HttpStatusCode expected)
    {
        await using var small = await TranscodedServer.Start(grpc: options => options.MaxSendMessageSize = null);
        var (code, _) = await small.Send("POST", "/v1/everything", $$"""{"stringValue":"{{new string('x', length)}}"}""");

        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task Too_large_for_the_web_server_is_413_too()
    {
        await using var small = await TranscodedServer.Start(kestrel: server => server.Limits.MaxRequestBodySize = 1000);
        var (code, answer) = await small.Send("POST", "/v1/everything", $$"""{"stringValue":"{{new string('x', 2000)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, code);
        Assert.Equal(8, (int)answer!["code"]!);
    }

    [Fact]
    public async Task An_answer_above_the_limit_is_not_sent()
    {
        await using var small = await TranscodedServer.Start(grpc: options => options.MaxSendMessageSize = 1000);
        var (code, answer) = await small.Send("POST", "/v1/everything", $$"""{"stringValue":"{{new string('x', 2000)}}"}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, code);
        Assert.Equal(8, (int)answer!["code"]!);
    }

    internal static JsonNode Detail(JsonNode status, string type) =>
        status["details"]!.AsArray().Single(detail => (string)detail!["@type"]! == $"type.googleapis.com/google.rpc.{type}")!;

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
