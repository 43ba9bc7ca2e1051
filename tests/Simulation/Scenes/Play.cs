using Ips.Simulation.Hosting;

namespace Ips.Simulation.Scenes;

/// <summary>Plays a seed from its first step to the last check.</summary>
internal static class Play
{
    public const int Length = 150;

    /// <exception cref="BrokenInvariant">Something that must hold does not; the text has the seed and the steps.</exception>
    public static async Task<Scene> Seed(World world, int seed, int steps = Length, bool compares = false, double faulty = 0.25)
    {
        Scene scene = new(world, seed) { Compares = compares, Faulty = faulty };
        try
        {
            world.WhenStored = scene.Checker.WhenStored;
            await Steps.Open(world, scene.Agencies);
            for (var step = 0; step < steps; step++)
            {
                world.Clock.Move(TimeSpan.FromMilliseconds(scene.Random.Next(2, 90_000)));
                await Steps.Next(scene);
                if (compares)
                    await world.Settle();
                await scene.Checker.AfterStep();
            }

            await world.Settle();
            foreach (var unanswered in scene.Cast.Unanswered.ToList())
                await scene.Repeat(unanswered);
            await world.Settle();
            await scene.Checker.AtEnd();
            return scene;
        }
        catch (Exception broken)
        {
            throw new BrokenInvariant($"seed {seed}, after these steps:\n{string.Join('\n', scene.Log.TakeLast(80))}\n{broken}", broken);
        }
    }
}
