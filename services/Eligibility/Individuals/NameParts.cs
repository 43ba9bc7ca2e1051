using System.Globalization;
using System.Text;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// The parts of names by which people are found, and how a part sounds. A part has no case, accents, apostrophes or hyphens. Both forms are stored as keyed
/// hashes only.
/// </summary>
public static class NameParts
{
    /// <summary>Letters that Unicode does not take apart into a letter and a mark.</summary>
    private static readonly Dictionary<char, string> Whole = new()
    {
        ['Ø'] = "O",
        ['Ł'] = "L",
        ['Đ'] = "D",
        ['Ð'] = "D",
        ['Þ'] = "TH",
        ['Æ'] = "AE",
        ['Œ'] = "OE",
        ['ß'] = "SS",
        ['ẞ'] = "SS",
        ['İ'] = "I",
        ['ı'] = "I",
    };

    /// <summary>Words in front of a family name that many records leave out or write together with it.</summary>
    private static readonly HashSet<string> Particles = new(StringComparer.Ordinal)
    {
        "AL", "BIN", "DA", "DAS", "DE", "DEL", "DELA", "DEN", "DER", "DI", "DOS", "DU", "EL", "LA", "LAS", "LE", "LOS", "MAC", "MC", "O", "SAN", "ST", "TER",
        "VAN", "VON",
    };

    /// <summary>
    /// Every part by which a name is found: each word, each piece of a word with a hyphen or an apostrophe, and the whole written together. A single letter is
    /// no part, unless it is the whole name.
    /// </summary>
    public static IReadOnlyList<string> Of(string name)
    {
        var words = Words(name);
        HashSet<string> parts = new(StringComparer.Ordinal);
        foreach (var pieces in words)
        {
            parts.UnionWith(pieces.SelectMany(piece => piece.Split(Apostrophe)));
            parts.UnionWith(pieces.Select(Joined));
            parts.Add(Joined(string.Concat(pieces)));
        }

        parts.Add(Joined(string.Concat(words.SelectMany(pieces => pieces))));
        if (parts.Any(part => part.Length > 1))
            parts.RemoveWhere(part => part.Length < 2);
        parts.Remove("");
        return [.. parts.Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// What a search has to find, one entry for each word and each piece of one: the forms of which any is sufficient. A particle belongs to the word after it,
    /// which is also sufficient alone.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Sought(string name)
    {
        List<IReadOnlyList<string>> sought = [];
        var before = "";
        foreach (var pieces in Words(name))
        {
            var word = Joined(string.Concat(pieces));
            if (Particles.Contains(word))
            {
                before += word;
                continue;
            }

            foreach (var piece in pieces.Select(Joined))
            {
                List<string> forms = [before + piece, piece, word];
                forms.RemoveAll(form => form.Length < 2);
                if (forms.Count > 0)
                    sought.Add([.. forms.Distinct(StringComparer.Ordinal)]);
                before = "";
            }
        }

        // A particle alone, or a name of one letter, is all there is to look for.
        if (sought.Count == 0 && Joined(string.Concat(Words(name).SelectMany(pieces => pieces))) is { Length: > 0 } only)
            sought.Add([only]);
        return sought;
    }

    /// <summary>
    /// How a part sounds to an English ear: its consonants in classes, without repetition. Kathryn and Catherine are KTRN, Smith and Smyth are SNT. A part with
    /// letters other than A to Z sounds as it is written.
    /// </summary>
    public static string Sound(string part)
    {
        if (part.Length == 0 || !part.All(char.IsAsciiLetterUpper))
            return part;
        StringBuilder sound = new();
        var last = '\0';
        for (var i = 0; i < part.Length;)
        {
            var (code, length) = CodeAt(part, i);
            // A vowel between two equal consonants keeps both: Bob is BB.
            if (code == 'A' ? i == 0 : code != '\0' && code != last)
                sound.Append(code);
            if (code != '\0' || length > 1)
                last = code;
            i += length;
        }

        return sound.ToString();
    }

    // 'A' is any vowel, and nothing a letter that is not heard.
    private static (char Code, int Length) CodeAt(string part, int i)
    {
        var rest = part.AsSpan(i);
        foreach (var (letters, code, firstOnly) in Groups)
        {
            if (rest.StartsWith(letters) && (!firstOnly || i == 0))
                return (code, letters.Length);
        }

        var soft = rest.Length > 1 && rest[1] is 'E' or 'I' or 'Y';
        return (rest[0] switch
        {
            'A' or 'E' or 'I' or 'O' or 'U' or 'Y' => 'A',
            'H' or 'W' => i == 0 ? rest[0] : '\0',
            'C' when rest.Length > 1 && rest[1] is 'E' or 'I' or 'Y' => 'S',
            'C' or 'K' or 'Q' => 'K',
            'G' when soft => 'J',
            'D' or 'T' => 'T',
            'M' or 'N' => 'N',
            'S' or 'Z' or 'X' => 'S',
            'F' or 'V' => 'F',
            var letter => letter,
        }, 1);
    }

    private static readonly (string Letters, char Code, bool FirstOnly)[] Groups =
    [
        ("SCH", 'S', false), ("SH", 'S', false), ("CH", 'K', false), ("PH", 'F', false), ("TH", 'T', false), ("CK", 'K', false),
        ("KN", 'N', true), ("GN", 'N', true), ("PS", 'S', true), ("WR", 'R', true), ("GH", 'K', true), ("GH", '\0', false),
    ];

    // Not a letter; it stands for every sign inside a word but a hyphen.
    private const char Apostrophe = '\'';

    private static string Joined(string piece) => piece.Replace(Apostrophe.ToString(), "", StringComparison.Ordinal);

    // The words of a name, each in the pieces between its hyphens.
    private static List<IReadOnlyList<string>> Words(string name) =>
    [
        .. name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => (IReadOnlyList<string>)Folded(word)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(pieces => pieces.Any(piece => Joined(piece).Length > 0)),
    ];

    private static string Folded(string word)
    {
        StringBuilder letters = new();
        foreach (var c in word.ToUpperInvariant().Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue;
            letters.Append(Whole.GetValueOrDefault(c) ?? (char.IsLetter(c) ? c.ToString()
                : CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.DashPunctuation ? " " : Apostrophe.ToString()));
        }

        return letters.ToString();
    }
}
