using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Reads determinations with their receipts.</summary>
public sealed class FindDeterminations(EligibilityDb db, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.Determination>> Handle(Wire.GetDeterminationRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<DeterminationId>("name", ask.Name, "determinations/{uuid}", DeterminationId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await WithDecisions().SingleOrDefaultAsync(d => d.Id == id, stop) is { } found
            ? Show(found)
            : new Problem.NotFound("determination", ask.Name);
    }

    public async Task<Result<Wire.ListDeterminationsResponse>> Handle(Wire.ListDeterminationsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"determinations {ask.Individual} {ask.Program} {ask.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = WithDecisions();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, stop);
            query = query.Where(d => d.IndividualId == id);
        }

        if (ask.Program.Length > 0)
            query = query.Where(d => d.Program == ask.Program);
        if (ask.State != Wire.DeterminationState.Unspecified)
            query = query.Where(d => d.State == ask.State);
        if (page.After is { } last)
            query = query.Where(d => ((Guid)(object)d.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(d => d.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListDeterminationsResponse reply = new() { NextPageToken = page.Cut(found, d => d.Id.Value) };
        reply.Determinations.AddRange(found.Select(Show));
        return reply;
    }

    // Of a person's facts only the consents are needed, and only for a caller who needs one.
    private IQueryable<Determination> WithDecisions()
    {
        var query = db.Determinations.Include(d => d.Decision).Include(d => d.Steps).AsQueryable();
        return caller.Role is Roles.Provider or Roles.Ops ? query : query.Include(d => d.Individual);
    }

    private Wire.Determination Show(Determination found)
    {
        var decision = found.Decision!.ToWire();
        if (found.Individual is { } individual)
            decision = Redisclosure.To(caller, clock).Limit(decision, found.Decision!, individual, particulars);
        var wire = found.ToWire(decision, db.Etag(found), stored: true);
        wire.Steps.AddRange(found.Steps.OrderBy(s => s.RecordedAt).ThenBy(s => s.Id).Select(s => s.ToWire(particulars)));
        return wire;
    }
}
