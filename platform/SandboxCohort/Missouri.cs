using Ips.Contracts.Billing.V1;

namespace Ips.SandboxCohort;

/// <summary>A life under mo-dmh-vr: vocational rehabilitation pays the search for a job, Medicaid the clinical support.</summary>
internal sealed class Missouri(Cohort cohort, Agency agency, Person person, int place) : Life(cohort, agency, person, place)
{
    protected override async Task Serve()
    {
        await Admit();
        var jobDay = Calendar.Today.AddDays(60 + Dice.Next(120));
        Job? job = null;
        for (var visit = 0; !Left; visit++)
        {
            await Wait(14);
            var clinical = visit % 3 == 2;
            await Bill(
                await Note(60, clinical ? "Manage symptoms at work" : job is null ? "Find a job" : "Keep the job", clinical ? "Practised a way to calm down" : "Met the employer"),
                clinical ? MissouriActivity.SymptomSkills : job is null ? MissouriActivity.JobSearch : MissouriActivity.JobSupports,
                clinical ? MissouriPayer.Medicaid : MissouriPayer.Vr);
            if (job is null && Calendar.Today >= jobDay)
                job = await Hired();
            if (visit == 26 && Place > 0 && Chance(0.4))
                await Discharge();
        }
    }

    private Task Bill(string note, MissouriActivity activity, MissouriPayer billTo) => Bill(new()
    {
        // The guidance prints no code.
        Code = "H2023",
        ServiceNotes = { note },
        ServiceDate = On(0),
        Charge = 88m.Dollars(),
        Evidence = new()
        {
            Activity = activity,
            BillTo = billTo,
            MedicalNecessityInPlan = true,
            StaffCommunitySupportQualified = true,
            StaffQmhp = true,
            InTreatmentPlan = true,
            SymptomInterferes = true,
            NoteLinksToPlan = true,
            AlreadyBilledTo = MissouriBilledBefore.None,
        },
    });
}
