using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Finds people by parts and sounds of their names, by an identifier of any system, by phone and by e-mail, among those that the caller may see. The database
/// compares keyed hashes; only what is shown is decrypted.
/// </summary>
public sealed class SearchIndividuals(EligibilityDb db, PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostParts = 6;

    public async Task<Result<Proto.ListMatchingIndividualsResponse>> Handle(
        Proto.ListMatchingIndividualsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var name = ContactReading.Optional(fields, "person_name", request.PersonName, 200);
        var born = fields.OptionalDay("birth_date", request.BirthDate);
        var value = Person.ValueForm(ContactReading.Optional(fields, "identifier_value", request.IdentifierValue, 60));
        var (phone, email) = Contacts(fields, request.Phone, request.Email);
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider)?.Value;
        var sought = NameParts.Sought(name);
        fields.Require(name.Length == 0 || sought.Count is > 0 and <= MostParts, "person_name", $"has no part or more than {MostParts}; send 1 to {MostParts}");
        fields.Require(request.IdentifierValue.Length == 0 || value.Length > 0, "identifier_value", "has no letter or digit");
        fields.Require(name.Length + request.IdentifierValue.Length + request.Phone.Length + request.Email.Length > 0, "person_name",
            "is missing; send one of person_name, identifier_value, phone, email");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;

        var query = db.Individuals.AsNoTracking().IgnoreAutoIncludes().Where(i => i.MergedInto == null);
        if (provider is not null)
            query = query.Where(i => i.Provider == provider);
        foreach (var forms in sought)
        {
            List<byte[]> hashes = [.. forms.SelectMany(f => SearchKeys.OfPart(protector, f)), .. forms.SelectMany(f => SearchKeys.OfSound(protector, f))];
            query = query.Where(i => db.PersonKeys.Any(k => k.IndividualId == i.Id && hashes.Contains(k.Hash)));
        }

        if (born is { } day)
        {
            List<byte[]> hashes = [.. SearchKeys.OfBirth(protector, day)];
            query = query.Where(i => db.PersonKeys.Any(k => k.IndividualId == i.Id && hashes.Contains(k.Hash)));
        }

        if (value.Length > 0)
        {
            List<byte[]> hashes = [.. Person.ValueHashes(protector, value)];
            query = query.Where(i => i.Identifiers.Any(h => hashes.Contains(h.ValueHash!)));
        }

        var today = clock.UtcDay();
        if (phone is not null)
            query = db.WithContact(query, SearchKeys.OfPhone(protector, phone), today);
        if (email is not null)
            query = db.WithContact(query, SearchKeys.OfEmail(protector, email), today);

        var (people, next) = await query.ToPage(page, i => i.Id, cancellationToken, oldestFirst: true);
        Proto.ListMatchingIndividualsResponse reply = new() { NextPageToken = next };
        foreach (var individual in people)
        {
            var person = Person.Decrypt(protector, individual);
            Proto.IndividualMatch match = new()
            {
                Individual = individual.Id.Name,
                Provider = new OrganizationCode(individual.Provider).Name,
                GivenName = person.GivenName,
                FamilyName = person.FamilyName,
                BirthDate = person.BirthDate.Day(),
            };
            if (sought.Count > 0)
                match.Grounds.Add(AsWritten(person, sought) ? Proto.MatchGround.Name : Proto.MatchGround.Sound);
            if (value.Length > 0)
                match.Grounds.Add(Proto.MatchGround.Identifier);
            if (phone is not null)
                match.Grounds.Add(Proto.MatchGround.Phone);
            if (email is not null)
                match.Grounds.Add(Proto.MatchGround.Email);
            reply.Matches.Add(match);
        }

        return reply;
    }

    /// <summary>The normal forms of a phone number and an e-mail address that may be left out.</summary>
    internal static (string? Phone, string? Email) Contacts(RequestValidator fields, string phone, string email)
    {
        var normal = (Phone: phone.Length == 0 ? null : ContactReading.NormalPhone(phone), Email: email.Length == 0 ? null : ContactReading.NormalEmail(email));
        fields.Require(phone.Length == 0 || normal.Phone is not null, "phone", "is not ten digits, nor + with a country and 8 to 15 digits in all");
        fields.Require(email.Length == 0 || normal.Email is not null, "email", "is not an e-mail address");
        return normal;
    }

    // A merged record's former name finds the survivor too; the name on record then only sounds alike, or neither.
    private static bool AsWritten(Person person, IReadOnlyList<IReadOnlyList<string>> sought)
    {
        var parts = NameParts.Of(person.GivenName).Concat(NameParts.Of(person.FamilyName)).ToHashSet(StringComparer.Ordinal);
        return sought.All(forms => forms.Any(parts.Contains));
    }
}
