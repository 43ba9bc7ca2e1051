using System.Globalization;
using System.Text.Json;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>Checks what the path and the query of a request give to the fields of its message.</summary>
internal sealed class UrlCheck
{
    private readonly MessageDescriptor request;
    private readonly JsonParser parser;
    private readonly bool isWholeBody;
    private readonly FieldDescriptor? bodyField;
    private readonly HashSet<string> inPath = new(StringComparer.Ordinal);
    private readonly List<(string Name, FieldDescriptor Field)> segments = [];

    public UrlCheck(MethodDescriptor method, HttpRule rule, FieldDescriptor? bodyField, JsonParser parser)
    {
        (request, this.bodyField, this.parser, isWholeBody) = (method.InputType, bodyField, parser, rule.Body == "*");
        foreach (var part in Template(rule).Split('{').Skip(1))
        {
            var variable = part[..part.IndexOf('}', StringComparison.Ordinal)].Split('=');
            inPath.Add(variable[0]);
            if ((variable.Length == 1 || variable[1] == "*") && Fields(variable[0]) is { } fields)
                segments.Add((variable[0], fields[^1]));
        }
    }

    public void Check(HttpRequest http, List<Problem.Invalid> found)
    {
        foreach (var (name, field) in segments)
            Segment(http, name, field, found);
        if (!http.QueryString.HasValue)
            return;
        Dictionary<string, StringValues>? rewritten = null;
        foreach (var (name, values) in http.Query)
        {
            if (Fields(name) is not { } fields)
                found.Add(Unknown(name));
            else if (Misplaced(fields, values.Count) is { } why)
                found.Add(new(Path(fields), why));
            else if (Array.ConvertAll(values.ToArray(), value => Taken(fields[^1], value ?? "")) is var taken && taken.Contains(null))
                found.Add(new(Path(fields), Expected(fields[^1])));
            else if (!taken.SequenceEqual(values))
                (rewritten ??= http.Query.ToDictionary())[name] = taken;
        }

        if (rewritten is not null)
            http.Query = new QueryCollection(rewritten);
    }

    private static string Template(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => rule.Get,
        HttpRule.PatternOneofCase.Put => rule.Put,
        HttpRule.PatternOneofCase.Post => rule.Post,
        HttpRule.PatternOneofCase.Delete => rule.Delete,
        HttpRule.PatternOneofCase.Patch => rule.Patch,
        _ => rule.Custom.Path,
    };

    /// <summary>
    /// In a single segment an encoded slash is part of the value; in a resource name of several it stays encoded, as google.api.http requires.
    /// </summary>
    private void Segment(HttpRequest http, string name, FieldDescriptor field, List<Problem.Invalid> found)
    {
        var value = Convert.ToString(http.RouteValues[name], CultureInfo.InvariantCulture) ?? "";
        if (value.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            http.RouteValues[name] = value = value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (Taken(field, value) is null)
            found.Add(new(name, Expected(field)));
    }

    private string? Misplaced(List<FieldDescriptor> fields, int times)
    {
        if (isWholeBody || fields[0] == bodyField)
            return "belongs into the request body, not into the query";
        if (inPath.Contains(Path(fields)))
            return "is given by the path and cannot be given in the query too";
        return times > 1 && !fields[^1].IsRepeated ? $"takes one value, and the query gives {times}" : null;
    }

    /// <summary>The text as the official reader takes it; null when it is no value of the field.</summary>
    private string? Taken(FieldDescriptor field, string text)
    {
        if (field.IsMap)
            return null;
        var scalar = field.FieldType != FieldType.Message ? field : FieldValues.IsWrapper(field.MessageType) ? field.MessageType.Fields[1] : null;
        if (scalar is not null)
            return scalar.FieldType == FieldType.Bytes ? FieldValues.StandardBase64(text) : FieldValues.FitsText(scalar, text) ? text : null;
        if (!FieldValues.IsText(field.MessageType))
            return null;
        try
        {
            // The official reader takes the paths of a mask from a query as the proto file writes them.
            return parser.Parse(JsonSerializer.Serialize(text), field.MessageType) is FieldMask mask ? string.Join(',', mask.Paths) : text;
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidOperationException or InvalidJsonException)
        {
            return null;
        }
    }

    private static string Expected(FieldDescriptor field) => field switch
    {
        { IsMap: true } => "is a map and cannot be given in a URL",
        { FieldType: FieldType.Message } when FieldValues.IsWrapper(field.MessageType) => $"must be {FieldValues.Expected(field.MessageType.Fields[1])}",
        { FieldType: FieldType.Message } when !FieldValues.IsText(field.MessageType) => "is a message; give its fields one by one",
        _ => $"must be {FieldValues.Expected(field)}",
    };

    private List<FieldDescriptor>? Fields(string path)
    {
        List<FieldDescriptor> fields = [];
        var type = request;
        foreach (var name in path.Split('.'))
        {
            if (type is null || MessageFields.Of(type).Find(name) is not { } field)
                return null;
            fields.Add(field);
            type = field is { FieldType: FieldType.Message, IsRepeated: false } ? field.MessageType : null;
        }

        return fields;
    }

    private Problem.Invalid Unknown(string path)
    {
        var name = path.Length <= 64 ? path : path[..64];
        var parts = name.Split('.');
        var known = parts.Length > 1 ? Fields(string.Join('.', parts[..^1])) : null;
        var type = parts.Length == 1 ? request : known?[^1] is { FieldType: FieldType.Message, IsRepeated: false } parent ? parent.MessageType : null;
        return new(name, type is null ? "is not a field that a query can give" : MessageFields.Of(type).Unknown(parts[^1]));
    }

    private static string Path(List<FieldDescriptor> fields) => string.Join('.', fields.Select(field => field.Name));
}
