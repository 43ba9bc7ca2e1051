using System.Text.Json;

namespace Ips.Staffing.StaffMembers;

/// <summary>Names in official documents, birth date and NPI of a staff member; empty or null where not known. Stored as one encrypted text.</summary>
public sealed record StaffIdentity(string GivenName = "", string FamilyName = "", DateOnly? BirthDate = null, string Npi = "")
{
    private const int NpiDigits = 10;

    // The check digit of an NPI is computed with this prefix in front of the number (45 CFR 162.406; ISO/IEC 7812 issuer of US health identifiers).
    private const string NpiPrefix = "80840";

    /// <summary>Decrypts it.</summary>
    public static StaffIdentity Of(StaffMember member, PersonalDataProtector protector) => Of(member.EncryptedIdentity, protector);

    /// <summary>Decrypts what <see cref="Protect"/> encrypted; empty for null.</summary>
    public static StaffIdentity Of(byte[]? encrypted, PersonalDataProtector protector) =>
        encrypted is null ? new() : JsonSerializer.Deserialize<StaffIdentity>(protector.Unprotect(encrypted))!;

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
