using System.Globalization;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Milestones 3 to 9 over time: what a later fact reopens, the whole way, and the checklist.</summary>
[Collection("billing")]
public sealed class LaterMilestoneJourneyTests(BillingService service) : LaterMilestoneSteps(service)
{
    [Fact]
    public async Task A_corrected_job_reopens_the_milestone_and_its_line_and_the_correction_of_the_correction_lets_them_stand()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await Service.Approved(await Job(individual));
        var line = await Service.Claimed(Service.Line(milestone.Name, Third));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);

        var job = (await Service.Employment.ListJobsAsync(new() { Individual = individual }, Service.Us)).Jobs.Single();
        var facts = job.Facts.Clone();
        facts.WorkedDays.RemoveAt(2);
        var corrected = await Service.Employment.UpdateJobAsync(
            new() { Name = job.Name, Etag = job.Etag, Facts = facts, Reason = "A day off", RequestId = BillingService.NewId() }, Service.Us);
        var denied = await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us);
        Assert.Equal((Proto.MilestoneState.Denied, milestone.Decision, Verdict.NotMet), (denied.State, denied.Decision, denied.Reconsidered.Verdict));
        var questioned = await Service.Claims.GetClaimLineAsync(new() { Name = line.Name }, Service.Us);
        Assert.Equal((Proto.ClaimLineState.Attention, "NCC-MS-03d"), (questioned.State, questioned.Refusals[0].RuleId));

        // Both decisions of the milestone are read by their names, also by the payer.
        await Service.Cover(individual);
        foreach (var who in new[] { Service.Us, Service.As(Roles.Mco, "alliance") })
        {
            Assert.Equal(denied.Reconsidered,
                await Service.Decisions.GetDecisionAsync(new() { Name = $"decisions/{denied.Reconsidered.DecisionId}" }, who));
        }

        facts.WorkedDays.Add("2025-02-06");
        await Service.Employment.UpdateJobAsync(
            new() { Name = job.Name, Etag = corrected.Etag, Facts = facts, RequestId = BillingService.NewId() }, Service.Us);
        Assert.Equal(Proto.MilestoneState.Claimed, (await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us)).State);
        Assert.Equal(Proto.ClaimLineState.Ready, (await Service.Claims.GetClaimLineAsync(new() { Name = line.Name }, Service.Us)).State);
    }

    [Fact]
    public async Task A_decision_of_VR_that_comes_later_reopens_the_milestone_and_its_line()
    {
        var (individual, _) = Service.Eligibility.Person();
        var referral = await Service.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await Service.Approved(await Job(individual));
        var line = await Service.Claimed(Service.Line(milestone.Name, Third));
        await Service.Referred(individual, "eligible_open", "2025-03-01", referral, sequence: 2);
        Assert.Equal((Proto.MilestoneState.PaidByVr, "VR"), await Now());
        var questioned = await Service.Claims.GetClaimLineAsync(new() { Name = line.Name }, Service.Us);
        Assert.Equal(Proto.ClaimLineState.Attention, questioned.State);
        Assert.Contains("NC-EXCL-024", questioned.Refusals.Select(r => r.RuleId));

        // An event that was overtaken changes nothing.
        await Service.Referred(individual, "referred", "2025-01-10", referral, sequence: 1);
        Assert.Equal((Proto.MilestoneState.PaidByVr, "VR"), await Now());

        async Task<(Proto.MilestoneState, string)> Now()
        {
            var now = await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us);
            return (now.State, now.Funder);
        }
    }

    [Fact]
    public async Task A_milestone_that_collects_is_decided_again_when_the_job_is_recorded()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await Service.Submitted(BillingService.Later(individual, 3, Third, new() { Documents = { StartDocuments } }));
        Assert.Equal(Proto.MilestoneState.Collecting, milestone.State);
        await Service.Hired(individual, Start, worked: [Start, "2025-02-04", "2025-02-05"]);
        Assert.Equal(Proto.MilestoneState.UnderReview, (await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us)).State);
    }

    [Fact]
    public async Task A_void_note_reopens_the_month_that_counts_it()
    {
        var (individual, person) = Service.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.M6, ("2025-05-01", "2025-12-31", 16));
        var esp = Staff(StaffRole.Esp);
        await Contact(individual, "2025-05-06", esp, Proto.ContactType.InPerson);
        var second = await Contact(individual, "2025-05-20", esp, Proto.ContactType.InPerson);
        var milestone = await Service.Submitted(BillingService.Later(individual, 6, "2025-05-31", new()));
        var line = await Service.Claimed(Service.Line(milestone.Name, "2025-05-31"));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        await Service.Notes.VoidServiceNoteAsync(
            new() { Name = second, Reason = Proto.NoteVoidReason.RecordedByMistake, RequestId = BillingService.NewId() }, Service.Us);
        Assert.Equal(Proto.MilestoneState.Denied, (await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us)).State);
        var questioned = await Service.Claims.GetClaimLineAsync(new() { Name = line.Name }, Service.Us);
        Assert.Equal((Proto.ClaimLineState.Attention, "NCC-MS-06c"), (questioned.State, questioned.Refusals[0].RuleId));
    }

    [Theory]
    [InlineData("ineligible", "Alliance", "12848.52")]
    [InlineData("eligible_open", "VR", "6048.52")]
    public async Task The_whole_way_of_one_person_from_1_to_9_with_who_pays_3_to_5(string decidedByVr, string funder, string total)
    {
        var (individual, person) = Service.Eligibility.Person();
        (person.Order, person.Authorized) = (("2025-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31", 3));
        var esp = Staff(StaffRole.Esp);
        var paid = 0m;
        await Reached(await Service.Submitted(BillingService.First(individual, "2025-01-06", await Service.Noted(individual, day: "2025-01-06"))), "Alliance");
        await Reached(await Service.Submitted(BillingService.Second(individual, day: "2025-01-15")), "Alliance");
        await Service.Referred(individual, decidedByVr, "2025-01-20");
        await Reached(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01"), funder);
        await Reached(await Support(individual), funder);
        await Reached(await Service.Submitted(BillingService.Later(individual, 5, "2025-06-07", Closure())), funder);
        await Contact(individual, "2025-06-10", esp, Proto.ContactType.InPerson);
        await Contact(individual, "2025-06-24", esp, Proto.ContactType.InPerson);
        await Reached(await Service.Submitted(BillingService.Later(individual, 6, "2025-06-30", new())), "Alliance");
        await Reached(await Service.Submitted(Promotion(individual, "2025-07-01", Proto.PromotionType.Internal, Proto.PromotionEvidence.NewTitle)), "Alliance");
        var education = await Schooled(individual, new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10", CompletedDate = "2025-07-10" });
        await Reached(await Service.Submitted(BillingService.Later(individual, 8, "2025-07-15", new() { Education = education.Name })), "Alliance");
        await Reached(await Service.Submitted(BillingService.Later(individual, 9, "2026-02-02", Closing())), "Alliance");
        Assert.Equal((total, 0), (paid.ToString("0.00", CultureInfo.InvariantCulture), person.Left));

        async Task Reached(Proto.Milestone milestone, string pays)
        {
            if (milestone.State == Proto.MilestoneState.UnderReview)
                milestone = await Service.Approved(milestone);
            var byVr = pays == "VR";
            Assert.Equal((milestone.Number, pays, byVr ? Proto.MilestoneState.PaidByVr : Proto.MilestoneState.Billable),
                (milestone.Number, milestone.Funder, milestone.State));
            var line = await Service.Claimed(Service.Line(milestone.Name, milestone.EventDate));
            Assert.Equal((milestone.Number, byVr ? Proto.ClaimLineState.Refused : Proto.ClaimLineState.Ready), (line.MilestoneNumber, line.State));
            paid += decimal.Parse(line.Amount.Amount, CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_checklist_names_the_records_what_is_missing_and_who_provides_it()
    {
        var (individual, person) = Service.Eligibility.Person();
        var referral = await Service.Referred(individual, "dvrs_determining", "2025-01-20");
        var job = await Service.Hired(individual, Start, worked: [Start, "2025-02-04", "2025-02-05"]);
        var list = await Checklist(3, Third);
        Assert.Equal(Proto.MilestoneState.Collecting, list.State);
        var days = Item(list, "NCC-MS-03d");
        Assert.Equal((Verdict.Met, default(Proto.EvidenceSource), job.Name), (days.Finding.Verdict, days.ProvidedBy, Assert.Single(days.Records)));
        Assert.Equal(Proto.EvidenceSource.Provider, Item(list, "NCC-MS-03c").ProvidedBy);
        var vr = Item(list, "NCC-MS-03b");
        Assert.Equal((Verdict.NeedsFacts, Proto.EvidenceSource.Vr, $"referrals/{referral}"), (vr.Finding.Verdict, vr.ProvidedBy, Assert.Single(vr.Records)));
        Assert.Equal(Proto.EvidenceSource.NetworkEvaluation, Item(list, "NCC-MS-03e").ProvidedBy);
        Assert.Equal(0, await Service.Count("milestones", $"individual_id = '{individual[12..]}'"));

        // The evidence that was sent last counts, and the milestone that it made does not stand in its own way.
        await Service.Referred(individual, "ineligible", "2025-01-25", referral, sequence: 2);
        var milestone = await Service.Approved(await Service.Submitted(BillingService.Later(individual, 3, Third, new() { Documents = { StartDocuments } })));
        list = await Checklist(3, Third);
        Assert.Equal((milestone.Name, "Alliance", 1), (list.Latest, list.Funder, list.PayableUnits));

        person.Authorized = null;
        Assert.Equal(Proto.EvidenceSource.Payer, Item(await Checklist(2, Third), "NCC-MS-02c").ProvidedBy);
        var note = await Service.Noted(individual, 60, "2025-03-04");
        var first = await Checklist(1, "2025-03-04");
        Assert.Equal((4, note), (first.PayableUnits, Assert.Single(Item(first, "NCC-MS-01c").Records)));

        Assert.Equal(["event_date", "number"], (await Service.Milestones.GetMilestoneChecklistAsync(Request(10, "soon"), Service.Us)
            .Refused(StatusCode.InvalidArgument)).Fields().Order());
        await Service.Milestones.GetMilestoneChecklistAsync(Request(3, Third), Service.As(Roles.Provider, "another-agency")).Refused(StatusCode.PermissionDenied);
        await Service.Milestones.GetMilestoneChecklistAsync(Request(3, Third), Service.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);

        Proto.GetMilestoneChecklistRequest Request(int number, string day) => new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Number = number,
            EventDate = day,
        };
        async Task<Proto.MilestoneChecklist> Checklist(int number, string day) =>
            await Service.Milestones.GetMilestoneChecklistAsync(Request(number, day), Service.Us);
        static Proto.MilestoneChecklistItem Item(Proto.MilestoneChecklist list, string rule) => list.Items.Single(i => i.Finding.RuleId == rule);
    }

    [Fact]
    public async Task Evidence_that_is_wrong_names_its_field()
    {
        var (individual, _) = Service.Eligibility.Person();
        var (other, _) = Service.Eligibility.Person();
        var job = await Service.Hired(other, Start);
        foreach (var (field, number, evidence) in new (string, int, Proto.MilestoneEvidence)[]
        {
            ("evidence.job", 3, new() { Job = job.Name }), ("evidence.education", 8, new()),
            ("evidence.education", 8, new() { Education = $"educations/{Guid.CreateVersion7()}" }),
            ("evidence.vr_document_date", 3, new() { VrStatement = Proto.VrStatement.Refused }),
            ("evidence.triggers", 6, new() { Triggers = -1 }), ("evidence.documents[0]", 3, new() { Documents = { default(Proto.MilestoneDocument) } }),
            ("evidence.support_from", 4, new() { SupportFrom = "soon" }), ("number", 10, new()), ("number", 0, new()),
            ("evidence.support_through", 4, new() { SupportFrom = "2020-01-01", SupportThrough = "2025-01-01" }),
        })
        {
            Assert.Equal([field], (await Service.Milestones.SubmitMilestoneAsync(BillingService.Later(individual, number, Third, evidence), Service.Us)
                .Refused(StatusCode.InvalidArgument)).Fields());
        }
    }
}
