using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>Reads referrals. DVRS does not see the receipt: it is about the provider's duty.</summary>
public sealed class FindReferrals(EligibilityDb db, Caller caller)
{
    public async Task<Result<Wire.Referral>> Handle(Wire.GetReferralRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ReferralId>("name", ask.Name, "referrals/{uuid}", ReferralId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Referrals.Include(r => r.Decision).SingleOrDefaultAsync(r => r.Id == id, stop) is { } found
            ? Show(found)
            : new Problem.NotFound("referral", ask.Name);
    }

    public async Task<Result<Wire.ListReferralsResponse>> Handle(Wire.ListReferralsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"referrals {ask.Individual} {ask.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Referrals.Include(r => r.Decision).AsQueryable();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, stop);
            query = query.Where(r => r.IndividualId == id);
        }

        if (ask.State != Wire.ReferralState.Unspecified)
            query = query.Where(r => r.State == ask.State);
        if (page.After is { } last)
            query = query.Where(r => ((Guid)(object)r.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(r => r.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListReferralsResponse reply = new() { NextPageToken = page.Cut(found, r => r.Id.Value) };
        reply.Referrals.AddRange(found.Select(Show));
        return reply;
    }

    private Wire.Referral Show(Referral referral) =>
        referral.ToWire(caller.Role == Roles.Dvrs ? null : referral.Decision?.ToWire(), db.Etag(referral), stored: true);
}
