using System.Globalization;
using System.Text;
using System.Text.Json;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>The personal data that is encrypted.</summary>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="BirthDate">Day of birth.</param>
/// <param name="Identifiers">Identifiers by system.</param>
public sealed record Person(string GivenName, string FamilyName, DateOnly BirthDate, IReadOnlyDictionary<string, string> Identifiers)
{
    /// <summary>Encrypts it for the column.</summary>
    public byte[] Encrypt(PersonalDataProtector protector) => protector.Protect(JsonSerializer.Serialize(this));

    /// <summary>Decrypts the column.</summary>
    public static Person Decrypt(PersonalDataProtector protector, Individual individual) => Decrypt(protector, individual.PersonalData);

    /// <summary>Decrypts an encrypted value: the current one or one from before a correction.</summary>
    public static Person Decrypt(PersonalDataProtector protector, byte[] column) => JsonSerializer.Deserialize<Person>(protector.Unprotect(column))!;

    /// <summary>Keyed hash that finds probable duplicates: the words of both names in any order, without case and accents, and the birth date.</summary>
    public static byte[] Key(PersonalDataProtector protector, string givenName, string familyName, DateOnly birthDate) =>
        protector.Hash("=person", string.Join(' ', Words($"{givenName} {familyName}").Order(StringComparer.Ordinal)) + birthDate.Day());

    /// <inheritdoc cref="Key(PersonalDataProtector, string, string, DateOnly)"/>
    public byte[] Key(PersonalDataProtector protector) => Key(protector, GivenName, FamilyName, BirthDate);

    /// <summary>
    /// Keyed hash by which the names are found as people type them: each name without case, accents, apostrophes, hyphens and blanks, in any order, and the
    /// birth date.
    /// </summary>
    public static byte[] SpellingKey(PersonalDataProtector protector, string givenName, string familyName, DateOnly birthDate) =>
        protector.Hash("=spelling", string.Join(' ', new[] { Letters(givenName), Letters(familyName) }.Order(StringComparer.Ordinal)) + birthDate.Day());

    /// <inheritdoc cref="SpellingKey(PersonalDataProtector, string, string, DateOnly)"/>
    public byte[] SpellingKey(PersonalDataProtector protector) => SpellingKey(protector, GivenName, FamilyName, BirthDate);

    /// <summary>
    /// Whether a document that writes this name means the person: the family name first or last, and beside it the first of the given names, without case,
    /// accents and signs.
    /// </summary>
    public bool IsNamed(string written)
    {
        var (letters, family, given) = (Letters(written), Letters(FamilyName), Letters(GivenName.Trim().Split(' ')[0]));
        return (letters.EndsWith(family, StringComparison.Ordinal) && letters[..^family.Length].StartsWith(given, StringComparison.Ordinal))
            || (letters.StartsWith(family, StringComparison.Ordinal) && letters[family.Length..].StartsWith(given, StringComparison.Ordinal));
    }

    /// <summary>
    /// The hashes of the identifiers, under every hash key of the ring: in the normal form of the system, and of letters and digits only without the system.
    /// </summary>
    public IEnumerable<IdentifierHash> Hashes(PersonalDataProtector protector, string provider, TimeProvider clock) =>
        Identifiers.SelectMany(i => Hashes(protector, provider, i.Key, NormalForm(i.Key, i.Value), clock));

    /// <summary>
    /// The hashes of identifiers as they were typed: records from before the normal form have them until <c>rotate-keys</c> ran.
    /// </summary>
    public IEnumerable<IdentifierHash> TypedHashes(PersonalDataProtector protector, string provider, TimeProvider clock) =>
        Identifiers.Where(i => NormalForm(i.Key, i.Value) != i.Value).SelectMany(i => Hashes(protector, provider, i.Key, i.Value, clock));

    /// <summary>
    /// The one form of an identifier: without blanks. A Medicaid number has no meaning in case, hyphens or dots, so it is compared by its letters and digits in
    /// upper case; of other systems we do not know that, and case and signs count.
    /// </summary>
    public static string NormalForm(string system, string value) => system.StartsWith("medicaid-", StringComparison.Ordinal)
        ? Plain(value) : string.Concat(value.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Reads the personal data that a caller sends.</summary>
    public static Person Read(RequestValidator fields, string prefix, string givenName, string familyName, string birthDate,
        IReadOnlyList<Proto.Identifier> given)
    {
        var names = (Given: fields.Text($"{prefix}given_name", givenName, 100), Family: fields.Text($"{prefix}family_name", familyName, 100));
        var birth = fields.Day($"{prefix}birth_date", birthDate);
        fields.Require(given.Count is > 0 and <= 20, $"{prefix}identifiers", "has none or more than 20; send 1 to 20, each system once");
        return new(names.Given, names.Family, birth, ReadIdentifiers(fields, prefix, given));
    }

    /// <summary>Reads identifiers by system.</summary>
    internal static Dictionary<string, string> ReadIdentifiers(RequestValidator fields, string prefix, IReadOnlyList<Proto.Identifier> given)
    {
        Dictionary<string, string> identifiers = new(StringComparer.Ordinal);
        foreach (var (i, identifier) in given.Index())
        {
            fields.Require(OrganizationCode.IsCode(identifier.System), $"{prefix}identifiers[{i}].system", "is not a lower-case code such as medicaid-nc");
            var value = fields.Text($"{prefix}identifiers[{i}].value", identifier.Value, 60);
            fields.Require(value.Length == 0 || NormalForm(identifier.System, value).Length > 0, $"{prefix}identifiers[{i}].value", "has no letter or digit");
            fields.Require(identifiers.TryAdd(identifier.System, value), $"{prefix}identifiers[{i}].system", "stands twice; send each system once");
        }

        return identifiers;
    }

    private static IEnumerable<IdentifierHash> Hashes(PersonalDataProtector protector, string provider, string system, string value, TimeProvider clock) =>
        protector.Hashes(system, value).Zip(
            ValueHashes(protector, Plain(value)),
            (exact, plain) => new IdentifierHash(Guid.CreateVersion7(clock.GetUtcNow()), provider, system, exact) { ValueHash = plain });

    /// <summary>The form of an identifier in which it is the same in any system: its letters and digits in upper case.</summary>
    internal static string ValueForm(string value) => Plain(value);

    /// <summary>The hashes of an identifier of any system, under every hash key of the ring.</summary>
    /// <param name="protector">Has the keys.</param>
    /// <param name="valueForm">As <see cref="ValueForm"/> writes it.</param>
    internal static IReadOnlyList<byte[]> ValueHashes(PersonalDataProtector protector, string valueForm) => protector.Hashes("=value", valueForm);

    private static string Plain(string value) => string.Concat(value.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string Letters(string name) => Plain(WithoutAccents(name));

    private static IEnumerable<string> Words(string name) => string.Concat(WithoutAccents(name).Select(c => char.IsLetter(c) ? char.ToUpperInvariant(c) : ' '))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string WithoutAccents(string name) =>
        string.Concat(name.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
}

/// <summary>An identifier's keyed hash; unique per provider and system.</summary>
public sealed record IdentifierHash(Guid Id, string Provider, string System, byte[] Hash)
{
    /// <summary>The person.</summary>
    public IndividualId IndividualId { get; init; }

    /// <summary>Keyed hash of the letters and digits only, for any system: finds the same identifier in another spelling.</summary>
    public byte[]? ValueHash { get; init; }
}
