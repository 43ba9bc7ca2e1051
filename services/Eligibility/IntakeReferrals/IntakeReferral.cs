using Google.Protobuf;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using Common = Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>
/// A referral of a person to an agency. It is a record of its own before there is a person, and stays as the record of how the person came. What it says of the
/// person is encrypted until the time of retention.
/// </summary>
public sealed class IntakeReferral : IVersioned, IUpdatedRow
{
    /// <summary>The id; it contains no personal data.</summary>
    public required IntakeReferralId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Code of the agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the organization that sent it by the platform; the agency's own when the agency recorded it.</summary>
    public required string Sender { get; init; }

    /// <summary>Who referred.</summary>
    public required Proto.IntakeSource Source { get; init; }

    /// <summary>How soon the person needs to be contacted.</summary>
    public required Proto.IntakeUrgency Urgency { get; init; }

    /// <summary>The state.</summary>
    public required Proto.IntakeReferralState State { get; set; }

    /// <summary>Day of receipt.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>What it says, encrypted; null after the time of retention.</summary>
    public byte[]? Content { get; set; }

    /// <summary>Keyed hashes by which it is found (<see cref="IntakeKeys"/>).</summary>
    public List<string> Keys { get; init; } = [];

    /// <summary>The staff member who owns it.</summary>
    public StaffMemberId? OwnerId { get; set; }

    /// <summary>Day of the first contact.</summary>
    public DateOnly? ContactedOn { get; set; }

    /// <summary>How the first contact was made.</summary>
    public Proto.ContactChannel ContactedBy { get; set; }

    /// <summary>Who made the first contact.</summary>
    public StaffMemberId? ContactStaffId { get; set; }

    /// <summary>The role of who made the first contact, where the staff member is not named.</summary>
    public Common.StaffRole ContactRole { get; set; }

    /// <summary>The reason of the last attempt to decline.</summary>
    public Proto.DenialReason DeclineReason { get; set; }

    /// <summary>The stored decision on that reason.</summary>
    public Guid? DecisionId { get; set; }

    /// <summary>The person, once converted.</summary>
    public IndividualId? IndividualId { get; set; }

    /// <summary>Day of its end; null while it is open.</summary>
    public DateOnly? EndedOn { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether it has not been declined, withdrawn or converted.</summary>
    public bool IsOpen => State is Proto.IntakeReferralState.Received or Proto.IntakeReferralState.Contacted or Proto.IntakeReferralState.Accepted;

    /// <summary>Calendar days from receipt to the first contact (<see cref="FirstContactDefinition"/>); null before it.</summary>
    public int? DaysToFirstContact => ContactedOn is { } day ? FirstContactDefinition.For(ReceivedOn).Days(ReceivedOn, day) : null;

    /// <summary>The decrypted content; null after the time of retention.</summary>
    public Proto.IntakeReferralContent? Read(PersonalDataProtector protector) => Content is { } encrypted
        ? Proto.IntakeReferralContent.Parser.ParseFrom(Convert.FromBase64String(protector.Unprotect(encrypted))) : null;

    /// <summary>Encrypts what it says.</summary>
    internal static byte[] Encrypt(PersonalDataProtector protector, Proto.IntakeReferralContent content) =>
        protector.Protect(Convert.ToBase64String(content.ToByteArray()));

    /// <summary>Moves it, unless it has ended. <paramref name="on"/> is the day of the step.</summary>
    internal Problem.Conflict? Move(Proto.IntakeReferralState to, DateOnly on)
    {
        if (Ended is { } ended)
            return ended;
        if (to == State)
            return new("intake referral", $"is {WireCode.Lower(State)} already");
        State = to;
        if (!IsOpen)
            EndedOn = on;
        return null;
    }

    /// <summary>Why nothing can be done with it any more; null while it is open.</summary>
    internal Problem.Conflict? Ended => IsOpen ? null : new("intake referral", $"is {WireCode.Lower(State)} already");
}

/// <summary>
/// How the time from receipt to the first contact is counted. A new definition gets the next number and counts for referrals received from its first day on; it
/// never changes what was counted before. No rule of the programs sets a limit.
/// </summary>
/// <param name="Number">Its number.</param>
/// <param name="From">First day of receipt for which it counts.</param>
/// <param name="Days">The count of two days: receipt and contact.</param>
internal sealed record FirstContactDefinition(int Number, DateOnly From, Func<DateOnly, DateOnly, int> Days)
{
    private static readonly FirstContactDefinition[] All =
    [
        // Calendar days; the day of receipt is day 0.
        new(1, DateOnly.MinValue, (received, contacted) => contacted.DayNumber - received.DayNumber),
    ];

    /// <summary>The definition for a day of receipt.</summary>
    public static FirstContactDefinition For(DateOnly received) => All.Last(d => d.From <= received);

    /// <summary>Its name in answers.</summary>
    public override string ToString() => $"received-to-first-contact.{Number}";
}

/// <summary>Hashes by which a referral, and people who may be the same person, are found.</summary>
/// <param name="Given">How the parts of the given name sound.</param>
/// <param name="Family">How the parts of the family name sound.</param>
/// <param name="Values">Identifiers of any system.</param>
/// <param name="Phones">Phone numbers.</param>
/// <param name="Emails">E-mail addresses.</param>
internal sealed record IntakeKeys(List<byte[]> Given, List<byte[]> Family, List<byte[]> Values, List<string> Phones, List<string> Emails)
{
    /// <summary>All of them as a column holds them, each once.</summary>
    public List<string> All =>
        [.. SearchKeys.Texts(Given.Concat(Family).Concat(Values)).Concat(Phones).Concat(Emails).Distinct(StringComparer.Ordinal)];

    /// <summary>The hashes of a content.</summary>
    public static IntakeKeys Of(Proto.IntakeReferralContent content, PersonalDataProtector protector)
    {
        var person = content.Person;
        var contacts = person.Contacts.ToLookup(c => c.ContentCase, c => Contact.KeysOf(c, protector));
        return new(
            SearchKeys.Sounds(protector, person.GivenName), SearchKeys.Sounds(protector, person.FamilyName),
            [.. person.Identifiers.SelectMany(i => Person.ValueHashes(protector, Person.ValueForm(i.Value)))],
            [.. contacts[Proto.ContactContent.ContentOneofCase.Phone].SelectMany(keys => keys)],
            [.. contacts[Proto.ContactContent.ContentOneofCase.Email].SelectMany(keys => keys)]);
    }
}

/// <summary>Publishes the steps of a referral.</summary>
internal static class IntakeReferralSteps
{
    public static void PublishMove(this Changes changes, IntakeReferral referral, Proto.IntakeReferralState? from, DateOnly on) =>
        changes.Publish(new IntakeReferralMovedV1
        {
            IntakeReferralId = referral.Id,
            IndividualId = referral.IndividualId,
            Provider = referral.Provider,
            Program = referral.Program,
            Source = WireCode.Lower(referral.Source)!,
            FromState = from is { } before ? WireCode.Lower(before) : null,
            ToState = WireCode.Lower(referral.State)!,
            On = on,
            ReceivedOn = referral.ReceivedOn,
            DaysToFirstContact = referral.DaysToFirstContact,
        });
}
