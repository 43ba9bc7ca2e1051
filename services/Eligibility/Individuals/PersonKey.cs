using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>A keyed hash by which a person is found: of a part of a name, of how it sounds, or of the birth date.</summary>
public sealed record PersonKey(Guid Id, string Provider, byte[] Hash)
{
    /// <summary>The person.</summary>
    public IndividualId IndividualId { get; init; }
}

/// <summary>
/// What people and referrals are found by, each as a hash under every key of the ring. A name's part, its sound, a birth date, a phone and an e-mail address
/// are hashed apart, so none is taken for another.
/// </summary>
public static class SearchKeys
{
    /// <summary>Hashes of a part of a name, as <see cref="NameParts"/> writes it.</summary>
    public static IReadOnlyList<byte[]> OfPart(PersonalDataProtector protector, string part) => protector.Hashes("=name-part", part);

    /// <summary>Hashes of how a part sounds.</summary>
    public static IReadOnlyList<byte[]> OfSound(PersonalDataProtector protector, string part) => protector.Hashes("=name-sound", NameParts.Sound(part));

    /// <summary>Hashes of a birth date.</summary>
    public static IReadOnlyList<byte[]> OfBirth(PersonalDataProtector protector, DateOnly birthDate) => protector.Hashes("=birth-date", birthDate.Day());

    /// <summary>Hashes of how the parts of a name sound.</summary>
    public static List<byte[]> Sounds(PersonalDataProtector protector, string name) =>
        [.. NameParts.Of(name).SelectMany(part => OfSound(protector, part))];

    /// <summary>The rows of a person, each once.</summary>
    public static List<PersonKey> Of(Person person, PersonalDataProtector protector, string provider, TimeProvider clock)
    {
        var parts = NameParts.Of(person.GivenName).Concat(NameParts.Of(person.FamilyName)).Distinct(StringComparer.Ordinal).ToList();
        return
        [
            .. parts.SelectMany(part => OfPart(protector, part)).Concat(parts.SelectMany(part => OfSound(protector, part)))
                .Concat(OfBirth(protector, person.BirthDate)).DistinctBy(Text, StringComparer.Ordinal)
                .Select(hash => new PersonKey(Guid.CreateVersion7(clock.GetUtcNow()), provider, hash)),
        ];
    }

    /// <summary>Whether both rows find the same.</summary>
    public static bool Same(PersonKey one, PersonKey other) => one.Hash.AsSpan().SequenceEqual(other.Hash);

    /// <summary>A phone number in its normal form, as texts for a column that holds several.</summary>
    public static List<string> OfPhone(PersonalDataProtector protector, string normalForm) => Texts(protector.Hashes("=phone", normalForm));

    /// <summary>An e-mail address in its normal form, as texts for a column that holds several.</summary>
    public static List<string> OfEmail(PersonalDataProtector protector, string normalForm) => Texts(protector.Hashes("=email", normalForm));

    /// <summary>Hashes as texts for a column that holds several.</summary>
    public static List<string> Texts(IEnumerable<byte[]> hashes) => [.. hashes.Select(Text)];

    // Half of a hash is far more than enough to find by.
    private static string Text(byte[] hash) => Convert.ToBase64String(hash.AsSpan(0, 16));
}
