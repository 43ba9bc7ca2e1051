using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>
/// Reads messages from the proto3 JSON mapping, more strictly than the mapping asks: an unknown field or enum value, a field given
/// twice and two members of one oneof are errors that name the field, so that a misspelt request is never half understood.
/// </summary>
internal sealed class MessageReader(KnownTypes types)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a request body.</summary>
    /// <exception cref="RequestProblem">The text is not JSON, or has a key twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.IsEmpty)
            throw new RequestProblem("MALFORMED_JSON", "The request body is empty; send a JSON value, at least {}.");
        try
        {
            return JsonDocument.Parse(utf8, Strict);
        }
        catch (JsonException problem)
        {
            // The parser's own text may quote the body; its position does not.
            throw new RequestProblem("MALFORMED_JSON", problem.LineNumber is null
                ? "The request body is not valid JSON: a key stands twice in one object, or objects nest deeper than 64."
                : $"The request body is not valid JSON at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}.");
        }
    }

    /// <summary>Reads an object into <paramref name="message"/>.</summary>
    /// <param name="json">The object.</param>
    /// <param name="message">Takes the fields.</param>
    /// <param name="at">Path of the message within the request; empty for the request itself.</param>
    public void Read(JsonElement json, IMessage message, string at)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw RequestProblem.InField(at, $"must be a JSON object, not {Kind(json)}");
        var seen = new HashSet<FieldDescriptor>();
        var chosen = new HashSet<OneofDescriptor>();
        foreach (var property in json.EnumerateObject())
        {
            if (FieldNames.Find(message.Descriptor, property.Name) is not { } field)
                throw RequestProblem.InField(Join(at, Short(property.Name)), $"is not a field of {message.Descriptor.FullName}");
            var path = Join(at, field.Name);
            if (!seen.Add(field))
                throw RequestProblem.InField(path, "stands twice, in both of its spellings");
            if (IsNull(property.Value, field))
                continue;
            if (field.RealContainingOneof is { } oneof && !chosen.Add(oneof))
                throw RequestProblem.InField(path, $"cannot stand together with another member of '{oneof.Name}'");
            ReadField(property.Value, field, message, path);
        }
    }

    /// <summary>Reads a value into one field, of any cardinality.</summary>
    public void ReadField(JsonElement json, FieldDescriptor field, IMessage message, string at)
    {
        if (field.IsMap)
            ReadMap(json, field, (IDictionary)field.Accessor.GetValue(message), at);
        else if (field.IsRepeated)
            ReadList(json, field, (IList)field.Accessor.GetValue(message), at);
        else
            field.Accessor.SetValue(message, ReadSingle(json, field, at));
    }

    private void ReadMap(JsonElement json, FieldDescriptor field, IDictionary map, string at)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw RequestProblem.InField(at, $"must be a JSON object, not {Kind(json)}");
        var (keyField, valueField) = (field.MessageType.Fields[1], field.MessageType.Fields[2]);
        foreach (var property in json.EnumerateObject())
        {
            var path = $"{at}[{Short(property.Name)}]";
            var key = Scalars.FromText(keyField, property.Name, path);
            if (map.Contains(key))
                throw RequestProblem.InField(path, "stands twice");
            map[key] = ReadItem(property.Value, valueField, path);
        }
    }

    private void ReadList(JsonElement json, FieldDescriptor field, IList list, string at)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw RequestProblem.InField(at, $"must be a JSON array, not {Kind(json)}");
        foreach (var item in json.EnumerateArray())
            list.Add(ReadItem(item, field, $"{at}[{list.Count}]"));
    }

    private object ReadItem(JsonElement json, FieldDescriptor field, string at) =>
        IsNull(json, field) ? throw RequestProblem.InField(at, "must not be null") : ReadSingle(json, field, at);

    private object ReadSingle(JsonElement json, FieldDescriptor field, string at)
    {
        if (field.FieldType is not (FieldType.Message or FieldType.Group))
            return Scalars.FromJson(field, json, at);
        var type = field.MessageType;
        if (WellKnown.IsWrapper(type))
            return Scalars.FromJson(type.Fields[1], json, at);   // a wrapper field holds the bare value in C#
        if (WellKnown.IsSpecial(type) || WellKnown.IsAny(type))
            return ReadSpecial(json, type, at);
        var message = type.Parser.ParseFrom(ByteString.Empty);
        Read(json, message, at);
        return message;
    }

    private IMessage ReadSpecial(JsonElement json, MessageDescriptor type, string at)
    {
        try
        {
            return types.Parser.Parse(json.GetRawText(), type);
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidOperationException or InvalidJsonException)
        {
            throw RequestProblem.InField(at, WellKnown.IsAny(type) ? "must be an object whose \"@type\" names a known message" : WellKnown.Expected(type));
        }
    }

    /// <summary>Null means not set, except where null is itself a value.</summary>
    private static bool IsNull(JsonElement json, FieldDescriptor field) =>
        json.ValueKind == JsonValueKind.Null
        && !(field.FieldType == FieldType.Message && !field.IsMap && WellKnown.IsValue(field.MessageType))
        && !(field.FieldType == FieldType.Enum && WellKnown.IsNullEnum(field.EnumType));

    private static string Join(string at, string name) => at.Length == 0 ? name : $"{at}.{name}";

    private static string Short(string name) => name.Length <= 64 ? name : name[..64];

    internal static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
