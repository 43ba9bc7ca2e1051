using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Every decision of every program has samples, the same ones each time, and each is a decision that can be repeated.</summary>
public sealed class SampleFactsTests
{
    [Fact]
    public void Every_question_of_every_program_has_the_same_samples_each_time()
    {
        foreach (var (kind, pack) in from kind in DecisionKinds.All from program in PolicyEngine.Shipped.ProgramsOf(kind) select (kind, PolicyEngine.Shipped.Programs[program]))
        {
            var samples = SampleFacts.Of(pack, kind);
            Assert.True(samples.Count > 0, $"{pack.Id} {kind.Name}: no invented facts are accepted; SampleFacts has to learn their form");
            Assert.Equal(samples, SampleFacts.Of(pack, kind));
            foreach (var (facts, receipt) in samples)
            {
                using var json = JsonDocument.Parse(receipt);
                var asOf = DateOnly.ParseExact(json.RootElement.GetProperty("asOf").GetString()!, "yyyy-MM-dd");
                using var given = JsonDocument.Parse(facts);
                Assert.Equal(receipt, PolicyEngine.Shipped.Decide(pack.Id, kind.Name, asOf, given.RootElement).Json);
            }
        }
    }
}
