using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Reads people: by name, by identifier or names and birth date, or as a list.</summary>
public sealed class FindIndividuals(EligibilityDb db, Caller caller, Particulars particulars, TimeProvider clock)
{
    private readonly Redisclosure disclosure = Redisclosure.To(caller, clock);

    public async Task<Result<Wire.Individual>> Handle(Wire.GetIndividualRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("name", ask.Name, "individuals/{uuid}", IndividualId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await Show(id, stop) is { } found ? found : new Problem.NotFound("individual", ask.Name);
    }

    public async Task<Result<Wire.Individual>> Handle(Wire.FindIndividualRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        IQueryable<Individual> query;
        string sought;
        if (ask.Identifier is null && ask.GivenName.Length + ask.FamilyName.Length + ask.BirthDate.Length > 0)
        {
            var key = Person.Key(
                particulars, fields.Text("given_name", ask.GivenName, 100), fields.Text("family_name", ask.FamilyName, 100), fields.Day("birth_date", ask.BirthDate));
            query = db.Individuals.Where(i => i.PersonHash == key && i.MergedInto == null);
            sought = "with this name and birth date";
        }
        else
        {
            var system = fields.Text("identifier.system", ask.Identifier?.System, 40);
            fields.Require(system.Length == 0 || OrganizationCode.IsCode(system), "identifier.system", "is not a lower-case code such as medicaid-nc");
            var hashes = particulars.Hashes(system, fields.Text("identifier.value", ask.Identifier?.Value, 60));
            query = db.Individuals.Where(i => i.Identifiers.Any(h => h.System == system && hashes.Contains(h.Hash)));
            sought = $"with this {system} identifier";
        }

        if (fields.Problem is { } bad)
            return bad;
        var id = await query.OrderBy(i => i.Id).Select(i => (IndividualId?)i.Id).FirstOrDefaultAsync(stop);
        return id is { } found && await Show(found, stop) is { } individual ? individual : new Problem.NotFound("individual", sought);
    }

    public async Task<Result<Wire.ListIndividualsResponse>> Handle(Wire.ListIndividualsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var provider = fields.OptionalName<OrganizationCode>("provider", ask.Provider, "organizations/{code}", OrganizationCode.TryParse);
        var payer = fields.OptionalName<OrganizationCode>("payer", ask.Payer, "organizations/{code}", OrganizationCode.TryParse)?.Value;
        var covered = fields.OptionalDay("covered_on", ask.CoveredOn);
        var since = fields.OptionalInstant("created_since", ask.CreatedSince);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"individuals {ask.Provider} {ask.Payer} {ask.CoveredOn} {since?.UtcTicks}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Individuals.Where(i => i.MergedInto == null);
        if (provider is { Value: var code })
            query = query.Where(i => i.Provider == code);
        if (payer is not null)
            query = query.Where(i => i.Payers.Contains(payer));
        if (covered is { } day)
        {
            query = query.Where(i => i.Facts.OfType<Enrollment>().Any(e =>
                e.SupersededAt == null && (payer == null || e.Payer == payer) && e.From <= day && (e.Through == null || e.Through >= day)));
        }

        if (since is { } first)
            query = query.Where(i => i.RecordedAt >= first);
        if (page.After is { } last)
            query = query.Where(i => ((Guid)(object)i.Id).CompareTo(last) > 0);
        var people = await query.AsSplitQuery().OrderBy(i => i.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListIndividualsResponse reply = new() { NextPageToken = page.Cut(people, i => i.Id.Value) };
        var merged = await db.MergedInto([.. people.Select(i => i.Id)], stop);
        reply.Individuals.AddRange(people.Select(i => i.ToWire(particulars, db.Etag(i), disclosure, merged[i.Id])));
        return reply;
    }

    private async Task<Wire.Individual?> Show(IndividualId id, CancellationToken stop) => await db.Load(id, stop) is { } individual
        ? individual.ToWire(particulars, db.Etag(individual), disclosure, await db.MergedInto(individual.Id, stop))
        : null;
}
