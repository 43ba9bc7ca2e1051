using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Ips.Platform.OpenApi;

/// <summary>The document: every rule is an operation, every service a tag, in the order of the contract.</summary>
internal sealed class ServiceDocument
{
    private readonly Schemas schemas;
    private readonly Examples requestExamples;
    private readonly Examples responseExamples;
    private readonly Dictionary<string, int> operationIds = [];

    private ServiceDocument(GrpcJsonSettings settings) =>
        (schemas, requestExamples, responseExamples) = (new Schemas(settings), new Examples(settings, inRequest: true),
            new Examples(settings, inRequest: false));

    public static JsonObject Make(string title, IReadOnlyList<GrpcJsonTranscodingMetadata> rules, GrpcJsonSettings settings)
    {
        var document = new ServiceDocument(settings);
        var services = rules.Select(rule => rule.MethodDescriptor.Service).Distinct().OrderBy(service => service.FullName, StringComparer.Ordinal).ToList();
        var paths = document.Paths(rules
            .OrderBy(rule => rule.MethodDescriptor.Service.FullName, StringComparer.Ordinal)
            .ThenBy(rule => rule.MethodDescriptor.Index));
        var components = document.schemas.Components;
        components[Failures.SchemaName] = Failures.Schema();
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = title,
                ["version"] = "v1",
                ["description"] = "The HTTP/JSON form of the gRPC services " + string.Join(", ", services.Select(service => $"`{service.FullName}`"))
                    + ". JSON follows the proto3 mapping; a field or query parameter that is not listed is refused, with every wrong field named. "
                    + "The header `grpc-timeout` (up to eight digits and a unit of H, M, S, m, u or n, such as `500m`) is the caller's deadline. "
                    + "Errors are google.rpc.Status.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["tags"] = new JsonArray(
                [.. services.Select(service => (JsonNode)new JsonObject { ["name"] = service.Name, ["description"] = Described(service) })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = components,
                ["responses"] = Failures.Responses(rules.Any(rule => rule.HttpRule.Body.Length > 0)),
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["bearerFormat"] = "JWT",
                        ["description"] = "Claims: `role` (the roles of an operation are in its x-roles), `org`.",
                    },
                },
            },
        };
    }

    /// <summary>The roles that may call, as in the claims; empty when the rpc names none.</summary>
    internal static IReadOnlyList<string> Roles(MethodDescriptor method) =>
        [.. (method.GetOptions()?.GetExtension(AccessExtensions.Access)?.Roles ?? []).Select(role => role.ToString().ToLowerInvariant())];

    private JsonObject Paths(IEnumerable<GrpcJsonTranscodingMetadata> rules)
    {
        var paths = new JsonObject();
        foreach (var rule in rules)
        {
            if (HttpPath.Of(rule.HttpRule, rule.MethodDescriptor.InputType) is not { } path)
                continue;
            if (paths[path.Text] is not JsonObject item)
                paths[path.Text] = item = [];
            item[path.Method] = Operation(rule.MethodDescriptor, rule.HttpRule, path);
        }

        return paths;
    }

    private JsonObject Operation(MethodDescriptor method, HttpRule rule, HttpPath path)
    {
        var comment = Described(method);
        var operation = new JsonObject
        {
            ["operationId"] = OperationId(method),
            ["tags"] = new JsonArray(method.Service.Name),
            ["summary"] = ProtoComments.Summary(comment),
            ["description"] = method.IsServerStreaming ? comment + "\n\nThe answer is a stream: one JSON object a line, each sent when it is known." : comment,
        };
        if (method.GetOptions()?.Deprecated == true)
            operation["deprecated"] = true;
        if (Roles(method) is { Count: > 0 } roles)
            operation["x-roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]);
        if (method.IsServerStreaming)
            operation["x-streaming"] = "newline-delimited";

        var parameters = new Parameters(schemas).Of(method.InputType, rule, path);
        if (parameters.Count > 0)
            operation["parameters"] = parameters;
        if (rule.Body.Length > 0)
            operation["requestBody"] = RequestBody(method.InputType, rule.Body, path);
        var responses = new JsonObject { ["200"] = Response(method, rule) };
        Failures.AddTo(responses, rule.Body.Length > 0);
        operation["responses"] = responses;
        return operation;
    }

    private JsonObject RequestBody(MessageDescriptor type, string body, HttpPath path)
    {
        var field = body == "*" ? null : type.FindFieldByName(body);
        if ((field is null ? type : field.FieldType == FieldType.Message ? field.MessageType : null)?.FullName == HttpBody.Descriptor.FullName)
            return new JsonObject { ["required"] = true, ["content"] = AnyBytes() };
        var schema = field is not null ? schemas.Of(field) : path.Fields.Count == 0 ? schemas.Of(type) : schemas.Inline(type, path.Fields);
        var example = field is null ? requestExamples.Of(type, path.Fields) : requestExamples.Of(field);
        return new JsonObject { ["required"] = true, ["content"] = Json(schema, example) };
    }

    private JsonObject Response(MethodDescriptor method, HttpRule rule)
    {
        var type = method.OutputType;
        var field = rule.ResponseBody.Length == 0 ? null : type.FindFieldByName(rule.ResponseBody);
        var comment = field is null ? Described(type) : ProtoComments.Of(field);
        var content = type.FullName == HttpBody.Descriptor.FullName
            ? AnyBytes()
            : Json(field is null ? schemas.Of(type) : schemas.Of(field), field is null ? responseExamples.Of(type, new HashSet<string>())
            : responseExamples.Of(field));
        return new JsonObject { ["description"] = comment.Length == 0 ? "The answer." : comment, ["content"] = content };
    }

    private string OperationId(MethodDescriptor method)
    {
        var id = $"{method.Service.Name}_{method.Name}";
        var count = operationIds[id] = operationIds.GetValueOrDefault(id) + 1;
        return count == 1 ? id : $"{id}_{count}";
    }

    private static string Described(IDescriptor declared) => ProtoComments.Of(declared) is { Length: > 0 } comment ? comment : declared.Name;

    private static JsonObject Json(JsonObject schema, JsonNode? example) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = schema, ["example"] = example } };

    private static JsonObject AnyBytes() => new() { ["*/*"] = new JsonObject() };
}
