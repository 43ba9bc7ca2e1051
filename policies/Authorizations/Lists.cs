namespace Ips.Policies.Authorizations;

/// <summary>What a list of things sent holds, against the codes that a rule asks for.</summary>
internal static class Lists
{
    /// <summary>Whether all codes are on the list; not known while the list is absent.</summary>
    public static bool? HasAll<T>(IReadOnlyList<T>? list, IReadOnlyList<string> codes) where T : struct, Enum =>
        list is null ? null : codes.All(code => Has(list, code));

    /// <summary>Whether one of the codes is on the list; not known while the list is absent.</summary>
    public static bool? HasAny<T>(IReadOnlyList<T>? list, IReadOnlyList<string> codes) where T : struct, Enum =>
        list is null ? null : codes.Any(code => Has(list, code));

    /// <summary>The codes on the list, for reasons.</summary>
    public static IEnumerable<string> Codes<T>(IReadOnlyList<T>? list) where T : struct, Enum => list?.Select(Policies.Codes.Of) ?? [];

    private static bool Has<T>(IReadOnlyList<T> list, string code) where T : struct, Enum =>
        Policies.Codes.Parse<T>(code) is { } member
            ? list.Contains(member)
            : throw new ArgumentException($"the pack asks for '{code}', which is no {typeof(T).Name}", nameof(code));
}
