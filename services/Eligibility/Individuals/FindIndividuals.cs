using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Reads people: by name, by identifier, by names and birth date, by phone or e-mail, or as a list.</summary>
public sealed class FindIndividuals(EligibilityDb db, IndividualReader people, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private readonly Redisclosure disclosure = Redisclosure.To(caller, clock);

    public async Task<Result<Proto.Individual>> Handle(Proto.GetIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await Show(id, cancellationToken) is { } found ? found : new Problem.NotFound("individual", request.Name);
    }

    public async Task<Result<Proto.Individual>> Handle(Proto.FindIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        IOrderedQueryable<Individual> query;
        string sought;
        var (phone, email) = SearchIndividuals.Contacts(fields, request.Phone, request.Email);
        if (request.Phone.Length + request.Email.Length > 0)
        {
            fields.Require(
                request.Identifier is null && request.GivenName.Length + request.FamilyName.Length + request.BirthDate.Length == 0
                    && (request.Phone.Length == 0 || request.Email.Length == 0),
                request.Phone.Length > 0 ? "phone" : "email", "is sent with another way to find the person; send one");
            if (fields.Problem is { } wrong)
                return wrong;
            return await ByContact(phone is null ? SearchKeys.OfEmail(protector, email!) : SearchKeys.OfPhone(protector, phone), cancellationToken);
        }

        if (request.Identifier is null && request.GivenName.Length + request.FamilyName.Length + request.BirthDate.Length > 0)
        {
            var (given, family) = (fields.Text("given_name", request.GivenName, 100), fields.Text("family_name", request.FamilyName, 100));
            var born = fields.Day("birth_date", request.BirthDate);
            var (key, spelling) = (Person.Key(protector, given, family, born), Person.SpellingKey(protector, given, family, born));
            query = db.Individuals.Where(i => (i.SpellingHash == spelling || i.PersonHash == key) && i.MergedInto == null)
                .OrderBy(i => i.SpellingHash == spelling ? 0 : 1).ThenBy(i => i.Id);
            sought = "with this name and birth date";
        }
        else
        {
            var system = fields.Text("identifier.system", request.Identifier?.System, 40);
            fields.Require(system.Length == 0 || OrganizationCode.IsCode(system), "identifier.system", "is not a lower-case code such as medicaid-nc");
            var value = fields.Text("identifier.value", request.Identifier?.Value, 60);
            // As typed too: a record from before the normal form is found by it until rotate-keys ran.
            List<byte[]> hashes =
                [.. protector.Hashes(system, Person.NormalForm(system, value)), .. protector.Hashes(system, request.Identifier?.Value ?? "")];
            query = db.Individuals.Where(i => i.Identifiers.Any(h => h.System == system && hashes.Contains(h.Hash))).OrderBy(i => i.Id);
            sought = $"with this {system} identifier";
        }

        if (fields.Problem is { } bad)
            return bad;
        var id = await query.Select(i => (IndividualId?)i.Id).FirstOrDefaultAsync(cancellationToken);
        return id is { } found && await Show(found, cancellationToken) is { } individual ? individual : new Problem.NotFound("individual", sought);
    }

    private async Task<Result<Proto.Individual>> ByContact(List<string> keys, CancellationToken cancellationToken)
    {
        var found = await db.WithContact(db.Individuals.Where(i => i.MergedInto == null), keys, clock.UtcDay()).OrderBy(i => i.Id).Select(i => i.Id).Take(2)
            .ToListAsync(cancellationToken);
        if (found.Count > 1)
            return new Problem.Conflict("contact", "several people share it; list them with individuals:search");
        return found.Count == 1 && await Show(found[0], cancellationToken) is { } individual
            ? individual : new Problem.NotFound("individual", "with this phone or e-mail");
    }

    public async Task<Result<Proto.MatchNameResponse>> Handle(Proto.MatchNameRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var written = fields.Text("written_name", request.WrittenName, 200);
        if (fields.Problem is { } bad)
            return bad;
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        return new Proto.MatchNameResponse
        {
            Matches = individual.Facts.OfType<FormerPersonalData>().Select(former => former.PersonalData).Prepend(individual.PersonalData)
                .Any(column => Person.Decrypt(protector, column).IsNamed(written)),
        };
    }

    public async Task<Result<Proto.CheckRedisclosureResponse>> Handle(Proto.CheckRedisclosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        IndividualId[] ids = [.. request.Individuals.Select((name, i) => fields.Id<IndividualId>($"individuals[{i}]", name))];
        fields.Require(ids.Length is > 0 and <= 200, "individuals", "has none or more than 200; send 1 to 200");
        if (fields.Problem is { } bad)
            return bad;
        var found = await Task.WhenAll(ids.Select(id => people.Find(caller, id, cancellationToken)));
        return new Proto.CheckRedisclosureResponse
        {
            Withheld = { request.Individuals.Where((_, i) => found[i] is not { } individual || disclosure.WithholdsTexts(individual)) },
        };
    }

    public async Task<Result<Proto.ListIndividualsResponse>> Handle(Proto.ListIndividualsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (payer, covered) = (filters.Organization("payer"), filters.Day("covered_on"));
        var (people, next) = await filters.Of(db.Individuals.Where(i => i.MergedInto == null).AsSplitQuery()).By("provider", i => i.Provider)
            .When("payer", i => i.Payers.Contains(payer))
            .When("covered_on", i => i.Facts.OfType<Enrollment>().Any(e => e.SupersededAt == null && (payer == "" || e.Payer == payer) && e.From <= covered
                && (e.Through == null || e.Through >= covered)))
            .By("created_since", i => i.RecordedAt).By("updated_since", i => i.UpdatedAt).ToPage(i => i.Id, cancellationToken, oldestFirst: true);
        List<IndividualId> ids = [.. people.Select(i => i.Id)];
        var merged = await db.MergedInto(ids, cancellationToken);
        var contacts = await db.ContactsOf(ids, clock.UtcDay(), cancellationToken);
        return new Proto.ListIndividualsResponse
        {
            Individuals = { people.Select(i => i.ToProto(protector, i.Etag(), disclosure, merged[i.Id], contacts[i.Id])) },
            NextPageToken = next,
        };
    }

    private async Task<Proto.Individual?> Show(IndividualId id, CancellationToken cancellationToken) => await db.Load(id, cancellationToken) is { } individual
        ? individual.ToProto(protector, individual.Etag(), disclosure, await db.MergedInto(individual.Id, cancellationToken),
            (await db.ContactsOf([individual.Id], clock.UtcDay(), cancellationToken))[individual.Id])
        : null;
}
