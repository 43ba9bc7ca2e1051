using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Reads milestones.</summary>
public sealed class FindMilestones(BillingDb db)
{
    public async Task<Result<Proto.Milestone>> Handle(Proto.GetMilestoneRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<MilestoneId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Milestones.AsNoTracking().Include(m => m.Decision).Include(m => m.Reconsidered)
            .SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is { } found
            ? found.ToProto()
            : new Problem.NotFound("milestone", request.Name);
    }

    public async Task<Result<Proto.ListMilestonesResponse>> Handle(Proto.ListMilestonesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        fields.Number("number", request.Number, 0, 9);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Milestones.AsNoTracking().Include(m => m.Decision).Include(m => m.Reconsidered).AsQueryable();
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(m => m.IndividualId == person);
        }

        if (request.Number > 0)
            query = query.Where(m => m.Number == request.Number);
        var (items, next) = await query.ToPage(page, m => m.Id, cancellationToken);
        return new Proto.ListMilestonesResponse { Milestones = { items.Select(m => m.ToProto()) }, NextPageToken = next };
    }
}
