using Xunit;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Ips.Rpc.Tests;

/// <summary>Each form of google.api.http binds the fields that it documents.</summary>
public sealed class RuleTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private readonly TranscodedServer server = catalog.Server;

    [Theory]
    [InlineData("GET", "/v1/shelves/3/books/7", null, """{"name":"shelves/3/books/7"}""")]
    [InlineData("GET", "/v1/shelves/3/books/7?view=VIEW_FULL&page=2", null, """{"name":"shelves/3/books/7","view":"VIEW_FULL","page":2}""")]
    [InlineData("GET", "/v1/shelves/3/books/7?view=2", null, """{"name":"shelves/3/books/7","view":"VIEW_FULL"}""")]
    [InlineData("GET", "/v1/books/a%2Fb%20c", null, """{"name":"a/b c"}""")]                            // one segment: %2F is part of the value
    [InlineData("GET", "/v1/shelves/a%2Fb/books/%C3%A4", null, """{"name":"shelves/a%2Fb/books/ä"}""")] // several: %2F stays
    [InlineData("DELETE", "/v1/shelves/3/books/7", null, """{"name":"shelves/3/books/7"}""")]
    [InlineData("LOCK", "/v1/shelves/3/books/7", null, """{"name":"shelves/3/books/7"}""")]
    [InlineData("POST", "/v1/shelves/3/books/7:borrow", """{"page":4}""", """{"name":"shelves/3/books/7","page":4}""")]
    [InlineData("POST", "/v1/shelves/3/books/a:b:borrow", "{}", """{"name":"shelves/3/books/a:b"}""")]
    [InlineData("POST", "/v1/files/a/b/c.txt:scan", """{"depth":2}""", """{"path":"a/b/c.txt","depth":2}""")]
    [InlineData("PUT", "/v1/tags/x", """["red","blue"]""", """{"name":"x","tags":["red","blue"]}""")]
    [InlineData("POST", "/v1/shelves/3/books?validateOnly=true", """{"title":"T"}""", """{"parent":"shelves/3","book":{"title":"T"},"validateOnly":true}""")]
    [InlineData("PATCH", "/v1/shelves/3/books/7?update_mask=title,author.familyName", """{"title":"T"}""",
        """{"book":{"name":"shelves/3/books/7","title":"T"},"updateMask":"title,author.familyName"}""")]
    [InlineData("PUT", "/v1/shelves/3/books/7", """{"book":{"name":"of the body","title":"T"},"parent":"p"}""",
        """{"parent":"p","book":{"name":"shelves/3/books/7","title":"T"}}""")]                          // the path wins
    [InlineData("GET", "/v1/shelves/3/books?pageSize=5&filter.author.family_name=N&filter.in_print=true&filter.printedAfter=2026-01-31T10:00:00Z",
        null, """{"parent":"shelves/3","pageSize":5,"filter":{"author":{"familyName":"N"},"inPrint":true,"printedAfter":"2026-01-31T10:00:00Z"}}""")]
    [InlineData("GET", "/v1/shelves/3/books?orderBy=a&orderBy=b&views=VIEW_BASIC&views=VIEW_FULL", null,
        """{"parent":"shelves/3","orderBy":["a","b"],"views":["VIEW_BASIC","VIEW_FULL"]}""")]
    public async Task A_rule_binds_path_query_and_body(string method, string path, string? body, string expected)
    {
        var (code, answer) = await server.Send(method, path, body);

        Assert.Equal(HttpStatusCode.OK, code);
        AssertHolds(JsonNode.Parse(expected)!, answer!);
    }

    [Fact]
    public async Task A_response_body_is_the_named_field_alone()
    {
        var (_, answer) = await server.Send("GET", "/v1/books:search?name=n");

        Assert.Equal(["First", "Second"], answer!.AsArray().Select(book => (string)book!["title"]!));
    }

    [Theory]
    [InlineData("/v1/files/reports/2026/q1.csv", "path\nreports/2026/q1.csv\n")]
    [InlineData("/v1/files", "path\n\n")]
    public async Task A_file_is_sent_unchanged(string path, string expected)
    {
        using var response = await server.Json.GetAsync(path);

        Assert.Equal("text/csv", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_file_is_received_unchanged()
    {
        var (code, answer) = await server.Send("PUT", "/v1/uploads/7", "not { json", "text/plain");

        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("7", (string)answer!["id"]!);
        Assert.Equal("text/plain", (string)answer["content"]!["contentType"]!);
        Assert.Equal("not { json", Encoding.UTF8.GetString(Convert.FromBase64String((string)answer["content"]!["data"]!)));
    }

    [Theory]
    [InlineData("GET", "/v1/shelves/3/books/7/more")]
    [InlineData("GET", "/v1/shelves//books/7")]
    [InlineData("POST", "/v1/files/a/b/c.txt")]
    [InlineData("POST", "/sample.json.v1.Catalog/Hidden")]
    public async Task Nothing_answers_where_no_rule_leads(string method, string path)
    {
        var (code, _) = await server.Send(method, path, method == "POST" ? "{}" : null);

        Assert.Contains(code, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.UnsupportedMediaType });
    }

    /// <summary>Every value of <paramref name="expected"/> stands in <paramref name="found"/>, which may hold defaults besides.</summary>
    private static void AssertHolds(JsonNode expected, JsonNode found)
    {
        if (expected is not JsonObject fields)
        {
            Assert.True(JsonNode.DeepEquals(expected, found), $"expected {expected.ToJsonString()}, found {found.ToJsonString()}");
            return;
        }

        foreach (var (name, value) in fields)
            AssertHolds(value!, found[name] ?? throw new Xunit.Sdk.XunitException($"{name} is missing in {found.ToJsonString()}"));
    }
}
