using System.Globalization;
using System.Text;
using Ips.Contracts;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Ips.Platform.Rpc;

/// <summary>
/// Reads the fields of a request and collects every error, so that a caller fixes all at once.
/// Texts name the field and the form that is accepted, and show a value only where it cannot be about a person.
/// </summary>
public sealed class RequestValidator
{
    // Vietnamese writes two on a letter, pointed Hebrew three.
    private const int MostMarks = 4;

    private readonly List<Problem.Invalid> _wrong = [];

    /// <summary>Everything that is wrong, or null.</summary>
    public Problem? Problem => Problem.Invalid.From(_wrong);

    /// <summary>A required resource name, such as <c>milestones/{uuid}</c>.</summary>
    public TId Id<TId>(string field, string? value) where TId : struct, IResourceName<TId>
    {
        if (TId.TryParse(value, out var id))
            return id;
        Wrong(field, string.IsNullOrEmpty(value) ? $"is missing; send {TId.Form}" : $"is not of the form {TId.Form}");
        return default;
    }

    /// <summary>A resource name that may be left out.</summary>
    public TId? OptionalId<TId>(string field, string? value) where TId : struct, IResourceName<TId> =>
        string.IsNullOrEmpty(value) ? null : Id<TId>(field, value);

    /// <summary>The code of a required organization, <c>organizations/{code}</c>.</summary>
    public string Organization(string field, string? value) => Id<OrganizationCode>(field, value).Value ?? "";

    /// <summary>A required day, YYYY-MM-DD, 1900 to 2200.</summary>
    public DateOnly Day(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Wrong(field, "is missing; send a day YYYY-MM-DD");
            return default;
        }

        return OptionalDay(field, value) ?? default;
    }

    /// <summary>A day that may be left out, YYYY-MM-DD, 1900 to 2200.</summary>
    public DateOnly? OptionalDay(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 2200)
            return day;
        Wrong(field, "is not a day YYYY-MM-DD from 1900 to 2200");
        return null;
    }

    /// <summary>An instant that may be left out and does not lie after <paramref name="now"/>.</summary>
    public DateTimeOffset? OptionalInstant(string field, Timestamp? value, DateTimeOffset now)
    {
        if (value is null)
            return null;
        if (value.Seconds >= 0 && value.Seconds <= now.ToUnixTimeSeconds() && value.Nanos is >= 0 and < 1_000_000_000)
            return value.ToDateTimeOffset();
        Wrong(field, "is not an instant from 1970 up to now");
        return null;
    }

    /// <summary>
    /// A required text of one line and limited length, in the spelling that is stored: NFC, no blanks around it, one blank between words. Characters that
    /// change what a reader sees without being seen (zero-width, writing direction, piles of accents) are refused.
    /// </summary>
    public string Text(string field, string? value, int longest)
    {
        if (string.IsNullOrWhiteSpace(value))
            Wrong(field, $"is missing; send 1 to {longest} characters");
        else if (value.Length > longest)
            Wrong(field, $"has {value.Length} characters; send at most {longest}");
        else if (value.Any(char.IsControl))
            Wrong(field, "holds control characters; send printable text");
        else if (value.EnumerateRunes().Any(IsHidden))
            Wrong(field, "holds invisible characters (zero-width or of writing direction); send printable text");
        else if (HasPiledMarks(value))
            Wrong(field, $"has more than {MostMarks} accents on one letter");
        else
            return string.Join(' ', value.Normalize(NormalizationForm.FormC).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return value ?? "";
    }

    /// <summary>A required enum value that is not the unspecified one.</summary>
    public TEnum Choice<TEnum>(string field, TEnum value) where TEnum : struct, Enum
    {
        if (Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0)
            Wrong(field, "is missing; send one of " + Choices<TEnum>());
        else if (!Enum.IsDefined(value))
            Wrong(field, "is not a value of the contract; send one of " + Choices<TEnum>());
        return value;
    }

    /// <summary>Enum values of which none is the unspecified one.</summary>
    public IReadOnlyList<TEnum> Choices<TEnum>(string field, IReadOnlyList<TEnum> values) where TEnum : struct, Enum
    {
        for (var i = 0; i < values.Count; i++)
            Choice($"{field}[{i}]", values[i]);
        return values;
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Number(string field, int value, int least, int most)
    {
        if (value < least || value > most)
            Wrong(field, string.Create(CultureInfo.InvariantCulture, $"is {value}; send {least} to {most}"));
        return value;
    }

    /// <summary>Checks a condition of several fields.</summary>
    public void Require(bool holds, string field, string why)
    {
        if (!holds)
            Wrong(field, why);
    }

    /// <summary>Checks that a day that reports the past is not after today. An absent day is not.</summary>
    /// <param name="field">The field.</param>
    /// <param name="day">Its day.</param>
    /// <param name="today">Today in the time zone of the program.</param>
    public void UpTo(string field, DateOnly? day, DateOnly today) => Require(!(day > today), field, Problem.Invalid.Ahead);

    /// <summary>Records a problem of a field.</summary>
    public void Wrong(string field, string why) => _wrong.Add(new(field, why));

    // Joiners belong to the spelling of Persian and Indic names.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200c or 0x200d);

    private static bool HasPiledMarks(string value)
    {
        var run = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            run = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? run + 1 : 0;
            if (run > MostMarks)
                return true;
        }

        return false;
    }

    private static string Choices<TEnum>() where TEnum : struct, Enum =>
        string.Join(", ", Enum.GetValues<TEnum>().Select(v => WireCode.Upper(v)).Where(c => c is not null));
}
