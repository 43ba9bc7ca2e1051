using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>Reads referrals: the agency its worklist, a sender where those that it sent stand.</summary>
public sealed class FindIntakeReferrals(EligibilityDb db, IntakeViews views)
{
    public async Task<Result<Proto.IntakeReferral>> Handle(Proto.GetIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IntakeReferralId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.IntakeReferrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } found
            ? (await views.Show([found], cancellationToken))[0]
            : new Problem.NotFound("intake referral", request.Name);
    }

    public async Task<Result<Proto.ListIntakeReferralsResponse>> Handle(Proto.ListIntakeReferralsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider)?.Value;
        var (from, through) = (fields.OptionalDay("received_from", request.ReceivedFrom), fields.OptionalDay("received_through", request.ReceivedThrough));
        var owner = fields.OptionalId<StaffMemberId>("owner", request.Owner);
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.ReadByCode(fields, request.PageSize, request.PageToken, "intakeReferrals " + string.Join(' ',
            request.State, request.OpenOnly, request.Source, request.Provider, request.Program, request.ReceivedFrom, request.ReceivedThrough, request.Owner,
            request.Individual));
        if (fields.Problem is { } bad)
            return bad;
        var query = db.IntakeReferrals.AsNoTracking();
        if (request.State != Proto.IntakeReferralState.Unspecified)
            query = query.Where(r => r.State == request.State);
        if (request.OpenOnly)
        {
            query = query.Where(r => r.State == Proto.IntakeReferralState.Received || r.State == Proto.IntakeReferralState.Contacted
                || r.State == Proto.IntakeReferralState.Accepted);
        }

        if (request.Source != Proto.IntakeSource.Unspecified)
            query = query.Where(r => r.Source == request.Source);
        if (provider is not null)
            query = query.Where(r => r.Provider == provider);
        if (request.Program.Length > 0)
            query = query.Where(r => r.Program == request.Program);
        if (from is { } first)
            query = query.Where(r => r.ReceivedOn >= first);
        if (through is { } last)
            query = query.Where(r => r.ReceivedOn <= last);
        if (owner is { } staff)
            query = query.Where(r => r.OwnerId == staff);
        if (individual is { } person)
        {
            var id = await db.Survivor(person, cancellationToken);
            query = query.Where(r => r.IndividualId == id);
        }

        var (items, next) = await query.ToPage(page, cancellationToken, r => r.ReceivedOn, r => r.Id);
        return new Proto.ListIntakeReferralsResponse { IntakeReferrals = { await views.Show(items, cancellationToken) }, NextPageToken = next };
    }

    public async Task<Result<Proto.SentIntakeReferral>> Handle(Proto.GetSentIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IntakeReferralId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.IntakeReferrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } found
            ? found.ToSent()
            : new Problem.NotFound("intake referral", request.Name);
    }

    public async Task<Result<Proto.ListSentIntakeReferralsResponse>> Handle(
        Proto.ListSentIntakeReferralsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"intakeReferrals:sent {request.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.IntakeReferrals.AsNoTracking();
        if (request.State != Proto.IntakeReferralState.Unspecified)
            query = query.Where(r => r.State == request.State);
        var (items, next) = await query.ToPage(page, r => r.Id, cancellationToken);
        return new Proto.ListSentIntakeReferralsResponse { IntakeReferrals = { items.Select(r => r.ToSent()) }, NextPageToken = next };
    }
}
