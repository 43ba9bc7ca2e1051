using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Reads people: by name, by identifier, or as a list.</summary>
public sealed class FindIndividuals(EligibilityDb db, Particulars particulars)
{
    public async Task<Result<Wire.Individual>> Handle(Wire.GetIndividualRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("name", ask.Name, "individuals/{uuid}", IndividualId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Load(id, stop) is { } individual
            ? individual.ToWire(particulars, db.Etag(individual))
            : new Problem.NotFound("individual", ask.Name);
    }

    public async Task<Result<Wire.Individual>> Handle(Wire.FindIndividualRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var system = fields.Text("identifier.system", ask.Identifier?.System, 40);
        var value = fields.Text("identifier.value", ask.Identifier?.Value, 60);
        if (fields.Problem is { } bad)
            return bad;
        var hashes = particulars.Hashes(system, value);
        var id = await db.Individuals.Where(i => i.Identifiers.Any(h => h.System == system && hashes.Contains(h.Hash))).Select(i => (IndividualId?)i.Id).FirstOrDefaultAsync(stop);
        return id is { } found && await db.Load(found, stop) is { } individual
            ? individual.ToWire(particulars, db.Etag(individual))
            : new Problem.NotFound("individual", $"with this {system} identifier");
    }

    public async Task<Result<Wire.ListIndividualsResponse>> Handle(Wire.ListIndividualsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var provider = fields.OptionalName<OrganizationCode>("provider", ask.Provider, "organizations/{code}", OrganizationCode.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"individuals {ask.Provider}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Individuals.AsSplitQuery();
        if (provider is { Value: var code })
            query = query.Where(i => i.Provider == code);
        if (page.After is { } last)
            query = query.Where(i => ((Guid)(object)i.Id).CompareTo(last) > 0);
        var people = await query.OrderBy(i => i.Id).Take(page.Size + 1).WithFacts().ToListAsync(stop);
        Wire.ListIndividualsResponse reply = new() { NextPageToken = page.Cut(people, i => i.Id.Value) };
        reply.Individuals.AddRange(people.Select(i => i.ToWire(particulars, db.Etag(i))));
        return reply;
    }
}
