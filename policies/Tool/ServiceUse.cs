using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ips.Policies.Tool;

/// <summary>
/// What the services ask the policies and which facts they give. <c>used.tsv</c> holds it, written from the code of the services by a test
/// (<c>tests/Contracts.Tests/PolicyUseTests.cs</c>), so that this tool needs no service.
/// </summary>
public sealed class ServiceUse
{
    private readonly Dictionary<string, List<ServiceAsks>> _decisions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ServiceGives>> _facts = new(StringComparer.Ordinal);

    /// <param name="lines">Lines of <c>used.tsv</c>.</param>
    /// <exception cref="InvalidDataException">A line has another form.</exception>
    public ServiceUse(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(l => l.Length > 0 && l[0] != '#'))
        {
            switch (line.Split('\t'))
            {
                case ["decision", var kind, var service, var rpcs]:
                    _decisions.TryAdd(kind, []);
                    _decisions[kind].Add(new(service, rpcs.Split(", ")));
                    break;
                case ["fact", var fact, var service, var by]:
                    _facts.TryAdd(fact, []);
                    _facts[fact].Add(new(service, by.Split(", ")));
                    break;
                default:
                    throw new InvalidDataException($"used.tsv: \"{line}\"; expected decision or fact, its name, the service and a list, with tabs between them");
            }
        }
    }

    /// <summary>Reads the list of a checkout.</summary>
    public static ServiceUse Read(Checkout checkout) => new(File.ReadLines(Path.Combine(checkout.Root, "policies", "Tool", "used.tsv")));

    /// <summary>The services and RPCs that ask the kind of decision; empty where none does.</summary>
    public IReadOnlyList<ServiceAsks> Asks(string kind) => _decisions.GetValueOrDefault(kind) ?? [];

    /// <summary>The services that give the fact, with the types that do; empty where none does.</summary>
    public IReadOnlyList<ServiceGives> Gives(PropertyInfo fact) => _facts.GetValueOrDefault(Name(fact)) ?? [];

    /// <summary>Every fact of a kind of decision: its path in the JSON and its property. Those of records in lists follow the list.</summary>
    public static IEnumerable<(string Path, PropertyInfo Property)> FactsOf(DecisionKind kind) => FactsOf(kind.GetType().GenericTypeArguments[0], "");

    /// <summary>The facts without those that no service gives.</summary>
    public JsonElement Given(DecisionKind kind, JsonElement facts)
    {
        var json = (JsonObject)JsonNode.Parse(facts.GetRawText())!;
        Keep(json, kind.GetType().GenericTypeArguments[0]);
        return JsonSerializer.SerializeToElement(json);
    }

    private void Keep(JsonObject facts, Type record)
    {
        foreach (var property in Properties(record))
        {
            var name = JsonName(property);
            if (facts[name] is not { } value)
                continue;
            if (Gives(property).Count == 0)
                facts.Remove(name);
            else if (Record(property) is { } inner)
            {
                foreach (var item in value is JsonArray list ? list.OfType<JsonObject>() : value is JsonObject one ? [one] : [])
                    Keep(item, inner);
            }
        }
    }

    private static IEnumerable<(string Path, PropertyInfo Property)> FactsOf(Type record, string at)
    {
        foreach (var property in Properties(record))
        {
            var path = at + JsonName(property);
            yield return (path, property);
            if (Record(property) is not { } inner)
                continue;
            var list = typeof(IEnumerable).IsAssignableFrom(property.PropertyType) ? "[]" : "";
            foreach (var fact in FactsOf(inner, $"{path}{list}."))
                yield return fact;
        }
    }

    private static IEnumerable<PropertyInfo> Properties(Type record) => record.GetProperties().Where(p => p.CanWrite).OrderBy(p => p.MetadataToken);

    /// <summary>The record that the fact is or lists, or <see langword="null"/> for a plain value.</summary>
    private static Type? Record(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        type = type.IsGenericType ? type.GenericTypeArguments[0] : type;
        return type.Assembly == typeof(DecisionKind).Assembly && type is { IsEnum: false } && type != typeof(DayOrBlank) && type != typeof(Period) ? type : null;
    }

    private static string Name(PropertyInfo fact) => $"{fact.DeclaringType!.FullName!["Ips.Policies.".Length..].Replace('+', '.')}.{fact.Name}";

    private static string JsonName(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}

/// <summary>The RPCs of a service that ask a kind of decision.</summary>
public sealed record ServiceAsks(string Service, IReadOnlyList<string> Rpcs);

/// <summary>The types of a service that give a fact.</summary>
public sealed record ServiceGives(string Service, IReadOnlyList<string> By);
