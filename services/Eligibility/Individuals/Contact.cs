using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Case = Ips.Contracts.Eligibility.V1.ContactContent.ContentOneofCase;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>What a contact is.</summary>
public enum ContactKind
{
    /// <summary>A phone.</summary>
    Phone,

    /// <summary>A postal address.</summary>
    Address,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>The preferred language.</summary>
    Language,

    /// <summary>When and how the person wants to be reached.</summary>
    Wishes,

    /// <summary>A guardian, a payee or an emergency contact.</summary>
    RelatedPerson,
}

/// <summary>
/// A version of how a person is reached; both ends included, a missing end is open. Versions are never overwritten: a correction is the next version and
/// supersedes the previous one.
/// </summary>
public sealed record Contact
{
    /// <summary>The same for every version of the contact.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 for the contact as first recorded.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider agency that serves the person.</summary>
    public required string Provider { get; init; }

    /// <summary>What it is.</summary>
    public required ContactKind Kind { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it has no end.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>The content, encrypted.</summary>
    public required byte[] Content { get; init; }

    /// <summary>Keyed hashes of the normal form of a phone number or an e-mail address; empty for the other kinds.</summary>
    public List<string> Keys { get; init; } = [];

    /// <summary>When this version was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Code of the organization that recorded this version.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was corrected or retracted, UTC. Null while it is current.</summary>
    public DateTimeOffset? SupersededAt { get; private set; }

    /// <summary>Code of the organization that corrected or retracted it.</summary>
    public string? SupersededBy { get; private set; }

    /// <summary>Code of the reason of the correction or retraction.</summary>
    public string? SupersededReason { get; private set; }

    /// <summary>The reason as free text, encrypted.</summary>
    public byte[]? SupersededNote { get; private set; }

    /// <summary>Ends this version. The replacement, if any, is recorded separately.</summary>
    public void Supersede(DateTimeOffset at, string by, string reason, byte[]? note) =>
        (SupersededAt, SupersededBy, SupersededReason, SupersededNote) = (at, by, reason, note);

    /// <summary>A first version.</summary>
    /// <param name="individual">The person.</param>
    /// <param name="content">The content, as <see cref="ContactReading"/> read it.</param>
    /// <param name="from">First day.</param>
    /// <param name="through">Last day; null without one.</param>
    /// <param name="by">Code of the organization that records it.</param>
    /// <param name="protector">Encrypts it.</param>
    /// <param name="now">The instant.</param>
    internal static Contact Of(Individual individual, Proto.ContactContent content, DateOnly from, DateOnly? through, string by,
        PersonalDataProtector protector, DateTimeOffset now) => new()
        {
            Id = Guid.CreateVersion7(now),
            IndividualId = individual.Id,
            Provider = individual.Provider,
            Kind = KindOf(content),
            From = from,
            Through = through,
            Content = protector.Protect(Convert.ToBase64String(content.ToByteArray())),
            Keys = KeysOf(content, protector),
            RecordedAt = now,
            RecordedBy = by,
        };

    /// <summary>The decrypted content.</summary>
    public Proto.ContactContent Decrypt(PersonalDataProtector protector) =>
        Proto.ContactContent.Parser.ParseFrom(Convert.FromBase64String(protector.Unprotect(Content)));

    /// <summary>The kind of a content that was read.</summary>
    internal static ContactKind KindOf(Proto.ContactContent content) => content.ContentCase switch
    {
        Case.Phone => ContactKind.Phone,
        Case.Address => ContactKind.Address,
        Case.Email => ContactKind.Email,
        Case.Language => ContactKind.Language,
        Case.Wishes => ContactKind.Wishes,
        Case.RelatedPerson => ContactKind.RelatedPerson,
        _ => throw new ArgumentOutOfRangeException(nameof(content), content.ContentCase, "not a kind of contact"),
    };

    /// <summary>The hashes by which a content is found.</summary>
    internal static List<string> KeysOf(Proto.ContactContent content, PersonalDataProtector protector) => content.ContentCase switch
    {
        Case.Phone when ContactReading.NormalPhone(content.Phone.Number) is { } number => SearchKeys.OfPhone(protector, number),
        Case.Email when ContactReading.NormalEmail(content.Email.Address) is { } address => SearchKeys.OfEmail(protector, address),
        _ => [],
    };
}

/// <summary>Stored contacts as the contract shows them.</summary>
internal static class ContactsProtos
{
    public static string Etag(this Contact contact) => contact.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static Proto.Contact ToProto(this Contact contact, PersonalDataProtector protector) => new()
    {
        Name = $"{contact.IndividualId.Name}/contacts/{contact.Id}",
        Etag = contact.Etag(),
        Content = contact.Decrypt(protector),
        From = contact.From.Day(),
        Through = contact.Through.Day(),
        RecordTime = contact.RecordedAt.ToTimestamp(),
        RecordedBy = new OrganizationCode(contact.RecordedBy).Name,
        SupersedeTime = contact.SupersededAt?.ToTimestamp(),
        SupersededBy = contact.SupersededBy is { } by ? new OrganizationCode(by).Name : "",
        Reason = EligibilityVocabulary.Read<Proto.CorrectionReason>(contact.SupersededReason) ?? default,
        Note = contact.SupersededNote is { } note ? protector.Unprotect(note) : "",
    };
}
