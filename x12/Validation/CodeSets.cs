using System.Text.Json;

namespace Ips.X12;

/// <summary>Code sets that others publish, by the names that the grammar uses.</summary>
/// <remarks><c>Codes/codes.json</c> holds the values that were public when it was made. Where publishers add codes three times a year, an unknown code is a remark and not an error.</remarks>
public static class CodeSets
{
    private static readonly Lazy<Dictionary<string, HashSet<string>>> Sets = new(Read);
    private static readonly HashSet<string> Growing = ["adjustment_reason", "remark_code", "claim_status", "claim_status_cat", "service_type"];

    /// <summary>The names of the sets.</summary>
    public static IReadOnlyCollection<string> Names => Sets.Value.Keys;

    /// <summary>Whether a set has a code. The taxonomy is known by its form only: ten letters or digits, of which the last is X.</summary>
    public static bool Contains(string set, string code) => set == "taxonomy" ? IsTaxonomy(code) : !Sets.Value.TryGetValue(set, out var codes)
        || codes.Contains(code);

    internal static bool Contains(string set, ReadOnlySpan<byte> code)
    {
        if (code.Length > 16 || set == "taxonomy")
            return Contains(set, Segment.Decode(code));
        Span<char> text = stackalloc char[16];
        return !Sets.Value.TryGetValue(set, out var codes)
            || codes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..System.Text.Encoding.Latin1.GetChars(code, text)]);
    }

    /// <summary>Whether publishers add to the set between our versions of it.</summary>
    public static bool IsGrowing(string set) => Growing.Contains(set);

    /// <summary>Whether a text has the form of a provider taxonomy code.</summary>
    public static bool IsTaxonomy(string code) => code.Length == 10 && code[9] == 'X' && code.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));

    /// <summary>Whether a text has the form of an ICD-10-CM code without its decimal point.</summary>
    public static bool IsDiagnosis(string code) =>
        code.Length is >= 3 and <= 7 && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiDigit(code[1])
            && code.Skip(2).All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));

    /// <summary>Whether a text has the form of an HCPCS or CPT code, or of a state's own code of five characters.</summary>
    public static bool IsProcedure(string code) => code.Length == 5 && code.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));

    /// <summary>Whether a text is an NPI: ten digits with a correct check digit (Luhn with the prefix 80840).</summary>
    public static bool IsNpi(string npi)
    {
        if (npi.Length != 10 || !npi.All(char.IsAsciiDigit))
            return false;
        // 24 is what the prefix 80840 adds.
        var sum = 24;
        for (var i = 0; i < 10; i++)
        {
            var digit = npi[i] - '0';
            if (i % 2 == 0)
                digit = digit < 5 ? digit * 2 : digit * 2 - 9;
            sum += digit;
        }

        return sum % 10 == 0;
    }

    private static Dictionary<string, HashSet<string>> Read()
    {
        using var stream = typeof(CodeSets).Assembly.GetManifestResourceStream("codes/codes")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.GetProperty("sets").EnumerateObject().ToDictionary(s => s.Name, s =>
            s.Value.GetString()!.Split(' ').ToHashSet(StringComparer.Ordinal));
    }
}
