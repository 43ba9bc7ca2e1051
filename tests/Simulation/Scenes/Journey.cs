using Ips.Contracts.Billing.V1;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Simulation.Scenes;

/// <summary>The sensible way of a person through the program.</summary>
internal static class Journey
{
    /// <summary>Does what comes next for the person.</summary>
    public static Task Onward(Scene scene, Person person)
    {
        // Who is refused goes another way in the end.
        if (scene.Chance(0.1))
            return Bill(scene, person);
        var missing = People.Needed.FirstOrDefault(kind => !person.All("fact").Any(fact => fact.About == kind && fact.State.Length == 0));
        if (missing is not null)
            return People.RecordNext(scene, person, missing);
        if (person.Last("determination") is not { } determined || (determined.State != nameof(DeterminationState.Eligible) && scene.Chance(0.4)))
            return Admission.Determine(scene, person);
        if (person.Agency.Program.StartsWith("nc", StringComparison.Ordinal) && person.Last("order", nameof(ServiceOrderState.InForce)) is null)
            return person.Last("order")?.State == nameof(ServiceOrderState.Draft) ? Orders.Sign(scene, person) : Orders.Create(scene, person);
        if (person.Last("authorization") is not { } authorization)
            return Authorizing.Request(scene, person);
        if (authorization.State == nameof(AuthorizationState.UnderReview))
            return Authorizing.Decide(scene, person);
        if (person.Last("assignment") is null && scene.Chance(0.5))
            return Organize.Assign(scene, person);
        if (person.Last("referral") is null && scene.Chance(0.5))
            return Referring.Create(scene, person);
        return Bill(scene, person);
    }

    /// <summary>Delivers and bills: notes, milestones, lines; now and then a line is void and made again.</summary>
    public static Task Bill(Scene scene, Person person)
    {
        var open = person.All("note").Count(note => note.State == "open");
        var milestones = person.All("milestone").Count(m => m.State is nameof(MilestoneState.Billable) or nameof(MilestoneState.Claimed));
        return scene.Random.Next(10) switch
        {
            < 4 when open < 3 => Money.Note(scene, person),
            < 6 => Money.Milestone(scene, person),
            < 9 when milestones > 0 => Money.Line(scene, person),
            9 when person.Last("line", nameof(ClaimLineState.Ready)) is not null => Money.Void(scene, person),
            _ => Money.Note(scene, person),
        };
    }
}
