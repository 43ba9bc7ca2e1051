using Ips.Contracts.Billing.V1;
using Ips.Contracts.Eligibility.V1;

namespace Ips.SandboxCohort;

/// <summary>A life under a plan of Louisiana: prior authorization, contacts around a job, and a claim for each encounter or for each month.</summary>
internal sealed class Louisiana(Cohort cohort, Agency agency, Person person, int place) : Life(cohort, agency, person, place)
{
    private readonly List<string> unbilled = [];

    protected override async Task RecordMore()
    {
        await Record(new() { MyChoice = new() { Status = MyChoiceStatus.Transitioned, From = On(-40) } });
        await Record(new() { Recommendation = new() { By = Recommender.Lmhp, RecommendedOn = On(-1) } });
        foreach (var other in new[] { OtherServiceKind.RehabilitationAct, OtherServiceKind.VrCase, OtherServiceKind.Lrs })
            await Record(new() { OtherService = new() { Kind = other, From = On(-60), Absent = true } });
        await Cohort.Desk("mco", Agency.Program.Payer, $"person {Person.Number} plan").Individuals.RecordFactAsync(new()
        {
            Individual = Individual,
            Fact = new() { Diagnosis = new() { Class = DiagnosisClass.OtherMh, DiagnosedOn = On(-60), Qualifying = true } },
        });
    }

    protected override async Task Serve()
    {
        await Admit();
        var jobDay = Calendar.Today.AddDays(45 + Dice.Next(120));
        var works = Place < 2 || Chance(0.7);
        Job? job = null;
        while (!Left)
        {
            var through = Calendar.Today.AddDays(179);
            await Answered(await Request(AuthorizationKind.LaPriorAuth, 180, 180));
            while (Calendar.Today < through)
            {
                await Note(60, job is null ? "Find a job" : "Keep the job", job is null ? "Met an employer together" : "Visited at work");
                if (job is null && works && Calendar.Today >= jobDay)
                    job = await Start();
                await Wait(14);
            }

            if (Place > 0 && Chance(0.25))
            {
                await Discharge();
                return;
            }
        }
    }

    private async Task Note(int minutes, string purpose, string intervention)
    {
        var month = Calendar.Today.Month;
        unbilled.Add(await base.Note(minutes, purpose, intervention));
        // la-lhcc pays each encounter; la-acla a month, which is claimed with its last contact.
        if (Program == "la-lhcc" || Calendar.Today.AddDays(14).Workday().Month != month)
            await Bill();
    }

    // The contacts that are due before and after a job starts.
    private async Task<Job> Start()
    {
        await Calendar.Until(Calendar.Today.AddDays(2));
        var job = await Hired();
        await Calendar.Until(Calendar.Today.AddDays(2));
        await Note(30, "Keep the job", "Visited within three days of the start");
        return job;
    }

    private async Task Bill()
    {
        await Bill(new()
        {
            // The text of la-acla prints no code.
            Code = Program == "la-acla" ? "H2023" : "",
            ServiceNotes = { unbilled },
            ServiceDate = On(0),
            Charge = (Program == "la-lhcc" ? 128.50m : 540m).Dollars(),
            Evidence = new() { AgencyNpiOnClaim = true, RenderingNpiOnClaim = true, ChargeFor = ChargeFor.Service, DuplicateOrFreeService = false, LrsServed = false },
        });
        unbilled.Clear();
    }
}
