using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using CorrectionReason = Ips.Contracts.Eligibility.V1.CorrectionReason;

namespace Ips.SandboxCohort;

/// <summary>A life under nc-core: engagement, intake, a job, and the milestones that follow from it.</summary>
internal sealed class NorthCarolinaCore(Cohort cohort, Agency agency, Person person, int place) : Life(cohort, agency, person, place)
{
    protected override async Task Serve()
    {
        await Order();
        await Admit();
        await Refer();
        var requested = await Request(AuthorizationKind.M2, 1, 90);
        var notes = new[]
        {
            await Note(60, "Explore work preferences", "Engagement and career exploration"), await Note(45, "Explore work preferences", "Visited a workplace"),
        };
        await Claim(await Submit(1, new() { ServiceNotes = { notes } }));
        await Answered(requested);
        await Claim(await Submit(2, new() { PcpDocument = $"sandbox-plan-{Person.Number}", PcpContents = { PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals } }));
        if (Place == 1)
            await BecomesMedicaid();

        // One keeps looking and leaves. Three of four others find a job within five months; vocational rehabilitation has decided by then.
        var search = Place < 3 ? 4 : 4 + Dice.Next(8);
        for (var visit = 0; visit < search; visit++)
        {
            await Wait(14);
            await Note(45, "Find a job", "Wrote an application together and met an employer");
        }

        if (Place < 3 || (Place != 4 && Chance(0.75)))
            await Work();
        if (Place == 4 || (Place > 3 && Chance(0.3)))
        {
            await Discharge();
            return;
        }

        while (!Left)
        {
            await Wait(28);
            await Note(30, "Keep looking", "Talked about what changed and what comes next");
        }
    }

    // Money of the state first: then the person is found to have had Medicaid all the time.
    private async Task BecomesMedicaid()
    {
        await Wait(60);
        var medicaid = Enrollment.Clone();
        medicaid.Funding = Funding.Medicaid;
        await Desk.Individuals.CorrectFactAsync(new()
        {
            Name = Enrollment.Fact,
            Etag = Enrollment.Etag,
            Fact = new() { Enrollment = medicaid },
            Reason = CorrectionReason.WrongValue,
            Note = "Medicaid was granted for the past",
        });
        Cohort.Count.Add(nameof(Tally.RetroactiveMedicaid));
    }

    private async Task Work()
    {
        var start = Calendar.Today;
        var job = await Hired();
        await Calendar.Until(start.AddDays(2));
        await Note(60, "Keep the job", "Visited after the first days at work");
        job = await Now(job, facts =>
        {
            facts.WorkedDays.Clear();
            facts.WorkedDays.Add([start.Text(), start.AddDays(1).Text(), start.AddDays(2).Text()]);
        });
        await Calendar.Until(start.AddDays(7));
        await Store(DocumentKind.CareerProfileWithFasp, DocumentKind.MonthlyJobDevNotesWithEmployerContacts, DocumentKind.JobStartForm);
        await Reviewed(await Submit(3, new() { SupportPlanDate = start.AddDays(-2).Text() }));

        // A contact in each week of the support.
        var support = Calendar.Today.AddDays(1);
        await Calendar.Until(support.AddDays(1));
        await Note(60, "Keep the job", "Support at work and a talk with the supervisor");
        await Calendar.Until(support.AddDays(7));
        await Note(60, "Keep the job", "Practised the way to work");
        await Calendar.Until(support.AddDays(28).Workday());
        await Store(DocumentKind.CareerProfileWithUpdatedFasp, DocumentKind.MonthlyProgressNotes);
        await Reviewed(await Submit(4, new()
        {
            SupportPlanDate = start.AddDays(6).Text(),
            SupportFrom = support.Text(),
            SupportThrough = support.AddDays(9).Text(),
            TeamLeadApprovalDate = On(0),
            TeamLeadSigned = true,
        }));

        // One loses the job, is without one for more than thirty days, and finds the next.
        if (Place == 0 || (Place > 2 && Chance(0.25)))
        {
            await Wait(20);
            await Ended(job, JobEndReason.EndedByEmployer);
            await Calendar.Until(Calendar.Today.AddDays(3));
            await Note(60, "Find the next job", "Talked about what was learned from the last one");
            await Wait(35);
            job = await Hired();
            Cohort.Count.Add(nameof(Tally.NextJobs));
            while (!Left)
            {
                await Wait(28);
                await Note(30, "Keep the job", "Support at work");
            }

            return;
        }

        await Wait(95);
        await Store(DocumentKind.CareerProfileWithUpdatedFasp, DocumentKind.SummaryNote30, DocumentKind.SummaryNote60, DocumentKind.SummaryNote90);
        await Reviewed(await Submit(5, new()));
        if (Chance(0.5))
        {
            await Now(job, facts => facts.Terms.Add(new JobTerms { FromDate = On(0), WeeklyHours = 25, HourlyWage = "21.50", Promotion = true }));
            await Store(DocumentKind.PromotionRecord);
            await Reviewed(await Submit(7, new() { PromotionType = PromotionType.Internal, PromotionEvidence = { PromotionEvidence.NewTitle, PromotionEvidence.NewPay } }));
        }

        await Supported(await Answered(await Request(AuthorizationKind.M6, 16, 240)));
    }

