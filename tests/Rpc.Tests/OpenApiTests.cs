using System.Reflection;
using System.Text.Json.Nodes;
using Grpc.Core;
using Ips.Rpc.Tests;
using Ips.Rpc.Tests.V1;
using Ips.Contracts.Common.V1;
using Ips.Platform.OpenApi;
using Ips.Platform.Rpc.JsonRequests;
using Ips.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>The OpenAPI document describes the HTTP/JSON wire, and an external linter finds nothing in it.</summary>
public sealed class OpenApiTests
{
    public static TheoryData<string> Packages => [.. ContractServices().Select(type => type.Namespace!).Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Every_form_and_type_lints_clean()
    {
        var document = await Document(typeof(CatalogRpc));

        await Lint(document, "catalog");
    }

    [Theory, MemberData(nameof(Packages))]
    public async Task Each_service_lints_clean(string package)
    {
        var document = await Document([.. ContractServices().Where(type => type.Namespace == package)]);

        Assert.NotEmpty(document["paths"]!.AsObject());
        Assert.All(Operations(document), operation =>
        {
            Assert.NotEmpty(operation["x-roles"]!.AsArray());
            Assert.NotEmpty((string)operation["summary"]!);
            Assert.NotEqual((string)operation["operationId"]!, (string)operation["description"]!);
        });
        await Lint(document, package);
    }

    [Fact]
    public async Task Every_rule_is_an_operation_with_its_parameters()
    {
        var document = await Document(typeof(CatalogRpc));

        Assert.Equal(
            ["delete /v1/shelves/{shelf}/books/{book}", "get /v1/books/{name}", "get /v1/books:search", "get /v1/books:watch", "get /v1/describe",
                "get /v1/everything", "get /v1/fail/{code}", "get /v1/files/{path}", "get /v1/shelves/{shelf}/books", "get /v1/shelves/{shelf}/books/{book}",
                "get /v1/wait", "patch /v1/shelves/{shelf}/books/{book}", "post /v1/everything", "post /v1/files/{path}:scan", "post /v1/shelves/{shelf}/books",
                "post /v1/shelves/{shelf}/books/{book}:borrow", "put /v1/shelves/{shelf}/books/{book}", "put /v1/tags/{name}", "put /v1/uploads/{id}"],
            document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(each => $"{each.Key} {path.Key}")).Order(StringComparer.Ordinal));

        var list = document["paths"]!["/v1/shelves/{shelf}/books"]!["get"]!;
        Assert.Equal(
            ["path shelf", "query filter.author.familyName", "query filter.inPrint", "query filter.printedAfter", "query orderBy", "query pageSize",
                "query views"],
            list["parameters"]!.AsArray().Select(p => $"{p!["in"]} {p["name"]}").Order(StringComparer.Ordinal));
        Assert.Equal("Lists the books of a shelf", (string)list["summary"]!);
        Assert.Equal("How many, at most 100.", (string)list["parameters"]!.AsArray().Single(p => (string)p!["name"]! == "pageSize")!["description"]!);
        Assert.Equal(Operations(document).Count, Operations(document).Select(operation => (string)operation["operationId"]!).Distinct().Count());
    }

    [Fact]
    public async Task Roles_streams_and_bodies_are_described()
    {
        var paths = (await Document(typeof(CatalogRpc)))["paths"]!;

        Assert.Equal(["provider", "mco"], paths["/v1/books:search"]!["get"]!["x-roles"]!.AsArray().Select(role => (string)role!));
        Assert.Equal("newline-delimited", (string)paths["/v1/books:watch"]!["get"]!["x-streaming"]!);
        Assert.Equal("array", (string)paths["/v1/books:search"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["type"]!);
        var borrow = paths["/v1/shelves/{shelf}/books/{book}:borrow"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        Assert.Equal(["view", "page"], borrow["properties"]!.AsObject().Select(property => property.Key));   // the path has the name
    }

    [Theory]
    [InlineData("/v1/wait", "get", "400", "InvalidArgument")]
    [InlineData("/v1/wait", "get", "504", "DeadlineExceeded")]
    [InlineData("/v1/everything", "post", "413", "TooLarge")]
    [InlineData("/v1/everything", "post", "415", "UnsupportedContentType")]
    public async Task Every_refusal_is_described(string path, string method, string status, string name)
    {
        var document = await Document(typeof(CatalogRpc));

        Assert.Equal($"#/components/responses/{name}", (string)document["paths"]![path]![method]!["responses"]![status]!["$ref"]!);
        var example = document["components"]!["responses"]![name]!["content"]!["application/json"]!["example"]!;
        Assert.Equal("ips-platform", (string)example["details"]![0]!["domain"]!);
    }

    [Fact]
    public async Task Values_of_an_enum_are_described()
    {
        var document = await Document(typeof(CatalogRpc));

        Assert.Contains("`VIEW_BASIC`: Title only.", (string)document["components"]!["schemas"]!["sample.json.v1.View"]!["description"]!);
    }

    [Fact]
    public async Task Every_example_is_accepted()
    {
        await using var server = await TranscodedServer.Start(
            pipeline: app => app.MapOpenApiDocument(), json: json => json.JsonSettings.WriteInt64sAsStrings = true);
        var (_, document) = await server.Send("GET", "/openapi/v1.json");
        var tried = 0;
        foreach (var (path, item) in document!["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject())
            {
                if (operation!["requestBody"]?["content"]?["application/json"]?["example"] is not { } example)
                    continue;
                var filled = System.Text.RegularExpressions.Regex.Replace(
                    path, @"\{[a-z]+\}", "x", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
                var (code, answer) = await server.Send(method.ToUpperInvariant(), filled, example.ToJsonString());

                Assert.True((int)code == 200, $"{method} {path}: {answer?.ToJsonString()}");
                tried++;
            }
        }

        Assert.Equal(7, tried);
    }

    private static List<JsonNode> Operations(JsonNode document) =>
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!)];

    private static IEnumerable<Type> ContractServices() =>
        typeof(CallerRole).Assembly.GetTypes()
            .Where(type => type.IsAbstract && type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not null);

    private static async Task<JsonNode> Document(params Type[] services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<CatalogRpc.Probe>();
        builder.Services.AddRouting().AddStrictJson().AddGrpc().AddJsonTranscoding(json => json.JsonSettings.WriteInt64sAsStrings = true);
        await using var app = builder.Build();
        app.MapOpenApiDocument();
        var map = typeof(GrpcEndpointRouteBuilderExtensions).GetMethods().Single(method => method is { Name: "MapGrpcService", IsGenericMethod: true });
        foreach (var service in services)
            map.MakeGenericMethod(service).Invoke(null, [app]);
        await app.StartAsync();
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(app.Urls.Single() + "/openapi/v1.json"))!;
    }

    private static async Task Lint(JsonNode document, string name)
    {
        var file = Path.Combine(Path.GetTempPath(), $"openapi-{Environment.ProcessId}-{name}.json");
        await File.WriteAllTextAsync(file, document.ToJsonString());
        try
        {
            using var linter = await NodePeers.Start("lint.js", file);
            var found = await linter.StandardOutput.ReadToEndAsync();
            await linter.WaitForExitAsync();
            Assert.True(linter.ExitCode == 0, found);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
