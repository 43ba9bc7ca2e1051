using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;

namespace Ips.SandboxCohort;

/// <summary>A life under nc-state: units of IPS that are authorized for a quarter and billed by the day.</summary>
internal sealed class NorthCarolinaState(Cohort cohort, Agency agency, Person person, int place) : Life(cohort, agency, person, place)
{
    private const int UnitsOfAQuarter = 64;
    private const decimal UnitCharge = 26.50m;

    protected override async Task Serve()
    {
        await Order();
        await Admit();
        await Refer();
        var (job, jobDay) = ((Contracts.Billing.V1.Job?)null, Calendar.Today.AddDays(60 + Dice.Next(90)));
        while (!Left)
        {
            var through = Calendar.Today.AddDays(89);
            var authorization = await Answered(await Request(AuthorizationKind.Ips, UnitsOfAQuarter, 90));
            while (Calendar.Today.AddDays(14) < through)
            {
                var note = await Note(60, job is null ? "Find a job" : "Keep the job", job is null ? "Met an employer together" : "Support at work");
                if (authorization.State == AuthorizationState.Approved)
                    await Bill(note, 4);
                await Wait(14);
                if (job is null && Calendar.Today >= jobDay)
                    job = await Hired();
            }

            await Calendar.Until(through.AddDays(1).Workday());
            if (Place > 0 && Chance(0.2))
            {
                await Discharge();
                return;
            }
        }
    }

    private Task Bill(string note, int units) => Bill(new()
    {
        ServiceNotes = { note },
        ServiceDate = On(0),
        Charge = (units * UnitCharge).Dollars(),
        Evidence = new(),
    });
}
