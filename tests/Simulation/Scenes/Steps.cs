using Google.Protobuf;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Simulation.Hosting;

namespace Ips.Simulation.Scenes;

/// <summary>The steps of a scene: the next sensible act for a person, a hostile one, time, events, faults of whole machines.</summary>
internal static class Steps
{
    private static readonly (int Weight, Func<Scene, Task> Do)[] All =
    [
        (5, People.Register),
        (60, scene => About(scene, scene.Random.Next(100) < scene.Sensible ? Journey.Onward : Hostile)),
        (6, Again),
        (4, Resend),
        (7, Wait),
        (14, Events),
        (3, scene => scene.World.Sweep()),
        (1, Organize.Review),
        (1, Organize.CheckCaseload),
        (2, Machines.Restore),
    ];

    private static readonly int Weights = All.Sum(step => step.Weight);

    /// <summary>The organizations that everything is about.</summary>
    public static async Task Open(World world, IReadOnlyList<Agency> agencies)
    {
        var all = agencies.SelectMany(a => new[] { (a.Code, OrganizationKind.Provider, a.Program), (a.Payer, OrganizationKind.Payer, a.Program) });
        foreach (var (code, kind, program) in all.DistinctBy(organization => organization.Item1))
        {
            await world.Call(new(Roles.Ops, "ops", "ops"), new CreateOrganizationRequest
            {
                OrganizationId = code,
                RequestId = Guid.CreateVersion7(world.Clock.GetUtcNow()).ToString(),
                Organization = new() { DisplayName = code, Kind = kind, Programs = { program } },
            });
        }
    }

    /// <summary>Does one step, chosen by the seed.</summary>
    public static Task Next(Scene scene)
    {
        var at = scene.Random.Next(Weights);
        return All.First(step => (at -= step.Weight) < 0).Do(scene);
    }

    /// <summary>A request that no sensible journey makes just now.</summary>
    public static Task Hostile(Scene scene, Person person) => scene.Pick(Hostilities)(scene, person);

    /// <summary>A request of another caller that concerns what this one rests on.</summary>
    public static Task Rival(Scene scene, Person person, IMessage request) => scene.Pick(request switch
    {
        DetermineRequest or SignServiceOrderRequest => Facts,
        RequestAuthorizationRequest or RenewAuthorizationRequest or DecideAuthorizationRequest => Units,
        RecordServiceNoteRequest or SubmitMilestoneRequest or CreateClaimLineRequest or VoidClaimLineRequest => Bills,
        _ => Hostilities,
    })(scene, person);

    private static readonly Func<Scene, Person, Task>[] Facts =
        [People.RecordFact, People.CorrectFact, People.RetractFact, People.RecordAct, Orders.Void, Admission.Discharge];

    private static readonly Func<Scene, Person, Task>[] Units =
        [Money.Void, Authorizing.Decide, Authorizing.Terminate, Authorizing.Request, People.RecordAct, Money.Line, Referring.Create];

    private static readonly Func<Scene, Person, Task>[] Bills =
        [Money.Note, Money.Milestone, Money.Line, Money.Void, Money.Line, Authorizing.Terminate, People.CorrectFact];

    private static readonly Func<Scene, Person, Task>[] Hostilities =
    [
        People.RecordFact, People.RecordFact, People.CorrectFact, People.RetractFact, People.CorrectName, People.RecordAct, People.RegisterAgain,
        Admission.Determine, Admission.Move, Admission.Discharge, Orders.Create, Orders.Sign, Orders.Void, Referring.Move, Referring.Create,
        Authorizing.Request, Authorizing.Decide, Authorizing.Decide, Authorizing.Renew, Authorizing.AddDocuments, Authorizing.Terminate,
        Money.Void, Money.Line, Money.Note, Money.Milestone, Money.Milestone, Money.Line, Money.Line, Money.Void, Organize.Assign, Organize.EndAssignment,
    ];

    private static Task About(Scene scene, Func<Scene, Person, Task> act) =>
        scene.Cast.People.Count == 0 ? People.Register(scene) : act(scene, scene.Pick(scene.Cast.People));

