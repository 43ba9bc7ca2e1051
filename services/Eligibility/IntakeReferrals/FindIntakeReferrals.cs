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
        var owner = fields.OptionalId<StaffMemberId>("owner", request.Owner);
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request, byKeys: true);
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(individual, cancellationToken);
        var (items, next) = await filters.Of(db.IntakeReferrals.AsNoTracking()).By("state", r => r.State)
            .When("open_only", r => r.State == Proto.IntakeReferralState.Received || r.State == Proto.IntakeReferralState.Contacted
                || r.State == Proto.IntakeReferralState.Accepted)
            .By("source", r => r.Source).By("sender", r => r.Sender).By("provider", r => r.Provider).By("program", r => r.Program)
            .By("received_from", r => r.ReceivedOn).By("received_through", r => r.ReceivedOn).When("owner", r => r.OwnerId == owner)
            .When("individual", r => r.IndividualId == person).By("updated_since", r => r.UpdatedAt)
            .ToPage(cancellationToken, r => r.ReceivedOn, r => r.Id);
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
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await filters.Of(db.IntakeReferrals.AsNoTracking()).By("state", r => r.State).By("program", r => r.Program)
            .By("provider", r => r.Provider).By("received_from", r => r.ReceivedOn).By("received_through", r => r.ReceivedOn)
            .By("updated_since", r => r.UpdatedAt).ToPage(r => r.Id, cancellationToken);
        return new Proto.ListSentIntakeReferralsResponse { IntakeReferrals = { items.Select(r => r.ToSent()) }, NextPageToken = next };
    }
}
