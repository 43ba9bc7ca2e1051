using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;

namespace Ips.Simulation.Scenes;

/// <summary>Notes, milestones and claim lines.</summary>
internal static class Money
{
    public static async Task Note(Scene scene, Person person)
    {
        if (await Organize.Esp(scene, person.Agency) is not { } staff)
            return;
        var day = scene.Chance(0.8) ? scene.Today : person.First;
        await scene.Send(person.Agency.Provider, new RecordServiceNoteRequest
        {
            Individual = person.Name,
            Provider = person.Agency.Name,
            Program = person.Agency.Program,
            RenderingStaff = staff,
            ServiceDate = Scene.Day(day),
            RequestId = scene.NewId(),
            Elements = new()
            {
                IndividualName = "Case Number",
                ServiceName = "IPS",
                ContactType = ContactType.InPerson,
                PlaceOfService = PlaceOfService.Community,
                PurposeGoal = "Explore work preferences",
                Interventions = "Career exploration",
                DurationMinutes = scene.Random.Next(1, 10) * 15,
                Effectiveness = "Took part",
                SignedBy = "One",
                SignatureDate = Scene.Day(day),
                CredentialsOrTitle = "ESP, CESP",
                NameOnEveryPage = true,
                Author = staff,
                Activity = Activity.DirectSupport,
                GroupSize = scene.Chance(0.95) ? 1 : 3,
                Rendered = true,
                IndividualPresent = true,
                InterventionOnPlanFrom = Scene.Day(person.First),
            },
        }, person);
    }

    public static async Task Milestone(Scene scene, Person person)
    {
        var number = scene.Chance(0.5) ? 1 : 2;
        var notes = person.All("note").Where(note => scene.Chance(note.State == "open" ? 0.8 : 0.1)).ToList();
        MilestoneEvidence evidence = new();
        if (number == 1)
            evidence.ServiceNotes.AddRange(notes.Select(note => note.Name));
        else
        {
            evidence.PcpContents.AddRange([PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals]);
            evidence.PcpDocument = "pcp-1";
        }

        await scene.Send(person.Agency.Provider, new SubmitMilestoneRequest
        {
            Individual = person.Name,
            Provider = person.Agency.Name,
            Program = person.Agency.Program,
            Number = number,
            EventDate = scene.Day(),
            Evidence = evidence,
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task Line(Scene scene, Person person)
    {
        if (person.Last("milestone") is null || await Organize.Esp(scene, person.Agency) is not { } staff)
            return;
        var milestone = scene.Chance(0.5) ? person.Last("milestone")! : scene.Pick([.. person.All("milestone")]);
        CreateClaimLineRequest request = new()
        {
            Milestone = milestone.Name,
            RenderingStaff = staff,
            ServiceDate = milestone.About.Length > 0 ? scene.Pick(milestone.About.Split(' ')) : scene.Chance(0.9) ? milestone.Day : scene.Day(),
            RequestId = scene.NewId(),
        };
        if (scene.Chance(0.05))
            request.Units = scene.Random.Next(1, 10);
        await scene.Send(person.Agency.Provider, request, person);
    }

    public static Task Void(Scene scene, Person person) =>
        (person.Last("line", nameof(ClaimLineState.Ready)) ?? person.Last("line")) is not { } known ? Task.CompletedTask
        : scene.Send(person.Agency.Provider, new VoidClaimLineRequest { Name = known.Name, Etag = known.Etag, RequestId = scene.NewId() }, person);
}