    private static Task Again(Scene scene)
    {
        if (scene.Cast.Answered.Count == 0)
            return Task.CompletedTask;
        var sent = scene.Pick(scene.Cast.Answered);
        if (!scene.Chance(0.1))
            return scene.Repeat(sent);
        return Machines.SameIdOtherContent(scene, sent);
    }

    private static async Task Resend(Scene scene)
    {
        if (scene.Cast.Unanswered.Count == 0)
            return;
        var sent = scene.Pick(scene.Cast.Unanswered);
        scene.Cast.Unanswered.Remove(sent);
        await scene.Repeat(sent);
    }

    private static async Task Wait(Scene scene)
    {
        var by = scene.Random.Next(20) switch
        {
            < 9 => TimeSpan.FromMinutes(scene.Random.Next(1, 300)),
            < 16 => TimeSpan.FromHours(scene.Random.Next(5, 60)),
            < 18 => TimeSpan.FromDays(scene.Random.Next(3, 25)),
            < 19 when scene.Chance(0.4) => TimeSpan.FromDays(scene.Random.Next(30, 100)),
            _ => TimeSpan.FromMilliseconds(-scene.Random.Next(1, 4000)),
        };
        // A hold of units lasts a week: events that are under way for longer are outside of what the platform promises.
        if (by > TimeSpan.FromDays(2))
            await scene.World.Settle();
        scene.World.Clock.Move(by);
        scene.Note($"time moves {by}");
    }

    private static Task Events(Scene scene) => !scene.Compares && scene.World is ModelWorld model ? Machines.Deliver(scene, model) : scene.World.Settle();
}

/// <summary>What happens to whole machines, and requests that no honest client sends.</summary>
internal static class Machines
{
    /// <summary>Some events are sent, or sent twice, and some arrive, in any order across subjects; an acknowledgement may be lost.</summary>
    public static async Task Deliver(Scene scene, ModelWorld model)
    {
        foreach (var name in World.Names)
        {
            if (scene.Chance(0.7))
                await model.Broker.Relay(name, crash: scene.Chance(scene.Faulty / 2));
        }

        for (var count = scene.Random.Next(1, 12); count > 0 && model.Broker.Queue.Count > 0; count--)
        {
            if (scene.Chance(scene.Faulty / 2))
                scene.World.Faults.Plan(Fault.Crash, scene.Random.Next(5));
            var index = scene.Random.Next(model.Broker.Queue.Count);
            var event_ = model.Broker.Queue[index];
            var done = await model.Broker.Deliver(index, losesAck: scene.Chance(scene.Faulty / 3));
            scene.Note($"{event_.To.Queue} {(done ? "consumed" : "crashed on")} {event_.Event.GetType().Name}");
            scene.World.Faults.Plan(Fault.None, 0);
        }
    }

    /// <summary>All databases go back to one earlier moment, and with them what was on its way and what callers know.</summary>
    public static Task Restore(Scene scene)
    {
        if (scene.Compares || scene.World is not ModelWorld model)
            return Task.CompletedTask;
        if (scene.Snapshot is not { } earlier || scene.Chance(0.5))
        {
            scene.Snapshot = (model.Take(), scene.Cast.Copy());
            scene.Note("a backup is taken");
            return Task.CompletedTask;
        }

        model.Restore(earlier.Databases);
        scene.Cast = earlier.Cast.Copy();
        scene.Forget();
        scene.Note("the backup is restored");
        return Task.CompletedTask;
    }

    /// <summary>A request id with other content is refused.</summary>
    public static async Task SameIdOtherContent(Scene scene, Sent sent)
    {
        var text = sent.Request.Descriptor.Fields.InDeclarationOrder().FirstOrDefault(f => f.FieldType == Google.Protobuf.Reflection.FieldType.String
            && !f.IsRepeated && f.Name is "provider" or "individual" or "name" or "staff_member");
        if (text is null)
            return;
        var changed = (IMessage)((dynamic)sent.Request).Clone();
        text.Accessor.SetValue(changed, "organizations/nowhere");
        if (await scene.Send(sent.Caller, changed) is not null)
            throw new BrokenInvariant($"{sent.Request.Descriptor.Name} was answered under the id of another request");
    }
}
