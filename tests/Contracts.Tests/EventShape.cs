using System.Reflection;
using System.Text.Json;

namespace Ips.Contracts.Tests;

/// <summary>What of an event record goes on the wire, and example values for it.</summary>
internal static class EventShape
{
    private static readonly Dictionary<Type, (string Name, object Example)> Scalars = new()
    {
        [typeof(Guid)] = ("uuid", new Guid("01900000-0000-7000-8000-000000000001")),
        [typeof(DateTimeOffset)] = ("instant", new DateTimeOffset(2026, 1, 5, 14, 30, 0, TimeSpan.Zero)),
        [typeof(DateOnly)] = ("day", new DateOnly(2026, 1, 5)),
        [typeof(string)] = ("text", "code"),
        [typeof(int)] = ("int32", 7),
        [typeof(long)] = ("int64", 3L),
        [typeof(decimal)] = ("decimal", 985.20m),
        [typeof(bool)] = ("bool", true),
        [typeof(IReadOnlyList<string>)] = ("texts", new[] { "first", "second" }),
    };

    /// <summary>The properties in the order in which they are written.</summary>
    public static IReadOnlyList<PropertyInfo> PropertiesOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public static string JsonName(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The name of a type in the baseline; a type without one may not be in an event.</summary>
    public static string TypeName(Type type) => Scalars.TryGetValue(Plain(type), out var scalar)
        ? scalar.Name
        : throw new NotSupportedException($"{type.Name} is no type of an event; say how it is written in EventShape, baseline and AsyncAPI first.");

    public static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>An event with an example in every property: the same one every time.</summary>
    public static IDomainEvent Example(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        var example = (IDomainEvent)constructor.Invoke([.. constructor.GetParameters().Select(parameter => ExampleOf(parameter.ParameterType, parameter.Name!))]);
        type.GetProperty(nameof(IDomainEvent.Sequence))!.SetValue(example, 3L);
        return example;
    }

    private static object ExampleOf(Type type, string name) => name switch
    {
        "Provider" or "Organization" => "example-provider",
        "Payer" => "alliance",
        "Program" => "nc-core",
        "Verdict" => "Met",
        "Currency" => "USD",
        _ => Scalars[Plain(type)].Example,
    };
}
