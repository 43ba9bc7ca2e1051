using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.Policies;

/// <summary>
/// The wire names of an enum of codes: <see cref="JsonStringEnumMemberNameAttribute"/> where given, else the member in snake_case.
/// </summary>
public static class Codes
{
    /// <summary>The code of a member.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Table<T>.Names.TryGetValue(value, out var name)
        ? name
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"no such {typeof(T).Name}");

    /// <summary>The code of a member that may be absent, for reasons.</summary>
    public static string Code<T>(this T? value) where T : struct, Enum => value is { } known ? Of(known) : "not known";

    /// <summary>The member with that code, or <see langword="null"/>.</summary>
    public static T? Parse<T>(string code) where T : struct, Enum => Table<T>.Values.TryGetValue(code, out var value) ? value : null;

    /// <summary>All codes in the order of the members.</summary>
    public static IReadOnlyCollection<string> All<T>() where T : struct, Enum => Table<T>.Names.Values;

    private static class Table<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Names = Enum.GetValues<T>().ToDictionary(v => v, NameOf);
        public static readonly Dictionary<string, T> Values = Names.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

        private static string NameOf(T value)
        {
            var member = value.ToString();
            return typeof(T).GetField(member)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
                ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
        }
    }
}
