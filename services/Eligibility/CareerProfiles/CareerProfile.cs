using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>
/// A person's Career Profile: the vocational assessment on which the service is planned (NC-DEF-006, MO-DEF-001). Versions are added, never changed.
/// </summary>
public sealed class CareerProfile
{
    /// <summary>The id.</summary>
    public required CareerProfileId Id { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>All versions.</summary>
    public List<CareerProfileVersion> Versions { get; init; } = [];
}

/// <summary>One version; its content is encrypted.</summary>
/// <param name="ProfileId">The profile.</param>
/// <param name="Version">1 for the first version.</param>
/// <param name="DatedOn">Day of the version.</param>
/// <param name="Content">The content, encrypted.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
/// <param name="RecordedBy">Code of the organization that wrote it.</param>
public sealed record CareerProfileVersion(
    CareerProfileId ProfileId, int Version, DateOnly DatedOn, byte[] Content, DateTimeOffset RecordedAt, string RecordedBy)
{
    /// <summary>Encrypts the content in the contract's format.</summary>
    public static byte[] Encrypt(PersonalDataProtector protector, Proto.CareerProfileContent content) =>
        protector.Protect(Convert.ToBase64String(content.ToByteArray()));

    /// <summary>The decrypted content.</summary>
    public Proto.CareerProfileContent Decrypt(PersonalDataProtector protector) =>
        Proto.CareerProfileContent.Parser.ParseFrom(Convert.FromBase64String(protector.Unprotect(Content)));
}

/// <summary>The stored profile as the contract shows it.</summary>
internal static class CareerProfilesProtos
{
    public static CareerProfileVersion Latest(this CareerProfile profile) => profile.Versions.MaxBy(v => v.Version)!;

    public static string Etag(this CareerProfile profile) => profile.Latest().Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static Proto.CareerProfile ToProto(this CareerProfile profile, CareerProfileVersion version, PersonalDataProtector protector,
        bool withheld = false) => new()
        {
            Name = profile.Id.Name,
            Etag = profile.Etag(),
            Individual = profile.IndividualId.Name,
            Provider = new OrganizationCode(profile.Provider).Name,
            Version = version.Version,
            DatedOn = version.DatedOn.Day(),
            Content = withheld ? null : version.Decrypt(protector),
            ContentWithheld = withheld,
            CreateTime = version.RecordedAt.ToTimestamp(),
        };
}
