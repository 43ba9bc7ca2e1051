using System.Globalization;
using Ips.Simulation.Hosting;
using Ips.Simulation.Scenes;
using Xunit;

namespace Ips.Simulation;

/// <summary>
/// Seeds on the model stores. <c>SIMULATION_SEEDS=1000</c> plays that many, <c>SIMULATION_SEED=n</c> plays one; without either, what a minute allows.
/// </summary>
public sealed class SeedTests
{
    private static readonly int? Only = Read("SIMULATION_SEED");
    private static readonly int Seeds = Read("SIMULATION_SEEDS") ?? 24;

    [Fact]
    public async Task Every_seed_keeps_the_promises()
    {
        int[] seeds = Only is { } only ? [only] : [.. Enumerable.Range(1, Seeds)];
        List<string> broken = [];
        // Two worlds, because a world is single-threaded and the machine is not.
        await Task.WhenAll(seeds.Chunk((seeds.Length + 1) / 2).Select(some => OneThread.Run(async () =>
        {
            await using ModelWorld world = new();
            foreach (var seed in some)
            {
                world.Reset();
                try
                {
                    await Play.Seed(world, seed);
                }
                catch (BrokenInvariant found)
                {
                    lock (broken)
                        broken.Add(found.ToString());
                }
            }
        })));
        Assert.True(broken.Count == 0,
            $"{broken.Count} of {seeds.Length} seeds failed; repeat one with SIMULATION_SEED=n.\n{string.Join("\n\n", broken.Take(3))}");
    }

    [Fact]
    public Task A_seed_does_the_same_again() => OneThread.Run(async () =>
    {
        await using ModelWorld world = new();
        var first = await Play.Seed(world, 7, compares: true);
        world.Reset();
        var second = await Play.Seed(world, 7, compares: true);
        Assert.Equal(first.Log, second.Log);
        Assert.True(first.Outcomes.Count > 20, "the seed did next to nothing");
    });

    internal static int? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : null;
}
