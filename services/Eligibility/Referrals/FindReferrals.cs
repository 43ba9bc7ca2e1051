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
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (person, payer) = (await db.Survivor(individual, cancellationToken), filters.Organization("payer"));
        var (items, next) = await filters.Of(db.Referrals.Include(r => r.Decision).Include(r => r.VrDecisions)).When("individual", r => r.IndividualId == person)
            .By("state", r => r.State).By("program", r => r.Program).By("provider", r => r.Provider).When("payer", r => r.Individual!.Payers.Contains(payer))
            .By("sent_from", r => r.ReferralDate).By("sent_through", r => r.ReferralDate).By("updated_since", r => r.UpdatedAt)
            .By("vr_office", r => r.VrOffice).ToPage(r => r.Id, cancellationToken);
        return new Proto.ListReferralsResponse { Referrals = { items.Select(Show) }, NextPageToken = next };
    }

    /// <summary>The referrals that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.Referral>> Show(Func<IQueryable<Referral>, IQueryable<Referral>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.Referrals.AsNoTracking().Include(r => r.Decision)).ToListAsync(cancellationToken)).Select(Show)];

    public async Task<Result<Proto.ListVrAuthorizationsResponse>> Handle(Proto.ListVrAuthorizationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (person, payer) = (await db.Survivor(individual, cancellationToken), filters.Organization("payer"));
        var (items, next) = await filters.Of(db.VrAuthorizations.AsNoTracking()).When("individual", a => a.IndividualId == person)
            .By("milestone", a => a.Milestone).By("program", a => a.Program).By("provider", a => a.Provider)
            .When("payer", a => a.Referral!.Individual!.Payers.Contains(payer)).By("valid_from", a => a.ValidThrough).By("valid_through", a => a.ValidFrom)
            .By("updated_since", a => a.UpdatedAt).ToPage(a => a.Id, cancellationToken);
        return new Proto.ListVrAuthorizationsResponse { VrAuthorizations = { items.Select(a => a.ToProto()) }, NextPageToken = next };
    }

    /// <summary>The authorizations of DVRS that a choice leaves.</summary>
    internal async Task<List<Proto.VrAuthorization>> Show(
        Func<IQueryable<VrAuthorization>, IQueryable<VrAuthorization>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.VrAuthorizations.AsNoTracking()).ToListAsync(cancellationToken)).Select(a => a.ToProto())];

    /// <summary>A referral as the caller may see it.</summary>
    internal Proto.Referral Show(Referral referral) =>
        referral.ToProto(caller.Role == Roles.Dvrs ? null : referral.Decision?.ToProto(), referral.Etag(), protector, caller);
}