    // Follow-along: two contacts a month.
    private async Task Supported(Authorization approved)
    {
        if (approved.State is not (AuthorizationState.Approved or AuthorizationState.Modified))
            return;
        for (var month = 0; month < 6; month++)
        {
            var first = new DateOnly(Calendar.Today.Year, Calendar.Today.Month, 1).AddMonths(1);
            await Calendar.Until(first.AddDays(5).Workday());
            await Note(30, "Keep the job", "Support at work");
            await Calendar.Until(first.AddDays(18).Workday());
            await Note(30, "Keep the job", "Talked with the person and the employer");
            await Calendar.Until(first.AddMonths(1).AddDays(-1));
            await Claim(await Submit(6, new()));
        }
    }

    private Task Store(params DocumentKind[] kinds) => Desk.Store(Individual, Calendar.Today, kinds);

    private async Task<Milestone> Submit(int number, MilestoneEvidence evidence)
    {
        var milestone = await Desk.Milestones.SubmitMilestoneAsync(new()
        {
            Individual = Individual,
            Provider = Agency.Name,
            Program = Program,
            Number = number,
            EventDate = On(0),
            Evidence = evidence,
        });
        // The answer of vocational rehabilitation may be on its way to Billing.
        for (var look = 0; milestone.State == MilestoneState.Collecting && look < 20; look++)
        {
            await Task.Delay(250);
            milestone = await Desk.Milestones.GetMilestoneAsync(new() { Name = milestone.Name });
        }

        Cohort.Count.See(milestone);
        return milestone;
    }

    // Network Evaluation answers within ten days; the letter is uploaded on the day it comes.
    private async Task Reviewed(Milestone milestone)
    {
        if (milestone.State == MilestoneState.UnderReview)
        {
            await Wait(8);
            await Desk.Store(milestone.Name, Calendar.Today, DocumentKind.ApprovalLetter);
            milestone = await Desk.Milestones.RecordReviewAsync(
                new() { Name = milestone.Name, Outcome = ReviewOutcome.Approved, ReceivedDate = On(0), UploadedDate = On(0) });
            Cohort.Count.See(milestone);
        }

        if (milestone.State == MilestoneState.Billable)
            await Claim(milestone);
    }

    private async Task Claim(Milestone milestone)
    {
        if (milestone.State is MilestoneState.Denied or MilestoneState.Collecting)
            return;
        await Bill(new() { Milestone = milestone.Name, ServiceDate = milestone.EventDate });
        Cohort.Count.See(await Desk.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }));
    }
}
