using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>A person on the way through milestones 3 to 9: what the tests of them record.</summary>
public abstract class LaterMilestoneSteps(BillingService service)
{
    protected const string Start = "2025-02-03";
    protected const string Third = "2025-02-10";
    protected const string Fourth = "2025-03-10";

    protected static readonly Proto.MilestoneDocument[] StartDocuments =
    [
        Proto.MilestoneDocument.CareerProfileWithFasp, Proto.MilestoneDocument.MonthlyJobDevNotesWithEmployerContacts, Proto.MilestoneDocument.JobStartForm,
    ];

    protected BillingService Service => service;

    protected static string Text(Proto.Milestone milestone) => string.Join(' ', milestone.Modifiers);

    protected static Proto.MilestoneEvidence Closure() => new()
    {
        Documents =
        {
            Proto.MilestoneDocument.CareerProfileWithUpdatedFasp, Proto.MilestoneDocument.SummaryNote30, Proto.MilestoneDocument.SummaryNote60,
            Proto.MilestoneDocument.SummaryNote90,
        },
    };

    protected static Proto.MilestoneEvidence Closing() => new()
    {
        PcpContents = { PlanContent.GoalAttainment, PlanContent.StepDownOrWarmHandoff, PlanContent.ContinuingServices },
    };

    protected static Proto.SubmitMilestoneRequest Promotion(string individual, string day, Proto.PromotionType type, Proto.PromotionEvidence evidence) =>
        BillingService.Later(individual, 7, day, new() { PromotionType = type, PromotionEvidence = { evidence } });

    protected async Task<Proto.Milestone> Job(string individual, Action<Proto.MilestoneEvidence>? change = null, string end = "")
    {
        await Service.Hired(individual, Start, end, Start, "2025-02-04", "2025-02-05");
        Proto.MilestoneEvidence evidence = new() { Documents = { StartDocuments } };
        change?.Invoke(evidence);
        return await Service.Submitted(BillingService.Later(individual, 3, Third, evidence));
    }

    protected async Task<Proto.Milestone> Support(string individual, Action<Proto.MilestoneEvidence>? change = null)
    {
        await Service.Noted(individual, 60, "2025-02-12");
        await Service.Noted(individual, 60, "2025-02-18");
        var evidence = SupportEvidence();
        change?.Invoke(evidence);
        return await Service.Submitted(BillingService.Later(individual, 4, Fourth, evidence));
    }

    private static Proto.MilestoneEvidence SupportEvidence() => new()
    {
        Documents = { Proto.MilestoneDocument.CareerProfileWithUpdatedFasp, Proto.MilestoneDocument.MonthlyProgressNotes },
        SupportPlanDate = "2025-02-02",
        SupportFrom = "2025-02-11",
        SupportThrough = "2025-02-20",
        TeamLeadApprovalDate = Fourth,
        TeamLeadSigned = true,
    };

    /// <summary>Milestones 3 and 4 approved, with the job until <paramref name="end"/>.</summary>
    protected async Task Supported(string individual, string end)
    {
        await Service.Approved(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01", end));
        await Service.Approved(await Support(individual));
    }

    protected async Task<Proto.Education> Schooled(string individual, Proto.EducationFacts facts, bool linked = true)
    {
        (facts.LinkedToCareerGoal, facts.LeadsToEmployment) = (linked, true);
        return await Service.Employment.RecordEducationAsync(new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Facts = facts,
            RequestId = BillingService.NewId(),
        }, Service.Us);
    }

    protected string Staff(StaffRole role)
    {
        var staff = $"staff/{Guid.CreateVersion7()}";
        Service.Staff.Qualifications[staff] = new Qualification { StaffMember = staff, Role = role, Qualified = true };
        return staff;
    }

    protected async Task<string> Contact(string individual, string day, string staff, Proto.ContactType type)
    {
        var request = Service.Note(individual, 60, day, e => (e.ContactType, e.Author) = (type, staff));
        request.RenderingStaff = staff;
        return (await Service.Notes.RecordServiceNoteAsync(request, Service.Us)).Name;
    }
}
