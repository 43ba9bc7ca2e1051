using Ips.Contracts;
using Ips.Fidelity.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>Reads reviews. A final report is visible to the state and the payers (NC-FID-020); a provider sees those of its own teams.</summary>
public sealed class FindReviews(FidelityDb db)
{
    public async Task<Result<Proto.Review>> Handle(Proto.GetReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReviewId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Reviews.AsNoTracking().Include(r => r.Decision).Include(r => r.ContestDecision).SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } found
            ? found.ToProto(found.Decision!.ToProto(), stored: true)
            : new Problem.NotFound("review", request.Name);
    }

    public async Task<Result<Proto.ListReviewsResponse>> Handle(Proto.ListReviewsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var team = fields.OptionalId<TeamId>("team", request.Team);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Reviews.AsNoTracking().Include(r => r.Decision).Include(r => r.ContestDecision).AsQueryable();
        if (team is { } one)
            query = query.Where(r => r.TeamId == one);
        var (items, next) = await query.ToPage(page, r => r.Id, cancellationToken);
        return new Proto.ListReviewsResponse { Reviews = { items.Select(r => r.ToProto(r.Decision!.ToProto(), stored: true)) }, NextPageToken = next };
    }
}
