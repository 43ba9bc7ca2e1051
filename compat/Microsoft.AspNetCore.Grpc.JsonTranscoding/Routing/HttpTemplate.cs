namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Routing;

internal enum SegmentKind
{
    Literal,

    /// <summary><c>*</c>: exactly one path segment.</summary>
    One,

    /// <summary><c>**</c>: the rest of the path, possibly nothing.</summary>
    Rest,
}

/// <summary>One segment of the path; <see cref="Text"/> is the literal, empty for a wildcard.</summary>
internal readonly record struct TemplateSegment(SegmentKind Kind, string Text);

/// <summary>A field bound by the path: segments <see cref="Start"/> up to, without, <see cref="End"/>.</summary>
internal sealed record TemplateVariable(string FieldPath, int Start, int End)
{
    public bool IsOneSegment => End - Start == 1;
}

/// <summary>
/// A path template of <c>google.api.http</c>, taken apart. Grammar:
/// <c>Template = "/" Segments [":" Verb]</c>, a segment is a literal, <c>*</c>, <c>**</c> or <c>{field.path[=Segments]}</c>;
/// <c>**</c> stands last.
/// </summary>
internal sealed class HttpTemplate
{
    private readonly List<TemplateSegment> segments = [];
    private readonly List<TemplateVariable> variables = [];
    private readonly string text;
    private int at;

    private HttpTemplate(string text) => this.text = text;

    public string Text => text;

    public IReadOnlyList<TemplateSegment> Segments => segments;

    public IReadOnlyList<TemplateVariable> Variables => variables;

    /// <summary>The custom verb after the last colon, without the colon; null without one.</summary>
    public string? Verb { get; private set; }

    /// <exception cref="FormatException">The text is not a template; the message says where and why.</exception>
    public static HttpTemplate Parse(string text)
    {
        var template = new HttpTemplate(text);
        template.Read();
        return template;
    }

    private void Read()
    {
        Expect('/');
        ReadSegments(insideVariable: false);
        if (at < text.Length && text[at] == ':')
        {
            at++;
            Verb = ReadLiteral();
        }

        if (at < text.Length)
            throw Wrong($"unexpected '{text[at]}'");
        if (segments.FindIndex(s => s.Kind == SegmentKind.Rest) is >= 0 and var rest && rest != segments.Count - 1)
            throw Wrong("'**' must be the last segment");
        if (variables.GroupBy(v => v.FieldPath).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Wrong($"field '{twice.Key}' is bound twice");
    }

    private void ReadSegments(bool insideVariable)
    {
        ReadSegment(insideVariable);
        while (at < text.Length && text[at] == '/')
        {
            at++;
            ReadSegment(insideVariable);
        }
    }

    private void ReadSegment(bool insideVariable)
    {
        if (at >= text.Length)
            throw Wrong("a segment is missing");
        switch (text[at])
        {
            case '*' when at + 1 < text.Length && text[at + 1] == '*':
                at += 2;
                segments.Add(new(SegmentKind.Rest, ""));
                break;
            case '*':
                at++;
                segments.Add(new(SegmentKind.One, ""));
                break;
            case '{' when insideVariable:
                throw Wrong("a variable may not hold another variable");
            case '{':
                ReadVariable();
                break;
            default:
                segments.Add(new(SegmentKind.Literal, ReadLiteral()));
                break;
        }
    }

    private void ReadVariable()
    {
        at++;
        var start = segments.Count;
        var path = ReadFieldPath();
        if (at < text.Length && text[at] == '=')
        {
            at++;
            ReadSegments(insideVariable: true);
        }
        else
        {
            segments.Add(new(SegmentKind.One, ""));
        }

        Expect('}');
        variables.Add(new(path, start, segments.Count));
    }

    private string ReadFieldPath()
    {
        var from = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            at++;
        var path = text[from..at];
        if (path.Split('.').Any(name => name.Length == 0 || char.IsAsciiDigit(name[0])))
            throw Wrong("a field path is missing or malformed");
        return path;
    }

    private string ReadLiteral()
    {
        var from = at;
        while (at < text.Length && text[at] is not ('/' or ':' or '{' or '}' or '*' or '='))
            at++;
        return at > from ? Uri.UnescapeDataString(text[from..at]) : throw Wrong("a literal is missing");
    }

    private void Expect(char c)
    {
        if (at >= text.Length || text[at] != c)
            throw Wrong($"expected '{c}'");
        at++;
    }

    private FormatException Wrong(string why) => new($"Path template '{text}', position {at}: {why}.");
}
