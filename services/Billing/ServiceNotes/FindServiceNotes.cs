using Ips.Billing.Db;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Reads notes.</summary>
public sealed class FindServiceNotes(BillingDb db, Particulars particulars)
{
    public async Task<Result<Wire.ServiceNote>> Handle(Wire.GetServiceNoteRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ServiceNoteId>("name", ask.Name, "serviceNotes/{uuid}", ServiceNoteId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ServiceNotes.AsNoTracking().Include(n => n.Decision).SingleOrDefaultAsync(n => n.Id == id, stop) is { } found
            ? found.ToWire(found.Open(particulars), found.Decision!.ToWire(), stored: true)
            : new Problem.NotFound("service note", ask.Name);
    }

    public async Task<Result<Wire.ListServiceNotesResponse>> Handle(Wire.ListServiceNotesRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var from = fields.OptionalDay("from", ask.From);
        var through = fields.OptionalDay("through", ask.Through);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"serviceNotes {ask.Individual} {ask.From} {ask.Through}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.ServiceNotes.AsNoTracking().Include(n => n.Decision).AsQueryable();
        if (individual is { } person)
            query = query.Where(n => n.IndividualId == person);
        if (from is not null)
            query = query.Where(n => n.ServiceDate >= from);
        if (through is not null)
            query = query.Where(n => n.ServiceDate <= through);
        if (page.After is { } last)
            query = query.Where(n => ((Guid)(object)n.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(n => n.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListServiceNotesResponse reply = new() { NextPageToken = page.Cut(found, n => n.Id.Value) };
        reply.ServiceNotes.AddRange(found.Select(n => n.ToWire(n.Open(particulars), n.Decision!.ToWire(), stored: true)));
        return reply;
    }
}
