using System.Text;
using System.Text.RegularExpressions;
using Case = Ips.Contracts.Eligibility.V1.ContactContent.ContentOneofCase;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Reads contacts that a caller sends, collects all errors, and knows the normal forms by which they are found.</summary>
internal static partial class ContactReading
{
    private const int LongestAddress = 254;

    /// <summary>The content in the spelling that is stored.</summary>
    public static Proto.ContactContent Read(RequestValidator fields, string at, Proto.ContactContent? given)
    {
        var read = given?.Clone() ?? new();
        switch (read.ContentCase)
        {
            case Case.Phone: Read(fields, $"{at}.phone", read.Phone); break;
            case Case.Address: Read(fields, $"{at}.address", read.Address); break;
            case Case.Email: Read(fields, $"{at}.email", read.Email); break;
            case Case.Language:
                fields.Require(Tag().IsMatch(read.Language.Language), $"{at}.language.language", "is not a language tag such as es or zh-Hant");
                break;
            case Case.Wishes: Read(fields, $"{at}.wishes", read.Wishes); break;
            case Case.RelatedPerson: Read(fields, $"{at}.related_person", read.RelatedPerson); break;
            default:
                fields.Wrong(at, "is missing; send one of phone, address, email, language, wishes, related_person");
                break;
        }

        return read;
    }

    /// <summary>
    /// A phone number as <c>+</c> and digits; ten digits, and eleven that start with 1, are of the North American plan. Null when it is no phone number.
    /// </summary>
    public static string? NormalPhone(string typed)
    {
        var text = typed.Trim();
        if (text.Any(c => !char.IsAsciiDigit(c) && !char.IsWhiteSpace(c) && !"()-./+‐‑–".Contains(c, StringComparison.Ordinal))
            || text.LastIndexOf('+') > 0)
            return null;
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return (text.StartsWith('+'), digits.Length) switch
        {
            (true, >= 8 and <= 15) => "+" + digits,
            (false, 10) => "+1" + digits,
            (false, 11) when digits[0] == '1' => "+" + digits,
            _ => null,
        };
    }

    /// <summary>An e-mail address without blanks around it and in lower case; null when it is none.</summary>
    public static string? NormalEmail(string typed)
    {
        var text = typed.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        return text.Length <= LongestAddress && Mail().IsMatch(text) ? text : null;
    }

    private static void Read(RequestValidator fields, string at, Proto.PhoneNumber phone)
    {
        phone.Number = fields.Text($"{at}.number", phone.Number, 40);
        fields.Require(phone.Number.Length == 0 || NormalPhone(phone.Number) is not null, $"{at}.number",
            "is not ten digits, nor + with a country and 8 to 15 digits in all");
        fields.Require(Enum.IsDefined(phone.Kind), $"{at}.kind", "is not a value of the contract");
    }

    private static void Read(RequestValidator fields, string at, Proto.PostalAddress address)
    {
        fields.Require(address.Lines.Count is >= 1 and <= 3, $"{at}.lines", "has none or more than 3; send 1 to 3");
        for (var i = 0; i < address.Lines.Count; i++)
            address.Lines[i] = fields.Text($"{at}.lines[{i}]", address.Lines[i], 100);
        address.City = fields.Text($"{at}.city", address.City, 100);
        fields.Require(address.State.Length == 2 && address.State.All(char.IsAsciiLetterUpper), $"{at}.state", "is not two capital letters such as NC");
        fields.Require(Zip().IsMatch(address.PostalCode), $"{at}.postal_code", "is not a ZIP code such as 27601 or 27601-1234");
    }

    private static void Read(RequestValidator fields, string at, Proto.EmailAddress email)
    {
        email.Address = fields.Text($"{at}.address", email.Address, LongestAddress);
        fields.Require(email.Address.Length == 0 || NormalEmail(email.Address) is not null, $"{at}.address", "is not an e-mail address");
    }

    private static void Read(RequestValidator fields, string at, Proto.ContactWishes wishes)
    {
        fields.Require(Enum.IsDefined(wishes.Channel), $"{at}.channel", "is not a value of the contract");
        wishes.Hours = Optional(fields, $"{at}.hours", wishes.Hours, 200);
        wishes.Note = Optional(fields, $"{at}.note", wishes.Note, 500);
    }

    private static void Read(RequestValidator fields, string at, Proto.RelatedPerson person)
    {
        fields.Choice($"{at}.role", person.Role);
        person.GivenName = fields.Text($"{at}.given_name", person.GivenName, 100);
        person.FamilyName = fields.Text($"{at}.family_name", person.FamilyName, 100);
        person.Relation = Optional(fields, $"{at}.relation", person.Relation, 100);
        if (person.Phone is { } phone)
            Read(fields, $"{at}.phone", phone);
        if (person.Email is { } email)
            Read(fields, $"{at}.email", email);
    }

    /// <summary>A text that may be left out.</summary>
    public static string Optional(RequestValidator fields, string field, string value, int longest) =>
        value.Length == 0 ? "" : fields.Text(field, value, longest);

    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z", Plain, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A[0-9]{5}(-[0-9]{4})?\z", Plain, 1000)]
    private static partial Regex Zip();

    [GeneratedRegex(@"\A[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\z", Plain, 1000)]
    private static partial Regex Mail();
}
