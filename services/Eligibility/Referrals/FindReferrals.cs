using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>Reads referrals. DVRS does not see the receipt, which is about the provider's duty.</summary>
public sealed class FindReferrals(EligibilityDb db, Caller caller)
{
    public async Task<Result<Proto.Referral>> Handle(Proto.GetReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Referrals.Include(r => r.Decision).SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } found
            ? Show(found)
            : new Problem.NotFound("referral", request.Name);
    }

    public async Task<Result<Proto.ListReferralsResponse>> Handle(Proto.ListReferralsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"referrals {request.Individual} {request.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Referrals.Include(r => r.Decision).AsQueryable();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, cancellationToken);
            query = query.Where(r => r.IndividualId == id);
        }

        if (request.State != Proto.ReferralState.Unspecified)
            query = query.Where(r => r.State == request.State);
        var (items, next) = await query.ToPage(page, r => r.Id, cancellationToken);
        return new Proto.ListReferralsResponse { Referrals = { items.Select(Show) }, NextPageToken = next };
    }

    /// <summary>The referrals that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.Referral>> Show(Func<IQueryable<Referral>, IQueryable<Referral>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.Referrals.AsNoTracking().Include(r => r.Decision)).ToListAsync(cancellationToken)).Select(Show)];

    private Proto.Referral Show(Referral referral) =>
        referral.ToProto(caller.Role == Roles.Dvrs ? null : referral.Decision?.ToProto(), referral.Etag(), stored: true);
}
