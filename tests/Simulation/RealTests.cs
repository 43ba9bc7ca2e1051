using Ips.Simulation.Hosting;
using Ips.Simulation.Scenes;
using Xunit;

namespace Ips.Simulation;

/// <summary>The same seeds on PostgreSQL and RabbitMQ: every answer and every sum is that of the model.</summary>
public sealed class RealTests
{
    private static readonly int Seeds = SeedTests.Read("SIMULATION_REAL_SEEDS") ?? 1;

    [Fact]
    public async Task Real_servers_answer_as_the_model_does()
    {
        await using var real = await RealWorld.Open();
        await using ModelWorld model = new();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var expected = await OneThread.Run(() => Play.Seed(model, seed, compares: true));
            var found = await Play.Seed(real, seed, compares: true);
            // Line by line, so that a failure shows the step.
            foreach (var (ofModel, ofReal) in expected.Log.Zip(found.Log))
                Assert.True(ofModel == ofReal, $"seed {seed}:\nmodel {ofModel}\nreal  {ofReal}");
            Assert.Equal(expected.Log.Count, found.Log.Count);
            Assert.Equal(await OneThread.Run(expected.Checker.Sums), await found.Checker.Sums());
        }
    }
}
