using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>Reads what a referral says and collects all errors. Birth date and identifiers may be missing: they are needed only for the person.</summary>
internal static class IntakeReading
{
    private const int MostContacts = 20;
    private const int MostConsents = 10;

    /// <summary>The content in the spelling that is stored, and today in its program's time zone.</summary>
    public static (Proto.IntakeReferralContent Content, DateOnly Today) Read(
        RequestValidator fields, Proto.IntakeReferralContent? given, PolicyService policies, DateTimeOffset now)
    {
        fields.Require(given is not null, "content", "is missing; send what the referral says");
        var read = given?.Clone() ?? new();
        fields.Choice("content.source", read.Source);
        if (read.SourceOrganization.Length > 0)
            fields.Organization("content.source_organization", read.SourceOrganization);
        var today = policies.Today(fields, "content.program", read.Program);
        fields.Require(Enum.IsDefined(read.Urgency), "content.urgency", "is not a value of the contract");
        if (read.Urgency == Proto.IntakeUrgency.Unspecified)
            read.Urgency = Proto.IntakeUrgency.Routine;
        read.Reason = ContactReading.Optional(fields, "content.reason", read.Reason, 1000);
        fields.Require(read.Person is not null, "content.person", "is missing; send the person");
        read.Person ??= new();
        Read(fields, read.Person, now);
        return (read, today);
    }

    /// <summary>The person of the content, for registration.</summary>
    public static Result<Person> ToPerson(Proto.IntakeReferralContent content)
    {
        RequestValidator fields = new();
        var person = content.Person;
        fields.Require(person.BirthDate.Length > 0, "particulars.birth_date", "is missing, and the referral has none; send particulars");
        fields.Require(person.Identifiers.Count > 0, "particulars.identifiers", "has none, and the referral has none; send particulars");
        return fields.Problem is { } bad ? bad : new Person(
            person.GivenName, person.FamilyName, fields.Day("particulars.birth_date", person.BirthDate),
            person.Identifiers.ToDictionary(i => i.System, i => i.Value, StringComparer.Ordinal));
    }

    private static void Read(RequestValidator fields, Proto.IntakePerson person, DateTimeOffset now)
    {
        const string At = "content.person";
        person.GivenName = fields.Text($"{At}.given_name", person.GivenName, 100);
        person.FamilyName = fields.Text($"{At}.family_name", person.FamilyName, 100);
        fields.OptionalDay($"{At}.birth_date", person.BirthDate);
        fields.Require(person.Identifiers.Count <= 20, $"{At}.identifiers", "has more than 20");
        var identifiers = Person.ReadIdentifiers(fields, $"{At}.", person.Identifiers);
        person.Identifiers.Clear();
        person.Identifiers.AddRange(identifiers.Select(i => new Proto.Identifier { System = i.Key, Value = i.Value }));
        fields.Require(person.Contacts.Count <= MostContacts, $"{At}.contacts", $"has more than {MostContacts}");
        for (var i = 0; i < person.Contacts.Count; i++)
            person.Contacts[i] = ContactReading.Read(fields, $"{At}.contacts[{i}]", person.Contacts[i]);
        fields.Require(person.Consents.Count <= MostConsents, $"{At}.consents", $"has more than {MostConsents}");
        foreach (var (i, consent) in person.Consents.Index())
            Consents.Read(fields, $"{At}.consents[{i}]", consent, "", now);
    }
}
