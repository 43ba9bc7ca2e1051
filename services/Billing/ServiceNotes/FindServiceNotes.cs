using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Reads notes.</summary>
public sealed class FindServiceNotes(BillingDb db, EligibilityClient eligibility, Caller caller, PersonalDataProtector protector)
{
    public async Task<Result<Proto.ServiceNote>> Handle(Proto.GetServiceNoteRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceNoteId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda)
            .SingleOrDefaultAsync(n => n.Id == id, cancellationToken) is { } found
            ? (await Show([found], cancellationToken)).Then(shown => shown[0])
            : new Problem.NotFound("service note", request.Name);
    }

    public async Task<Result<Proto.ListServiceNotesResponse>> Handle(Proto.ListServiceNotesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var from = fields.OptionalDay("from", request.From);
        var through = fields.OptionalDay("through", request.Through);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda).AsQueryable();
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(n => n.IndividualId == person);
        }

        if (from is not null)
            query = query.Where(n => n.ServiceDate >= from);
        if (through is not null)
            query = query.Where(n => n.ServiceDate <= through);
        var (items, next) = await query.ToPage(page, n => n.Id, cancellationToken);
        return (await Show(items, cancellationToken)).Then(shown => new Proto.ListServiceNotesResponse { ServiceNotes = { shown }, NextPageToken = next });
    }

    private async Task<Result<List<Proto.ServiceNote>>> Show(IReadOnlyCollection<ServiceNote> notes, CancellationToken cancellationToken)
    {
        if (!(await Withheld(notes, cancellationToken)).Is(out var withheld, out var problem))
            return problem;
        return notes.Select(n => n.ToProto(protector))
            .Select(n => withheld.Contains(n.Individual) ? n.WithoutTexts() : n).ToList();
    }

    /// <summary>The people whose texts another party than the provider may not receive. Without an answer of Eligibility no text is given.</summary>
    private async Task<Result<IReadOnlySet<string>>> Withheld(IReadOnlyCollection<ServiceNote> notes, CancellationToken cancellationToken) =>
        caller.Role == Roles.Provider || notes.Count == 0 ? new HashSet<string>()
            : await eligibility.WithheldTexts([.. notes.Select(n => n.IndividualId).Distinct()], cancellationToken);
}
