using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Reads claim lines.</summary>
public sealed class FindClaimLines(BillingDb db, Caller caller)
{
    public async Task<Result<Proto.ClaimLine>> Handle(Proto.GetClaimLineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ClaimLines.AsSingleQuery().Include(l => l.Decision).Include(l => l.Reconsidered).Include(l => l.Notes)
            .SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is { } found
            ? found.ToProto()
            : new Problem.NotFound("claim line", request.Name);
    }

    public async Task<Result<Proto.ListClaimLinesResponse>> Handle(Proto.ListClaimLinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        fields.Require(!request.Unsent || caller.Is(Roles.Provider), "unsent", "is for the agency, whose claims no one else sees");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.ClaimLines.AsSingleQuery().Include(l => l.Decision).Include(l => l.Reconsidered).Include(l => l.Notes).AsQueryable();
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(l => l.IndividualId == person);
        }

        if (request.State != Proto.ClaimLineState.Unspecified)
            query = query.Where(l => l.State == request.State);
        if (request.Unsent)
            query = query.Where(l => !db.Claims.Any(c => c.ClaimLineId == l.Id && c.Number != "" && c.State != Proto.ClaimState.Batched));
        // A line's id follows from its request, not from time: newest first goes by the decision, whose id does.
        var (items, next) = await query.ToPage(page, l => l.DecisionId, cancellationToken);
        return new Proto.ListClaimLinesResponse
        {
            ClaimLines = { items.Select(l => l.ToProto()) },
            NextPageToken = next
        };
    }
}
