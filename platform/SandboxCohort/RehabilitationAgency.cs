using Ips.Contracts.Eligibility.V1;

namespace Ips.SandboxCohort;

/// <summary>Vocational rehabilitation: once a week it acknowledges what came, decides what has waited, and authorizes what it will fund.</summary>
internal sealed class RehabilitationAgency(Cohort cohort, string code)
{
    private const int DaysToDecide = 20;

    public async Task Live()
    {
        var desk = cohort.Desk("dvrs", code, $"vr {code}");
        for (var day = cohort.Calendar.First.AddDays(2).Workday(); ; day = day.AddDays(7))
        {
            await cohort.Calendar.Until(day, Hour.Answers);
            foreach (var referral in await Of(ReferralState.Referred))
                await desk.Referrals.AcknowledgeReferralAsync(new() { Name = referral.Name, AcknowledgedOn = day.Text() });
            foreach (var referral in await Of(ReferralState.DvrsDetermining))
            {
                if (DateOnly.ParseExact(referral.ReferralDate, "yyyy-MM-dd").AddDays(DaysToDecide) <= day)
                    await Decide(desk, referral, day);
            }
        }

        async Task<IReadOnlyList<Referral>> Of(ReferralState state) =>
            [.. (await desk.Referrals.ListReferralsAsync(new() { State = state, PageSize = 200 })).Referrals.OrderBy(referral => referral.Name, StringComparer.Ordinal)];
    }

    // It serves every second person, with a counselor, a plan for a year and the milestones that are its to fund.
    private async Task Decide(Desk desk, Referral referral, DateOnly day)
    {
        var serves = cohort.PersonOf(referral.Individual) % 2 == 0;
        await desk.Referrals.RecordDvrsDecisionAsync(new()
        {
            Name = referral.Name,
            Outcome = serves ? DvrsOutcome.Eligible : DvrsOutcome.Ineligible,
            DecidedOn = day.Text(),
            ReasonCode = serves ? VrReason.ServedNow : VrReason.ServicesNotRequired,
        });
        if (!serves)
            return;
        await desk.Referrals.RecordVrContactAsync(new() { Name = referral.Name, Office = "sandbox-1", Counselor = "S. Counselor", CounselorContact = "919 555 0100" });
        await desk.Referrals.RecordVrPlanAsync(new() { Name = referral.Name, PlanFrom = day.Text(), PlanThrough = day.AddYears(1).Text() });
        if (referral.Program != "nc-core")
            return;
        foreach (var (milestone, amount) in new[] { (3, "3200.00"), (4, "1600.00"), (5, "2000.00") })
        {
            await desk.Referrals.RecordVrAuthorizationAsync(new()
            {
                Name = referral.Name,
                Number = $"{day:yyMMdd}-{cohort.PersonOf(referral.Individual):0000}-{milestone}",
                Milestone = milestone,
                AmountUsd = amount,
                ValidFrom = day.Text(),
                ValidThrough = day.AddYears(1).Text(),
            });
        }
    }
}
