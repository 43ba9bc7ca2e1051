using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Ips.Platform.OpenApi;

/// <summary>
/// An example of a message that its schema accepts. Invented values; lists and maps hold one item, recursion ends. In a request the fields that
/// only answers hold are left out.
/// </summary>
internal sealed class Examples(GrpcJsonSettings settings, bool inRequest)
{
    public JsonObject Of(MessageDescriptor type, IReadOnlySet<string> without) => Of(type, without, []);

    public JsonNode? Of(FieldDescriptor field) => Field(field, []);

    private JsonObject Of(MessageDescriptor type, IReadOnlySet<string> without, IReadOnlyList<MessageDescriptor> within)
    {
        var example = new JsonObject();
        var oneofs = new HashSet<OneofDescriptor>();
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (inRequest && FieldText.IsOutputOnly(ProtoComments.Of(field)))
                continue;
            if (without.Contains(field.Name) || (field.RealContainingOneof is { } oneof && !oneofs.Add(oneof)))
                continue;
            if (field.FieldType == FieldType.Message && !field.IsMap && within.Append(type).Contains(field.MessageType))
                continue;
            example[field.JsonName] = Field(field, [.. within, type]);
        }

        return example;
    }

    private JsonNode? Field(FieldDescriptor field, IReadOnlyList<MessageDescriptor> within)
    {
        if (field.IsMap)
        {
            var (key, value) = (field.MessageType.Fields[1], field.MessageType.Fields[2]);
            return new JsonObject { [key.FieldType switch { FieldType.String => "key", FieldType.Bool => "true", _ => "1" }] = Single(value, within) };
        }

        return field.IsRepeated ? new JsonArray(Single(field, within)) : Single(field, within);
    }

    private JsonNode? Single(FieldDescriptor field, IReadOnlyList<MessageDescriptor> within) => field.FieldType switch
    {
        FieldType.Message or FieldType.Group => Message(field.MessageType, within),
        FieldType.Enum when field.EnumType.FullName == "google.protobuf.NullValue" => null,
        FieldType.Enum => Named(field.EnumType),
        FieldType.Bool => true,
        FieldType.String => FieldText.Example(field, ProtoComments.Of(field)),
        FieldType.Bytes => "aXBz",
        FieldType.Float or FieldType.Double => 0.5,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 or FieldType.UInt64 or FieldType.Fixed64 when settings.WriteInt64sAsStrings => "1",
        _ => 1,
    };

    private JsonNode Named(EnumDescriptor type)
    {
        var value = type.Values.Count > 1 ? type.Values[1] : type.Values[0];
        return settings.WriteEnumsAsIntegers ? value.Number : value.Name;
    }

    private JsonNode? Message(MessageDescriptor type, IReadOnlyList<MessageDescriptor> within) => type.FullName switch
    {
        "google.protobuf.Timestamp" => "2026-01-05T14:30:00Z",
        "google.protobuf.Duration" => "90s",
        "google.protobuf.FieldMask" => "name",
        "google.protobuf.Struct" => new JsonObject { ["key"] = "value" },
        "google.protobuf.ListValue" => new JsonArray("value"),
        "google.protobuf.Value" => "value",
        "google.protobuf.Any" => new JsonObject { ["@type"] = "type.googleapis.com/google.protobuf.Duration", ["value"] = "90s" },
        _ when type.File.Name == "google/protobuf/wrappers.proto" => Single(type.Fields[1], within),
        _ => Of(type, new HashSet<string>(), within),
    };
}
