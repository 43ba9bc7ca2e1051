using System.Diagnostics;
using System.Globalization;
using Ips.Simulation.Hosting;
using Ips.Simulation.Scenes;

namespace Ips.Simulation;

/// <summary>From the command line: seeds from one number to another.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["year", ..])
        {
            Console.WriteLine(await Year.Play(
                args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2000,
                args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.ProcessorCount));
            return 0;
        }

        await using World world = args.Contains("real") ? await RealWorld.Open() : new ModelWorld();
        var (from, to) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        var watch = Stopwatch.StartNew();
        var failed = 0;
        Dictionary<string, int> outcomes = [];
        for (var seed = from; seed < to; seed++)
        {
            (world as ModelWorld)?.Reset();
            try
            {
                var scene = world is ModelWorld ? await OneThread.Run(() => Play.Seed(world, seed)) : await Play.Seed(world, seed);
                foreach (var line in scene.Outcomes)
                    outcomes[line.Key] = outcomes.GetValueOrDefault(line.Key) + line.Value;
                if (args.Contains("log"))
                    Console.WriteLine(string.Join('\n', scene.Log));
            }
            catch (BrokenInvariant broken)
            {
                failed++;
                Console.WriteLine(broken.Message);
                Console.WriteLine("----");
                if (args.Contains("first"))
                    break;
            }
        }

        foreach (var (outcome, count) in outcomes.OrderBy(o => o.Key, StringComparer.Ordinal))
            Console.WriteLine($"{count,7} {outcome}");
        Console.WriteLine($"{to - from} seeds, {failed} failed, {watch.Elapsed}");
        return failed;
    }
}
