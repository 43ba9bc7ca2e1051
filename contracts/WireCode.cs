using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf.Reflection;

namespace Ips.Contracts;

/// <summary>
/// The code of an enum value of the contract, as packs, facts and events write it: the proto name without the enum's prefix,
/// <c>EMPLOYMENT_HISTORY_NEVER_EMPLOYED</c> is <c>NEVER_EMPLOYED</c>. One source, so codes cannot drift from the contract.
/// </summary>
public static class WireCode
{
    private static readonly ConcurrentDictionary<Type, (Dictionary<Enum, string> Codes, Dictionary<string, Enum> Values)> Enums = new();

    /// <summary>The code in upper case, as roles and diagnosis classes are written; null for the unspecified value.</summary>
    /// <exception cref="ArgumentException">The number is not a value of the enum.</exception>
    public static string? Upper(Enum value) => Convert.ToInt32(value) == 0 ? null
        : Of(value.GetType()).Codes.TryGetValue(value, out var code) ? code
        : throw new ArgumentException($"{Convert.ToInt32(value)} is not a value of {value.GetType().Name}.", nameof(value));

    /// <summary>The code in lower case, as most facts are written; null for the unspecified value.</summary>
    /// <exception cref="ArgumentException">The number is not a value of the enum.</exception>
    public static string? Lower(Enum value) => Upper(value)?.ToLowerInvariant();

    /// <summary>The value of a code in either case; false when the enum has no such code.</summary>
    public static bool TryRead<TEnum>(string? code, out TEnum value) where TEnum : struct, Enum
    {
        value = default;
        if (code is null || !Of(typeof(TEnum)).Values.TryGetValue(code, out var found))
            return false;
        value = (TEnum)found;
        return true;
    }

    private static (Dictionary<Enum, string> Codes, Dictionary<string, Enum> Values) Of(Type type) => Enums.GetOrAdd(type, static type =>
    {
        var prefix = Prefix(type.Name);
        var codes = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (Value: (Enum)field.GetValue(null)!, field.GetCustomAttribute<OriginalNameAttribute>()?.Name))
            .Where(entry => entry.Name is not null && Convert.ToInt32(entry.Value) != 0)
            .ToDictionary(entry => entry.Value, entry => entry.Name![prefix.Length..]);
        return (codes, codes.ToDictionary(entry => entry.Value, entry => entry.Key, StringComparer.OrdinalIgnoreCase));
    });

    private static string Prefix(string typeName) =>
        string.Concat(typeName.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToUpperInvariant() + "_";
}
