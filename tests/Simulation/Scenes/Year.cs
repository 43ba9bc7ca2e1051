using System.Diagnostics;
using Ips.Contracts.Billing.V1;
using Ips.Simulation.Hosting;

namespace Ips.Simulation.Scenes;

/// <summary>A year of a state: people come on all days, are admitted, seen every two weeks and billed; some leave.</summary>
internal static class Year
{
    private const int Days = 365;

    /// <summary>
    /// Plays it. Agencies do not depend on each other, so each world, single-threaded, has its share of them.
    /// </summary>
    /// <returns>How many calls there were, and the time they took.</returns>
    public static async Task<string> Play(int people, int worlds)
    {
        var watch = Stopwatch.StartNew();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, worlds).Select(share => OneThread.Run(() => Share(share, people / worlds))));
        foreach (var outcome in outcomes.SelectMany(all => all).GroupBy(o => o.Key, o => o.Value).OrderBy(o => o.Key, StringComparer.Ordinal))
            Console.WriteLine($"{outcome.Sum(),7} {outcome.Key}");
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        return $"{people} people, {outcomes.Sum(all => all.Values.Sum())} calls, {watch.Elapsed.TotalSeconds:0} s in {worlds} worlds, "
            + $"{processor.TotalSeconds:0} s of processor time";
    }

    private static async Task<Dictionary<string, int>> Share(int share, int people)
    {
        await using ModelWorld world = new();
        var agencies = Agencies(share, people).ToList();
        Scene scene = new(world, share)
        {
            Faulty = 0,
            Most = int.MaxValue,
            Agencies = agencies,
            StaffOf = _ => 1 + (people / agencies.Count / 12),
            Checker = new(world) { Sample = 20 },
        };
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

        await scene.Checker.AtEnd();
        return scene.Outcomes;
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
        if (!person.Agency.Program.StartsWith("nc", StringComparison.Ordinal))
            return;
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

    private static IEnumerable<Agency> Agencies(int share, int people)
    {
        for (var number = 0; number < Math.Max(10, people / 50); number++)
        {
            var like = Agency.All[number % 10 < 5 ? 0 : (number % 10) - 4];
            yield return new Agency($"{like.Code}-{share}-{number}", like.Program, like.Payer).Introduced();
        }
    }
}
