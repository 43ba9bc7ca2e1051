using System.Diagnostics;
using Ips.Contracts.Billing.V1;
using Ips.Simulation.Hosting;

namespace Ips.Simulation.Scenes;

/// <summary>A year of a state: people come on all days, are admitted, seen every two weeks and billed; some leave.</summary>
internal static class Year
{
    private const int Days = 365;

    /// <summary>How many calls, events and decisions there were, and the time they took.</summary>
    public static async Task<string> Play(ModelWorld world, int people)
    {
        var agencies = Agencies(people).ToList();
        Scene scene = new(world, people)
        {
            Faulty = 0,
            Most = int.MaxValue,
            Agencies = agencies,
            StaffOf = agency => 1 + (people / agencies.Count / 12),
            Checker = new(world) { Sample = 20 },
        };
        var watch = Stopwatch.StartNew();
        await Steps.Open(world, agencies);
        var registered = 0;
        for (var day = 0; day < Days; day++)
        {
            world.Clock.Set(World.Start.AddDays(day));
            for (; registered < people * (day + 1) / Days; registered++)
                await Admit(scene, agencies[registered % agencies.Count], registered);
            foreach (var person in scene.Cast.People)
                await Visit(scene, person, world.Clock.Today.DayNumber - person.First.DayNumber);
            await world.Sweep();
            await world.Settle();
            await scene.Checker.AfterStep();
        }

        var played = watch.Elapsed;
        await scene.Checker.AtEnd(scene.Cast.DrawnDirectly);
        foreach (var (outcome, count) in scene.Outcomes.OrderBy(o => o.Key, StringComparer.Ordinal))
            Console.WriteLine($"{count,7} {outcome}");
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        return $"{people} people, {scene.Outcomes.Values.Sum()} calls, {played.TotalSeconds:0} s, "
            + $"{(watch.Elapsed - played).TotalSeconds:0} s for the last checks, {processor.TotalSeconds:0} s of processor time";
    }

    private static async Task Admit(Scene scene, Agency agency, int number)
    {
        await scene.Send(agency.Provider, People.Request(scene, agency, number));
        if (scene.Cast.People is not [.., var person] || person.Agency != agency)
            return;
        for (var step = 0; step < 13; step++)
        {
            scene.World.Clock.Move(TimeSpan.FromSeconds(20));
            await Journey.Onward(scene, person);
        }
    }

    private static async Task Visit(Scene scene, Person person, int day)
    {
        scene.World.Clock.Move(TimeSpan.FromMilliseconds(5));
        if (day > 0 && day % 14 == 0)
            await Money.Note(scene, person);
        if (day is 28 or 84 or 140)
        {
            await Money.Milestone(scene, person);
            await Money.Line(scene, person);
        }

        if (day == 120 && scene.Chance(0.2) && person.Last("line", nameof(ClaimLineState.Ready)) is not null)
            await Money.Void(scene, person);
        if (day == 180 && scene.Chance(0.3))
            await Admission.Discharge(scene, person);
    }

    private static IEnumerable<Agency> Agencies(int people)
    {
        for (var number = 0; number < Math.Max(10, people / 50); number++)
        {
            var like = Agency.All[number % 10 < 5 ? 0 : (number % 10) - 4];
            yield return new Agency($"{like.Code}-{number}", like.Program, like.Payer).Introduced();
        }
    }
}
