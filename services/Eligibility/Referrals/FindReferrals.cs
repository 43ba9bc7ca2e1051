using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>Reads referrals. DVRS does not see the receipt, which is about the provider's duty.</summary>
public sealed class FindReferrals(EligibilityDb db, PersonalDataProtector protector, Caller caller)
{
    public async Task<Result<Proto.Referral>> Handle(Proto.GetReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Referrals.AsSingleQuery().Include(r => r.Decision).Include(r => r.VrDecisions).SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } found
            ? Show(found)
            : new Problem.NotFound("referral", request.Name);
    }

    public async Task<Result<Proto.ListReferralsResponse>> Handle(Proto.ListReferralsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request.PageSize, request.PageToken,
            $"referrals {request.Individual} {request.State} {request.Provider} {request.SentFrom} {request.SentThrough}");
        var provider = request.Provider.Length == 0 ? null : fields.Organization("provider", request.Provider);
        var (from, through) = (fields.OptionalDay("sent_from", request.SentFrom), fields.OptionalDay("sent_through", request.SentThrough));
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Referrals.Include(r => r.Decision).Include(r => r.VrDecisions).AsQueryable();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, cancellationToken);
            query = query.Where(r => r.IndividualId == id);
        }

        if (request.State != Proto.ReferralState.Unspecified)
            query = query.Where(r => r.State == request.State);
        if (provider is not null)
            query = query.Where(r => r.Provider == provider);
        if (from is { } first)
            query = query.Where(r => r.ReferralDate >= first);
        if (through is { } last)
            query = query.Where(r => r.ReferralDate <= last);
        var (items, next) = await query.ToPage(page, r => r.Id, cancellationToken);
        return new Proto.ListReferralsResponse { Referrals = { items.Select(Show) }, NextPageToken = next };
    }

    /// <summary>The referrals that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.Referral>> Show(Func<IQueryable<Referral>, IQueryable<Referral>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.Referrals.AsNoTracking().Include(r => r.Decision)).ToListAsync(cancellationToken)).Select(Show)];

    public async Task<Result<Proto.ListVrAuthorizationsResponse>> Handle(Proto.ListVrAuthorizationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"vrAuthorizations {request.Individual} {request.Milestone}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.VrAuthorizations.AsNoTracking();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, cancellationToken);
            query = query.Where(a => a.IndividualId == id);
        }

        if (request.Milestone != 0)
            query = query.Where(a => a.Milestone == request.Milestone);
        var (items, next) = await query.ToPage(page, a => a.Id, cancellationToken);
        return new Proto.ListVrAuthorizationsResponse { VrAuthorizations = { items.Select(a => a.ToProto()) }, NextPageToken = next };
    }

    private Proto.Referral Show(Referral referral) =>
        referral.ToProto(caller.Role == Roles.Dvrs ? null : referral.Decision?.ToProto(), referral.Etag(), protector, caller);
}
