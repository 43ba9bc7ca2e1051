using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ips.Contracts.Events;

namespace Ips.Contracts.Tests;

/// <summary>The wire form of an event record, and example values for it.</summary>
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
    public static IReadOnlyList<PropertyInfo> PropertiesOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .OrderBy(property => property.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0),
    ];

    public static string JsonName(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The name of a type in the baseline; a type without one may not be in an event.</summary>
    public static string TypeName(Type type) => Scalars.TryGetValue(Written(type), out var scalar)
        ? scalar.Name
        : throw new NotSupportedException($"{type.Name} is no type of an event; say how it is written in EventShape, baseline and AsyncAPI first.");

    public static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>An event with an example in every property: the same one every time.</summary>
    public static DomainEvent Example(Type type)
    {
        var example = (DomainEvent)Activator.CreateInstance(type)!;
        foreach (var property in PropertiesOf(type).Where(property => property.CanWrite))
            property.SetValue(example, ExampleOf(property.PropertyType, property.Name));
        return example;
    }

    // An id is written as its UUID.
    private static Type Written(Type type) => ResourceIds.IsResourceId(Plain(type)) ? typeof(Guid) : Plain(type);

    private static object ExampleOf(Type type, string name) => name switch
    {
        "Provider" or "Organization" => "example-provider",
        "Payer" => "alliance",
        "Program" => "nc-core",
        "Verdict" => "Met",
        "Currency" => "USD",
        _ when ResourceIds.IsResourceId(Plain(type)) => Activator.CreateInstance(Plain(type), Scalars[typeof(Guid)].Example)!,
        _ => Scalars[Plain(type)].Example,
    };
}
