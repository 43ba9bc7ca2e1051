using System.Text.Json;

namespace Ips.Staffing.StaffMembers;

/// <summary>
/// Names in official documents, birth date and NPIs of a staff member; empty or null where not known. Stored as one encrypted text; by an NPI a person is found by
/// <see cref="StaffMember.NpiKeys"/>.
/// </summary>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="BirthDate">Day of birth.</param>
/// <param name="Npi">The last NPI.</param>
/// <param name="NpiFrom">First day on which it counts; null for every day before a later one.</param>
/// <param name="EarlierNpis">Those that it followed, oldest first; null for none.</param>
public sealed record StaffIdentity(string GivenName = "", string FamilyName = "", DateOnly? BirthDate = null, string Npi = "",
    DateOnly? NpiFrom = null, IReadOnlyList<DatedNpi>? EarlierNpis = null)
{
    private const int NpiDigits = 10;

    // The check digit of an NPI is computed with this prefix in front of the number (45 CFR 162.406; ISO/IEC 7812 issuer of US health identifiers).
    private const string NpiPrefix = "80840";

    /// <summary>Decrypts it.</summary>
    public static StaffIdentity Of(StaffMember member, PersonalDataProtector protector) => Of(member.EncryptedIdentity, protector);

    /// <summary>Decrypts what <see cref="Protect"/> encrypted; empty for null.</summary>
    public static StaffIdentity Of(byte[]? encrypted, PersonalDataProtector protector) =>
        encrypted is null ? new() : JsonSerializer.Deserialize<StaffIdentity>(protector.Unprotect(encrypted))!;

    /// <summary>With the NPI of a correction: one that has a first day follows the present one, any other stands in its place.</summary>
    public StaffIdentity WithNpi(string npi, DateOnly? from) => npi.Length == 0 ? this
        : from is null || Npi.Length == 0 || Npi == npi ? this with { Npi = npi, NpiFrom = from ?? NpiFrom }
        : this with { Npi = npi, NpiFrom = from, EarlierNpis = [.. EarlierNpis ?? [], new(Npi, NpiFrom)] };

    /// <summary>Whether the NPI counts on the day.</summary>
    public bool HasNpi(string npi, DateOnly on) => Npis.LastOrDefault(n => n.From is null || n.From <= on)?.Npi == npi;

    /// <summary>Keyed hashes of all NPIs, under every key of the ring.</summary>
    public List<string> NpiKeys(PersonalDataProtector protector) => [.. Npis.SelectMany(n => NpiKeys(n.Npi, protector)).Distinct(StringComparer.Ordinal)];

    /// <summary>Keyed hashes of one NPI. Half of a hash is far more than enough to find by.</summary>
    public static IEnumerable<string> NpiKeys(string npi, PersonalDataProtector protector) =>
        protector.Hashes("=npi", npi).Select(hash => Convert.ToBase64String(hash.AsSpan(0, 16)));

    private IEnumerable<DatedNpi> Npis => Npi.Length == 0 ? [] : (EarlierNpis ?? []).Append(new(Npi, NpiFrom));

    /// <summary>Encrypts it.</summary>
    public byte[] Protect(PersonalDataProtector protector) => protector.Protect(JsonSerializer.Serialize(this));

    /// <summary>Whether it is 10 digits of which the last is the right check digit.</summary>
    public static bool IsNpi(string npi)
    {
        if (npi.Length != NpiDigits || !npi.All(char.IsAsciiDigit))
            return false;
        var sum = 0;
        foreach (var (i, digit) in (NpiPrefix + npi).Reverse().Index())
        {
            var value = (digit - '0') * (1 + (i % 2));
            sum += value > 9 ? value - 9 : value;
        }

        return sum % 10 == 0;
    }
}

/// <summary>An NPI with the first day on which it counts; null for every day before the next one.</summary>
public sealed record DatedNpi(string Npi, DateOnly? From);
