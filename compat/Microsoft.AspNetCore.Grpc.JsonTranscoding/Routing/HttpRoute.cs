using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Routing;

/// <summary>
/// A path template as an ASP.NET Core route: each wildcard becomes a route parameter, and a variable is put together again from
/// its segments. ASP.NET Core matches literals without regard to case and has decoded everything but <c>%2F</c> by then.
/// </summary>
internal sealed class HttpRoute
{
    private readonly HttpTemplate template;
    private readonly string?[] parameters;

    public HttpRoute(HttpTemplate template)
    {
        this.template = template;
        parameters = [.. template.Segments.Select((segment, i) => segment.Kind == SegmentKind.Literal ? null : ParameterName(i))];
        // The raw text is what telemetry shows as http.route: the template as the contract writes it.
        Pattern = RoutePatternFactory.Pattern(template.Text, template.Segments.Select(Segment));
    }

    public RoutePattern Pattern { get; }

    /// <summary>The value the path gives to a variable.</summary>
    public string Read(TemplateVariable variable, RouteValueDictionary values)
    {
        var parts = new List<string>(variable.End - variable.Start);
        for (var i = variable.Start; i < variable.End; i++)
        {
            var part = parameters[i] is { } name ? Convert.ToString(values[name], CultureInfo.InvariantCulture) ?? "" : template.Segments[i].Text;
            if (template.Segments[i].Kind == SegmentKind.Rest && template.Verb is { } verb)
                part = part[..^(verb.Length + 1)];
            if (part.Length > 0 || template.Segments[i].Kind != SegmentKind.Rest)
                parts.Add(part);
        }

        // In a single segment an encoded slash is part of the value; in a resource name it stays encoded, as the rule's text says.
        var value = string.Join('/', parts);
        return variable.IsOneSegment && template.Segments[variable.Start].Kind == SegmentKind.One
            ? value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            : value;
    }

    private string ParameterName(int segment)
    {
        var variable = template.Variables.FirstOrDefault(v => v.Start <= segment && segment < v.End);
        return variable switch
        {
            null => $"segment{segment}",
            { IsOneSegment: true } => variable.FieldPath,
            _ => $"{variable.FieldPath}.{segment}",
        };
    }

    private RoutePatternPathSegment Segment(TemplateSegment segment, int index)
    {
        var verb = index == template.Segments.Count - 1 && template.Verb is not null ? ":" + template.Verb : "";
        if (segment.Kind == SegmentKind.Literal)
            return RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart(segment.Text + verb));

        var name = parameters[index]!;
        if (segment.Kind == SegmentKind.One)
        {
            var one = RoutePatternFactory.ParameterPart(name);
            return verb.Length == 0 ? RoutePatternFactory.Segment(one) : RoutePatternFactory.Segment(one, RoutePatternFactory.LiteralPart(verb));
        }

        return RoutePatternFactory.Segment(verb.Length == 0
            ? RoutePatternFactory.ParameterPart(name, @default: null, RoutePatternParameterKind.CatchAll)
            : RoutePatternFactory.ParameterPart(
                name, @default: null, RoutePatternParameterKind.CatchAll, RoutePatternFactory.ParameterPolicy(new EndsWithVerb(verb))));
    }

    /// <summary>A catch-all cannot share its segment with a literal, so the verb is a constraint on its value.</summary>
    private sealed class EndsWithVerb(string verb) : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values[routeKey] is string value && value.EndsWith(verb, StringComparison.Ordinal);
    }
}
