namespace Ips.Policies;

/// <summary>Compares a list of codes with the codes that a rule of the pack requires. An absent list is not known.</summary>
internal static class Lists
{
    /// <summary>Whether all codes are on the list.</summary>
    public static bool? HasAll<T>(IReadOnlyList<T>? list, IReadOnlyList<string> codes) where T : struct, Enum =>
        list is null ? null : codes.All(code => Has(list, code));

    /// <summary>Whether one of the codes is on the list.</summary>
    public static bool? HasAny<T>(IReadOnlyList<T>? list, IReadOnlyList<string> codes) where T : struct, Enum =>
        list is null ? null : codes.Any(code => Has(list, code));

    /// <summary>The codes on the list, for reasons.</summary>
    public static IEnumerable<string> Of<T>(IReadOnlyList<T>? list) where T : struct, Enum => list?.Select(Codes.Of) ?? [];

    /// <summary>Whether the pack lists the code.</summary>
    public static bool Names<T>(IReadOnlyList<string> codes, T code) where T : struct, Enum => codes.Contains(Codes.Of(code), StringComparer.Ordinal);

    private static bool Has<T>(IReadOnlyList<T> list, string code) where T : struct, Enum =>
        Codes.Parse<T>(code) is { } member
            ? list.Contains(member)
            : throw new ArgumentException($"the pack requires '{code}', which is not a {typeof(T).Name}", nameof(code));
}
