using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Ips.Platform.OpenApi;

/// <summary>JSON Schema of messages and enums in the proto3 JSON mapping. Named types are collected under <c>components/schemas</c>.</summary>
internal sealed class Schemas(GrpcJsonSettings settings)
{
    private readonly SortedDictionary<string, JsonObject> components = new(StringComparer.Ordinal);

    public JsonObject Components => new(components.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    /// <summary>The schema of a field: its type, its comment and its annotations.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        JsonObject schema;
        if (field.IsMap)
            schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = Single(field.MessageType.Fields[2]) };
        else if (field.IsRepeated)
            schema = new JsonObject { ["type"] = "array", ["items"] = Single(field) };
        else
            schema = Single(field);

        var comment = $"{ProtoComments.Of(field)} {FieldText.Order(field)}".Trim();
        if (field.RealContainingOneof is { } oneof)
            comment = $"{comment} At most one of {string.Join(", ", oneof.Fields.Select(each => each.JsonName))}.".TrimStart();
        if (comment.Length > 0)
            schema["description"] = comment;
        if (FieldText.IsOutputOnly(field))
            schema["readOnly"] = true;
        if (field.GetOptions()?.Deprecated == true)
            schema["deprecated"] = true;
        return schema;
    }

    /// <summary>A reference to a message, or its special form in place.</summary>
    public JsonObject Of(MessageDescriptor type) => Special(type) ?? Reference(type);

    /// <summary>The message is an object with named fields, not one of the types with a form of their own.</summary>
    public bool IsPlain(MessageDescriptor type) => Special(type) is null;

    /// <summary>A message in place, without the fields that the path gives.</summary>
    public JsonObject Inline(MessageDescriptor type, IReadOnlySet<string> without)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (ProtoComments.Of(type) is { Length: > 0 } comment)
            schema["description"] = comment;
        var fields = type.Fields.InDeclarationOrder().Where(field => !without.Contains(field.Name)).ToList();
        var required = fields.Where(field => FieldText.IsRequired(field)).Select(field => (JsonNode)field.JsonName).ToArray();
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        schema["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.JsonName, (JsonNode?)Of(field))));
        return schema;
    }

    private JsonObject Reference(MessageDescriptor type)
    {
        if (components.TryAdd(type.FullName, []))
            components[type.FullName] = Inline(type, new HashSet<string>());
        return new JsonObject { ["$ref"] = "#/components/schemas/" + type.FullName };
    }

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message or FieldType.Group => Of(field.MessageType),
        FieldType.Enum => Reference(field.EnumType),
        FieldType.Bool => new JsonObject { ["type"] = "boolean" },
        FieldType.String => Text(field),
        FieldType.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Float => new JsonObject { ["type"] = "number", ["format"] = "float" },
        FieldType.Double => new JsonObject { ["type"] = "number", ["format"] = "double" },
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        FieldType.UInt32 or FieldType.Fixed32 => new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = uint.MaxValue },
        FieldType.UInt64 or FieldType.Fixed64 => Long("uint64", "^[0-9]+$"),
        _ => Long("int64", "^-?[0-9]+$"),
    };

    private JsonObject Long(string format, string pattern) => settings.WriteInt64sAsStrings
        ? new JsonObject { ["type"] = "string", ["format"] = format, ["pattern"] = pattern }
        : new JsonObject { ["type"] = "integer", ["format"] = format };

    private static JsonObject Text(FieldDescriptor field)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (FieldText.Format(field) == TextFormat.Day)
            schema["format"] = "date";
        else if (FieldText.Format(field) == TextFormat.DayOrEmpty)
            schema["pattern"] = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$";
        else if (FieldText.IsUuid(field))
            schema["format"] = "uuid";
        return schema;
    }

    private JsonObject Reference(EnumDescriptor type)
    {
        if (type.FullName == "google.protobuf.NullValue")
            return new JsonObject { ["type"] = "null" };
        if (!components.ContainsKey(type.FullName))
        {
            var lines = type.Values.Select(value => $"- `{value.Name}`: {ProtoComments.Of(value)}".TrimEnd(' ', ':'));
            components[type.FullName] = new JsonObject
            {
                ["type"] = settings.WriteEnumsAsIntegers ? "integer" : "string",
                ["description"] = $"{ProtoComments.Of(type)}\n\n{string.Join('\n', lines)}".Trim(),
                ["enum"] = new JsonArray([.. type.Values.Select(value => settings.WriteEnumsAsIntegers ? (JsonNode)value.Number : value.Name)]),
            };
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + type.FullName };
    }

    private JsonObject? Special(MessageDescriptor type) => type.FullName switch
    {
        "google.protobuf.Timestamp" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        "google.protobuf.Duration" => new JsonObject { ["type"] = "string", ["pattern"] = @"^-?[0-9]+(\.[0-9]{1,9})?s$" },
        "google.protobuf.FieldMask" => new JsonObject { ["type"] = "string" },
        "google.protobuf.Struct" => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
        "google.protobuf.ListValue" => new JsonObject { ["type"] = "array", ["items"] = new JsonObject() },
        "google.protobuf.Value" => [],
        "google.protobuf.Any" => new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("@type"),
            ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
            ["additionalProperties"] = true,
        },
        _ when type.File.Name == "google/protobuf/wrappers.proto" => Nullable(Single(type.Fields[1])),
        _ => null,
    };

    private static JsonObject Nullable(JsonObject schema)
    {
        schema["type"] = new JsonArray((string)schema["type"]!, "null");
        return schema;
    }
}
