using System.Text;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Ips.Platform.OpenApi;

/// <summary>A parameter of an OpenAPI path, and where its value goes.</summary>
/// <param name="Name">Its name in the path.</param>
/// <param name="Field">Field of the request that it is, or is part of; null for an unnamed wildcard.</param>
/// <param name="Within">The resource name it is part of, such as <c>individuals/{individual}</c>; null when it is the whole field.</param>
internal sealed record PathParameter(string Name, FieldDescriptor? Field, string? Within);

/// <summary>
/// A path template of <c>google.api.http</c> as OpenAPI writes paths, where a parameter is one segment:
/// <c>/v1/{name=individuals/*}:verify</c> becomes <c>/v1/individuals/{individual}:verify</c>.
/// </summary>
internal sealed class HttpPath
{
    private readonly List<PathParameter> parameters = [];

    private HttpPath(string method) => Method = method;

    /// <summary>Lower case, as OpenAPI keys it.</summary>
    public string Method { get; }

    public string Text { get; private set; } = "";

    public IReadOnlyList<PathParameter> Parameters => parameters;

    /// <summary>Fields of the request, by path in proto names, that the path gives.</summary>
    public HashSet<string> Fields { get; } = [];

    /// <returns>Null for a rule that OpenAPI cannot express: a custom method.</returns>
    public static HttpPath? Of(HttpRule rule, MessageDescriptor request)
    {
        var (method, template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("get", rule.Get),
            HttpRule.PatternOneofCase.Put => ("put", rule.Put),
            HttpRule.PatternOneofCase.Post => ("post", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("delete", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("patch", rule.Patch),
            HttpRule.PatternOneofCase.Custom when rule.Custom.Kind is "HEAD" or "OPTIONS" or "TRACE" => (rule.Custom.Kind.ToLowerInvariant(), rule.Custom.Path),
            _ => ("", ""),
        };
        if (method.Length == 0)
            return null;
        var path = new HttpPath(method);
        path.Read(template, request);
        return path;
    }

    private void Read(string template, MessageDescriptor request)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            var literal = template[at..(open < 0 ? template.Length : open)];
            text.Append(Wildcards(literal, text.ToString(), field: null));
            if (open < 0)
                break;
            var close = template.IndexOf('}', open);
            text.Append(Variable(template[(open + 1)..close], text.ToString(), request));
            at = close + 1;
        }

        Text = text.ToString();
    }

    private string Variable(string variable, string before, MessageDescriptor request)
    {
        var parts = variable.Split('=', 2);
        Fields.Add(parts[0]);
        var field = Find(request, parts[0]);
        if (parts.Length == 1 || parts[1] is "*" or "**")
        {
            var name = Unique(field?.JsonName ?? parts[0]);
            parameters.Add(new(name, field, null));
            return $"{{{name}}}";
        }

        return Wildcards(parts[1], before, field);
    }

    private string Wildcards(string segments, string before, FieldDescriptor? field)
    {
        if (!segments.Contains('*', StringComparison.Ordinal))
            return segments;
        var names = new List<string>();
        var written = new List<string>();
        var collection = before.TrimEnd('/').Split('/')[^1];
        foreach (var segment in segments.Split('/'))
        {
            var isWildcard = segment.StartsWith('*');
            if (isWildcard)
                names.Add(Unique(Singular(collection)));
            written.Add(isWildcard ? $"{{{names[^1]}}}{segment.TrimStart('*')}" : segment);
            collection = segment;
        }

        var name = string.Join('/', written);
        parameters.AddRange(names.Select(each => new PathParameter(each, field, name)));
        return name;
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 2; parameters.Exists(parameter => parameter.Name == unique); i++)
            unique = name + i;
        return unique;
    }

    private static FieldDescriptor? Find(MessageDescriptor type, string path)
    {
        var parts = path.Split('.', 2);
        var field = type.FindFieldByName(parts[0]);
        return parts.Length == 1 ? field : Find(field.MessageType, parts[1]);
    }

    private static string Singular(string collection) => collection switch
    {
        _ when collection.EndsWith("ies", StringComparison.Ordinal) => collection[..^3] + "y",
        _ when collection.EndsWith("lves", StringComparison.Ordinal) => collection[..^3] + "f",
        _ when collection.EndsWith("sses", StringComparison.Ordinal) => collection[..^2],
        _ when collection.EndsWith('s') && !collection.EndsWith("ss", StringComparison.Ordinal) => collection[..^1],
        "" => "id",
        _ => collection,
    };
}
