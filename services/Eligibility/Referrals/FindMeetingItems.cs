using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>Who is to be discussed at the next meeting of an agency and DVRS, and why, from what is on file.</summary>
public sealed class FindMeetingItems(EligibilityDb db, FindReferrals referrals, PolicyService policies, TimeProvider clock)
{
    /// <summary>Days before an end at which it is to be discussed: a meeting each month must come before it.</summary>
    internal const int EndsWithin = 45;

    private const int UsualDays = 31;

    public async Task<Result<Proto.ListVrMeetingItemsResponse>> Handle(Proto.ListVrMeetingItemsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(individual, cancellationToken);
        var since = request.Since.Length > 0 ? filters.Day("since") : clock.UtcDay().AddDays(-UsualDays);
        // One that was only offered is no matter of DVRS yet.
        var shared = db.Referrals.AsNoTracking().Include(r => r.Decision).Include(r => r.VrDecisions).Where(r => r.ReferralDate != null
            && (r.State == Proto.ReferralState.Referred || r.State == Proto.ReferralState.DvrsDetermining || r.State == Proto.ReferralState.EligibleOpen
                || r.DvrsDecisionDate >= since || r.DvrsClosedDate >= since));
        var (found, next) = await filters.Of(shared).After("since").When("individual", r => r.IndividualId == person).By("provider", r => r.Provider)
            .By("program", r => r.Program).By("vr_office", r => r.VrOffice).ToPage(r => r.Id, cancellationToken);
        List<ReferralId> ids = [.. found.Select(r => r.Id)];
        var authorizations = (await db.VrAuthorizations.AsNoTracking().Where(a => ids.Contains(a.ReferralId) && a.CancelledOn == null).OrderBy(a => a.Id)
            .ToListAsync(cancellationToken)).ToLookup(a => a.ReferralId);
        Proto.ListVrMeetingItemsResponse reply = new() { NextPageToken = next };
        foreach (var referral in found)
        {
            List<Proto.VrMeetingTopic> topics = [.. Topics(referral, [.. authorizations[referral.Id]], since, policies.Today(referral.Program)!.Value)];
            if (topics.Count > 0)
                reply.Items.Add(new Proto.VrMeetingItem { Referral = referrals.Show(referral), Topics = { topics } });
        }

        return reply;
    }

    /// <summary>Why a referral is to be discussed; none when there is nothing.</summary>
    internal static IEnumerable<Proto.VrMeetingTopic> Topics(
        Referral referral, IReadOnlyList<VrAuthorization> authorizations, DateOnly since, DateOnly today)
    {
        if (referral.ReferralDate >= since)
            yield return Topic(Proto.VrMeetingReason.NewReferral, referral.ReferralDate);
        if (referral.State is Proto.ReferralState.Referred or Proto.ReferralState.DvrsDetermining)
            yield return Topic(Proto.VrMeetingReason.Undecided, referral.ReferralDate);
        if (referral.DvrsDecisionDate >= since)
            yield return Topic(Proto.VrMeetingReason.Decided, referral.DvrsDecisionDate);
        if (referral.DvrsClosedDate >= since)
            yield return Topic(Proto.VrMeetingReason.Closed, referral.DvrsClosedDate);
        if (!referral.IsOpen)
            yield break;
        if (referral.VrCounselor is null)
            yield return Topic(Proto.VrMeetingReason.NoCounselor, null);
        if (referral.State != Proto.ReferralState.EligibleOpen)
            yield break;
        if (referral.PlanFrom is null)
            yield return Topic(Proto.VrMeetingReason.NoPlan, referral.DvrsDecisionDate);
        else if (referral.PlanThrough <= today.AddDays(EndsWithin))
            yield return Topic(Proto.VrMeetingReason.PlanEnds, referral.PlanThrough);
        if (authorizations.All(a => a.ValidThrough < today))
            yield return Topic(Proto.VrMeetingReason.NoAuthorization, authorizations.Count == 0 ? null : authorizations.Max(a => a.ValidThrough));
        foreach (var ending in authorizations.Where(a => a.ValidThrough >= today && a.ValidThrough <= today.AddDays(EndsWithin)
            && !authorizations.Any(later => later.Milestone == a.Milestone && later.ValidThrough > a.ValidThrough)))
        {
            var topic = Topic(Proto.VrMeetingReason.AuthorizationEnds, ending.ValidThrough);
            topic.VrAuthorization = ending.Id.Name;
            yield return topic;
        }

        Proto.VrMeetingTopic Topic(Proto.VrMeetingReason reason, DateOnly? on) =>
            new() { Reason = reason, On = on.Day(), Days = on is { } day ? today.DayNumber - day.DayNumber : 0 };
    }
}
