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

    /// <summary>The hashes of the identifiers, under every hash key of the ring: exact per system, and of letters and digits only without the system.</summary>
    public IEnumerable<IdentifierHash> Hashes(PersonalDataProtector protector, string provider, TimeProvider clock) => Identifiers.SelectMany(i =>
        protector.Hashes(i.Key, i.Value).Zip(
            protector.Hashes("=value", string.Concat(i.Value.Where(char.IsLetterOrDigit)).ToUpperInvariant()),
            (exact, plain) => new IdentifierHash(Guid.CreateVersion7(clock.GetUtcNow()), provider, i.Key, exact) { ValueHash = plain }));

    /// <summary>Reads the personal data that a caller sends.</summary>
    public static Person Read(RequestValidator fields, string prefix, string givenName, string familyName, string birthDate,
        IReadOnlyList<Proto.Identifier> given, TimeProvider clock)
    {
        fields.Text($"{prefix}given_name", givenName, 100);
        fields.Text($"{prefix}family_name", familyName, 100);
        var birth = fields.Day($"{prefix}birth_date", birthDate);
        fields.Require(birth <= clock.UtcDay(), $"{prefix}birth_date", "lies in the future; send a day up to today");
        fields.Require(given.Count is > 0 and <= 20, $"{prefix}identifiers", "has none or more than 20; send 1 to 20, each system once");
        Dictionary<string, string> identifiers = new(StringComparer.Ordinal);
        foreach (var (i, identifier) in given.Index())
        {
            fields.Require(OrganizationCode.IsCode(identifier.System), $"{prefix}identifiers[{i}].system", "is not a lower-case code such as medicaid-nc");
            fields.Text($"{prefix}identifiers[{i}].value", identifier.Value, 60);
            fields.Require(identifiers.TryAdd(identifier.System, identifier.Value), $"{prefix}identifiers[{i}].system", "stands twice; send each system once");
        }

        return new(givenName, familyName, birth, identifiers);
    }

    private static IEnumerable<string> Words(string name)
    {
        var plain = string.Concat(name.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
        return string.Concat(plain.Select(c => char.IsLetter(c) ? char.ToUpperInvariant(c) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>An identifier's keyed hash; unique per provider and system.</summary>
public sealed record IdentifierHash(Guid Id, string Provider, string System, byte[] Hash)
{
    /// <summary>The person.</summary>
    public IndividualId IndividualId { get; init; }

    /// <summary>Keyed hash of the letters and digits only, for any system: finds the same identifier in another spelling.</summary>
    public byte[]? ValueHash { get; init; }
}
