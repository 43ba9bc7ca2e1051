using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>
/// Finds people of the agency and its other open referrals that are probably of the same person as a referral. Keyed hashes find them; only what they find is
/// decrypted. A name is alike when a part of the given name and a part of the family name sound the same, in either order, and the birth dates do not differ.
/// </summary>
public sealed class FindIntakeDuplicates(EligibilityDb db, PersonalDataProtector protector, TimeProvider clock)
{
    private const int Most = 200;

    public async Task<Result<Proto.ListIntakeDuplicatesResponse>> Handle(Proto.ListIntakeDuplicatesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IntakeReferralId>("intake_referral", request.IntakeReferral);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.IntakeReferrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } referral)
            return new Problem.NotFound("intake referral", request.IntakeReferral);
        if (referral.Read(protector) is not { } content)
            return new Proto.ListIntakeDuplicatesResponse();
        var keys = IntakeKeys.Of(content, protector);
        var born = fields.OptionalDay("birth_date", content.Person.BirthDate);
        List<Proto.IntakeDuplicate> found =
            [.. await People(referral, content.Person, keys, born, cancellationToken), .. await Referrals(referral, content.Person, keys, cancellationToken)];
        // People sort before referrals: i before r.
        var (items, next) = found.ToPage(page, d => d.Individual.Length > 0 ? d.Individual : "referral/" + d.OtherReferral);
        return new Proto.ListIntakeDuplicatesResponse { Duplicates = { items }, NextPageToken = next };
    }

    private async Task<IEnumerable<Proto.IntakeDuplicate>> People(
        IntakeReferral referral, Proto.IntakePerson sought, IntakeKeys keys, DateOnly? born, CancellationToken cancellationToken)
    {
        var all = db.Individuals.AsNoTracking().IgnoreAutoIncludes()
            .Where(i => i.MergedInto == null && i.Provider == referral.Provider && i.Id != referral.IndividualId);
        var alike = all.Where(i => db.PersonKeys.Any(k => k.IndividualId == i.Id && keys.Given.Contains(k.Hash))
            && db.PersonKeys.Any(k => k.IndividualId == i.Id && keys.Family.Contains(k.Hash)));
        Dictionary<IndividualId, (Individual Individual, HashSet<Proto.DuplicateGround> Grounds)> found = [];
        async Task Add(Proto.DuplicateGround ground, IQueryable<Individual> people)
        {
            foreach (var individual in await people.OrderBy(i => i.Id).Take(Most).ToListAsync(cancellationToken))
            {
                found.TryAdd(individual.Id, (individual, []));
                found[individual.Id].Grounds.Add(ground);
            }
        }

        if (born is { } day)
        {
            var (key, spelling) = (Person.Key(protector, sought.GivenName, sought.FamilyName, day),
                Person.SpellingKey(protector, sought.GivenName, sought.FamilyName, day));
            await Add(Proto.DuplicateGround.NameAndBirthDate, all.Where(i => i.SpellingHash == spelling || i.PersonHash == key));
            List<byte[]> birth = [.. SearchKeys.OfBirth(protector, day)];
            alike = alike.Where(i => db.PersonKeys.Any(k => k.IndividualId == i.Id && birth.Contains(k.Hash)));
        }

        await Add(Proto.DuplicateGround.SimilarName, alike);
        if (keys.Values.Count > 0)
            await Add(Proto.DuplicateGround.Identifier, all.Where(i => i.Identifiers.Any(h => keys.Values.Contains(h.ValueHash!))));
        if (keys.Phones.Count > 0)
            await Add(Proto.DuplicateGround.Phone, db.WithContact(all, keys.Phones, clock.UtcDay()));
        if (keys.Emails.Count > 0)
            await Add(Proto.DuplicateGround.Email, db.WithContact(all, keys.Emails, clock.UtcDay()));
        return found.Values.OrderBy(f => f.Individual.Id.Value).Take(Most).Select(f =>
        {
            var person = Person.Decrypt(protector, f.Individual);
            return Show(person.GivenName, person.FamilyName, person.BirthDate.Day(), f.Grounds, individual: f.Individual.Id.Name);
        });
    }

    private async Task<IEnumerable<Proto.IntakeDuplicate>> Referrals(
        IntakeReferral referral, Proto.IntakePerson sought, IntakeKeys keys, CancellationToken cancellationToken)
    {
        var (given, family) = (SearchKeys.Texts(keys.Given), SearchKeys.Texts(keys.Family));
        List<string> exact = [.. SearchKeys.Texts(keys.Values), .. keys.Phones, .. keys.Emails];
        var others = await db.IntakeReferrals.AsNoTracking()
            .Where(r => r.Provider == referral.Provider && r.Id != referral.Id && (r.State == Proto.IntakeReferralState.Received
                || r.State == Proto.IntakeReferralState.Contacted || r.State == Proto.IntakeReferralState.Accepted))
            .Where(r => r.Keys.Any(key => exact.Contains(key)) || (r.Keys.Any(key => given.Contains(key)) && r.Keys.Any(key => family.Contains(key))))
            .OrderBy(r => r.Id).Take(Most).ToListAsync(cancellationToken);
        return others.Select(other => (other, content: other.Read(protector))).Where(o => o.content is not null).Select(o =>
        {
            var person = o.content!.Person;
            return Show(person.GivenName, person.FamilyName, person.BirthDate, Grounds(sought, person, keys, IntakeKeys.Of(o.content, protector)),
                referral: o.other.Id.Name);
        }).Where(d => d.Grounds.Count > 0);
    }

    private HashSet<Proto.DuplicateGround> Grounds(Proto.IntakePerson one, Proto.IntakePerson other, IntakeKeys keys, IntakeKeys others)
    {
        HashSet<Proto.DuplicateGround> grounds = [];
        if (one.BirthDate.Length == 0 || other.BirthDate.Length == 0 || one.BirthDate == other.BirthDate)
        {
            RequestValidator fields = new();
            if (one.BirthDate.Length > 0 && other.BirthDate.Length > 0 && fields.OptionalDay("birth_date", one.BirthDate) is { } day
                && (Same(Person.Key(protector, one.GivenName, one.FamilyName, day), Person.Key(protector, other.GivenName, other.FamilyName, day))
                || Same(
                    Person.SpellingKey(protector, one.GivenName, one.FamilyName, day),
                    Person.SpellingKey(protector, other.GivenName, other.FamilyName, day))))
                grounds.Add(Proto.DuplicateGround.NameAndBirthDate);
            List<byte[]> names = [.. others.Given, .. others.Family];
            if (keys.Given.Exists(g => names.Exists(n => Same(n, g))) && keys.Family.Exists(f => names.Exists(n => Same(n, f))))
                grounds.Add(Proto.DuplicateGround.SimilarName);
        }

        if (keys.Values.Exists(v => others.Values.Exists(o => Same(o, v))))
            grounds.Add(Proto.DuplicateGround.Identifier);
        if (keys.Phones.Intersect(others.Phones, StringComparer.Ordinal).Any())
            grounds.Add(Proto.DuplicateGround.Phone);
        if (keys.Emails.Intersect(others.Emails, StringComparer.Ordinal).Any())
            grounds.Add(Proto.DuplicateGround.Email);
        return grounds;
    }

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private static Proto.IntakeDuplicate Show(
        string given, string family, string born, HashSet<Proto.DuplicateGround> grounds, string individual = "", string referral = "") => new()
        {
            Individual = individual,
            OtherReferral = referral,
            GivenName = given,
            FamilyName = family,
            BirthDate = born,
            Grounds = { grounds.Order() },
        };
}
