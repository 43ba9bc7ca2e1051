namespace Ips.Policies.Milestones;

/// <summary>Compares lists of codes in the facts with the lists in the packs.</summary>
internal static class Evidence
{
    /// <summary>Whether everything needed was sent; not known where the list is absent.</summary>
    public static bool? HasAll<T>(IReadOnlyList<T>? sent, IReadOnlyList<string> needed) where T : struct, Enum =>
        sent is null ? null : needed.All(code => sent.Any(s => Codes.Of(s) == code));

    /// <summary>Whether one of the accepted was sent; not known where the list is absent.</summary>
    public static bool? HasAny<T>(IReadOnlyList<T>? sent, IReadOnlyList<string> accepted) where T : struct, Enum =>
        sent is null ? null : sent.Any(s => accepted.Contains(Codes.Of(s), StringComparer.Ordinal));

    /// <summary>What is needed and was not sent.</summary>
    public static IEnumerable<string> Missing<T>(IReadOnlyList<T>? sent, IReadOnlyList<string> needed) where T : struct, Enum =>
        needed.Where(code => sent is null || !sent.Any(s => Codes.Of(s) == code));

    /// <summary>Whether a day lies in a span with both ends known; known to be outside as soon as one end shows it.</summary>
    public static bool? Inside(DateOnly day, DateOnly? from, DateOnly? to) =>
        Ternary.All(from is { } first ? first <= day : null, to is { } last ? day <= last : null);
}
