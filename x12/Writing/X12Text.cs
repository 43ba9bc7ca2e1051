using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ips.X12;

/// <summary>The characters that a partner takes.</summary>
public enum CharacterSet
{
    /// <summary>Capital letters, digits, blank and <c>! " &amp; ' ( ) * + , - . / : ; ? =</c>.</summary>
    Basic,

    /// <summary>Also small letters and <c>% @ [ ] _ { } \ | &lt; &gt; # $ ~</c>.</summary>
    Extended,
}

/// <summary>Turns texts into characters that a file may hold, or refuses them. A separator never gets into data.</summary>
/// <remarks>
/// Words (names, addresses, notes) become capital letters: letters with marks lose them, others follow the dated table in <c>Codes/transliteration.json</c>, what structures the
/// file becomes a blank, invisible characters go. Letters without a Latin form are refused: someone has to enter one. Codes and numbers are never changed, only taken or refused.
/// </remarks>
public sealed class X12Text(Separators separators, CharacterSet set)
{
    private const string BasicOthers = " !\"&'()*+,-./:;?=";
    private const string ExtendedOthers = "%@[]_{}\\|<>#$~";
    private static readonly Lazy<(DateOnly Dated, Dictionary<char, string> Map)> Table = new(ReadTable);

    /// <summary>The date of the transliteration table.</summary>
    public static DateOnly TableDated => Table.Value.Dated;

    /// <summary>Words for a file; null and a reason when they are refused.</summary>
    public string? Words(string text, out string? refusal)
    {
        StringBuilder result = new(text.Length);
        refusal = null;
        foreach (var rune in text.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (Letters(rune) is not { } letters)
            {
                refusal = "a character without a Latin form";
                return null;
            }

            foreach (var letter in letters)
                result.Append(IsAllowed(letter) ? letter : ' ');
        }

        var words = string.Join(' ', result.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (words.Length > 0 || text.Length == 0)
            return words;
        refusal = "no character that the file can hold";
        return null;
    }

    /// <summary>Null when a code or number can be written as it is, otherwise the reason.</summary>
    public string? Refuse(string code)
    {
        foreach (var c in code)
        {
            if (c < 128 && separators.Contains((byte)c))
                return "a character that structures the file";
            if (!IsAllowed(c))
                return set == CharacterSet.Basic ? "a character outside the basic character set" : "a character outside the extended character set";
        }

        return code.Length > 0 && (code[0] == ' ' || code[^1] == ' ') ? "a blank at the beginning or end" : null;
    }

    private bool IsAllowed(char c) =>
        c < 128 && !separators.Contains((byte)c)
        && (char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || BasicOthers.Contains(c, StringComparison.Ordinal)
            || (set == CharacterSet.Extended && (char.IsAsciiLetterLower(c) || ExtendedOthers.Contains(c, StringComparison.Ordinal))));

    /// <summary>Capital ASCII characters for one character; empty for an invisible one; null when there are none.</summary>
    private static string? Letters(Rune rune)
    {
        if (rune.IsAscii)
            return Rune.IsControl(rune) ? " " : char.ToUpperInvariant((char)rune.Value).ToString();
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.NonSpacingMark)
            return "";
        var upper = Rune.ToUpperInvariant(rune);
        if (upper.Value <= char.MaxValue && (Table.Value.Map.TryGetValue((char)upper.Value, out var written)
            || (rune.Value <= char.MaxValue && Table.Value.Map.TryGetValue((char)rune.Value, out written))))
            return written;
        var plain = upper.ToString().Normalize(NormalizationForm.FormD).Where(c =>
            CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).ToArray();
        return plain.Length > 0 && plain.All(char.IsAscii) ? new string(plain).ToUpperInvariant() : null;
    }

    private static (DateOnly Dated, Dictionary<char, string> Map) ReadTable()
    {
        using var stream = typeof(X12Text).Assembly.GetManifestResourceStream("codes/transliteration")!;
        using var document = JsonDocument.Parse(stream);
        return (DateOnly.ParseExact(document.RootElement.GetProperty("dated").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            document.RootElement.GetProperty("map").EnumerateObject().ToDictionary(p => p.Name[0], p => p.Value.GetString()!));
    }
}
