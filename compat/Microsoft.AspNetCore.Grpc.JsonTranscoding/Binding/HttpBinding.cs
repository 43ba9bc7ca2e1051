using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Routing;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;

/// <summary>One rule of one rpc, checked against its messages when the application starts: what the path, query and body bind.</summary>
internal sealed class HttpBinding
{
    /// <exception cref="InvalidOperationException">The rule does not fit the rpc's messages.</exception>
    public HttpBinding(MethodDescriptor method, HttpRule rule)
    {
        Method = method;
        Rule = rule;
        (Verb, var path) = VerbAndPath(rule);
        var template = HttpTemplate.Parse(path);
        Route = new HttpRoute(template);
        Variables = [.. template.Variables.Select(variable => (variable, Bindable(variable.FieldPath)))];
        WholeBody = rule.Body == "*";
        BodyField = rule.Body is "" or "*" ? null : TopLevel(method.InputType, rule.Body, "body");
        ResponseField = rule.ResponseBody.Length == 0 ? null : TopLevel(method.OutputType, rule.ResponseBody, "response_body");
    }

    public MethodDescriptor Method { get; }

    public HttpRule Rule { get; }

    /// <summary>The HTTP method; null answers every method (<c>custom</c> with kind <c>*</c>).</summary>
    public string? Verb { get; }

    public HttpRoute Route { get; }

    public IReadOnlyList<(TemplateVariable Variable, FieldPath Field)> Variables { get; }

    /// <summary>The body is the request message itself, so nothing is left for the query.</summary>
    public bool WholeBody { get; }

    public FieldDescriptor? BodyField { get; }

    public FieldDescriptor? ResponseField { get; }

    /// <summary>The rule and its additional bindings, which may not have bindings of their own.</summary>
    public static IEnumerable<HttpRule> Flatten(HttpRule rule) => rule.AdditionalBindings.Prepend(rule);

    private static (string? Verb, string Path) VerbAndPath(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
        HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
        HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
        HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
        HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
        HttpRule.PatternOneofCase.Custom => (rule.Custom.Kind == "*" ? null : rule.Custom.Kind, rule.Custom.Path),
        _ => throw new InvalidOperationException("The rule has no path; set get, put, post, delete, patch or custom."),
    };

    private FieldPath Bindable(string path)
    {
        if (!FieldPath.TryFind(Method.InputType, path, out var field))
            throw new InvalidOperationException($"Path variable '{path}' is not a field of {Method.InputType.FullName}.");
        var bindable = !field.Leaf.IsRepeated
            && (field.Leaf.FieldType != FieldType.Message || WellKnown.IsWrapper(field.Leaf.MessageType) || WellKnown.IsText(field.Leaf.MessageType));
        return bindable ? field : throw new InvalidOperationException($"Path variable '{path}' is a list or a message; only single values fit into a path.");
    }

    private static FieldDescriptor TopLevel(MessageDescriptor type, string name, string what) =>
        type.FindFieldByName(name)
        ?? throw new InvalidOperationException($"The {what} '{name}' is not a field at the top of {type.FullName}.");
}
