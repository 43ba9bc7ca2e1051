using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Ips.Platform.OpenApi;

/// <summary>Path and query parameters of an operation.</summary>
internal sealed class Parameters(Schemas schemas)
{
    private static readonly HashSet<string> NotInUrl = ["google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue", "google.protobuf.Any"];

    public JsonArray Of(MessageDescriptor request, HttpRule rule, HttpPath path)
    {
        var parameters = new JsonArray([.. path.Parameters.Select(Path)]);
        if (rule.Body != "*")
        {
            foreach (var parameter in Query(request, "", "", path.Fields, rule.Body, []))
                parameters.Add((JsonNode)parameter);
        }

        return parameters;
    }

    private JsonNode Path(PathParameter parameter)
    {
        var comment = parameter.Field is null ? "" : ProtoComments.Of(parameter.Field);
        var schema = parameter is { Within: null, Field: { } whole } ? schemas.Of(whole) : new JsonObject { ["type"] = "string" };
        schema.Remove("description");
        return new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = parameter.Within is { } name ? $"Part of `{name}`. {comment}".TrimEnd() : comment,
            ["schema"] = schema,
        };
    }

    /// <summary>Every field that is one value or a list of values, nested ones by path; messages that hold themselves end the descent.</summary>
    private IEnumerable<JsonObject> Query(
        MessageDescriptor type, string protoPrefix, string jsonPrefix, IReadOnlySet<string> inPath, string body, IReadOnlyList<MessageDescriptor> within)
    {
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (inPath.Contains(protoPrefix + field.Name) || (within.Count == 0 && field.Name == body) || field.IsMap)
                continue;
            if (field.FieldType == FieldType.Message && schemas.IsPlain(field.MessageType))
            {
                if (!field.IsRepeated && field.MessageType != type && !within.Contains(field.MessageType))
                {
                    foreach (var nested in Query(
                        field.MessageType, $"{protoPrefix}{field.Name}.", $"{jsonPrefix}{field.JsonName}.", inPath, body, [.. within, type]))
                        yield return nested;
                }

                continue;
            }

            if (field.FieldType == FieldType.Message && NotInUrl.Contains(field.MessageType.FullName))
                continue;
            var schema = schemas.Of(field);
            var description = (string?)schema["description"] ?? "";
            schema.Remove("description");
            var parameter = new JsonObject { ["name"] = jsonPrefix + field.JsonName, ["in"] = "query", ["description"] = description, ["schema"] = schema };
            if (FieldText.IsRequired(field) && within.Count == 0)
                parameter["required"] = true;
            yield return parameter;
        }
    }
}
