using System.Collections.Concurrent;
using Microsoft.Coyote;
using Microsoft.Coyote.Specifications;
using Microsoft.Coyote.SystematicTesting;
using Xunit;

namespace Ips.Interleavings;

/// <summary>
/// The lanes in which calls share round trips, in hundreds of orders of the steps of all their tasks; Coyote chooses a different order each time. The orders
/// follow from one seed, so a failure comes again.
/// </summary>
public sealed class LaneTests
{
    private const int Calls = 6;
    private const int Orders = 300;

    [Fact]
    public void Every_call_gets_its_own_answer_and_one_group_runs_at_a_time() => Explore(async () =>
    {
        var (running, most) = (0, 0);
        List<int> answered = [];
        Groups<int, int> groups = new("test", largest: 3, async items =>
        {
            most = Math.Max(most, ++running);
            await Task.Yield();
            answered.AddRange(items);
            running--;
            return [.. items.Select(item => 2 * item)];
        });

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(item => Task.Run(async () =>
            Specification.Assert(await groups.Run(item, default) == 2 * item, "A call got the answer of another."))));

        Specification.Assert(most == 1, "Two groups ran at once.");
        Specification.Assert(answered.Order().SequenceEqual(Enumerable.Range(0, Calls)), "A call was not answered exactly once.");
    });

    [Fact]
    public void A_call_that_comes_while_the_lane_falls_idle_is_answered() => Explore(async () =>
    {
        Groups<int, int> groups = new("test", largest: 3, items => Task.FromResult(items));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(caller => Task.Run(async () =>
        {
            for (var call = 0; call < Calls; call++)
                Specification.Assert(await groups.Run(call + 10 * caller, default) == call + 10 * caller, "A call got the answer of another.");
        })));
    });

    [Fact]
    public void A_group_that_throws_throws_to_its_own_calls_only() => Explore(async () =>
    {
        Groups<int, int> groups = new("test", largest: 2, async items =>
        {
            await Task.Yield();
            return items.Contains(0) ? throw new InvalidOperationException($"{items.Count}") : items;
        });

        var (failed, size) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(item => Task.Run(async () =>
        {
            try
            {
                Specification.Assert(await groups.Run(item, default) == item, "A call got the answer of another.");
                Specification.Assert(item != 0, "The group that threw answered.");
            }
            catch (InvalidOperationException thrown)
            {
                (failed, size) = (failed + 1, int.Parse(thrown.Message, System.Globalization.CultureInfo.InvariantCulture));
            }
        })));

        Specification.Assert(failed == size, "A group failed for calls that were not in it, or not for all that were.");
    });

    [Fact]
    public void A_caller_that_gives_up_leaves_and_the_others_are_answered() => Explore(async () =>
    {
        using CancellationTokenSource givesUp = new();
        Groups<int, int> groups = new("test", largest: 2, async items =>
        {
            await Task.Yield();
            return items;
        });

        var left = Task.Run(async () =>
        {
            try
            {
                await groups.Run(-1, givesUp.Token);
            }
            catch (OperationCanceledException)
            {
                // It gave up before its answer came.
            }
        });
        var others = Enumerable.Range(0, Calls).Select(item => Task.Run(async () =>
            Specification.Assert(await groups.Run(item, default) == item, "A call got the answer of another.")));
        await Task.WhenAll([left, Task.Run(givesUp.Cancel), .. others]);
        Specification.Assert(await groups.Run(Calls, default) == Calls, "The lane does not run any more.");
    });

    [Fact]
    public void Readers_of_one_key_never_share_a_row() => Explore(async () =>
    {
        GroupReader<int, object> reader = new("test", async (_, keys) =>
        {
            await Task.Yield();
            return keys.ToDictionary(key => key, _ => new object());
        });

        ConcurrentBag<object?> rows = [];
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(call => Task.Run(async () => rows.Add(await reader.Read(Caller.None, call % 2, default)))));

        Specification.Assert(rows.Distinct().Count() == Calls && !rows.Contains(null), "Two calls got the same row, or one got none.");
    });

    private static void Explore(Func<Task> calls)
    {
        var settings = Configuration.Create().WithTestingIterations(Orders).WithMaxSchedulingSteps(5000).WithRandomGeneratorSeed(20261129)
            .WithMemoryAccessRaceCheckingEnabled().WithCollectionAccessRaceCheckingEnabled().WithPartiallyControlledConcurrencyAllowed()
            .WithTelemetryEnabled(false);
        using var engine = TestingEngine.Create(settings, calls);
        engine.Run();
        Assert.True(engine.TestReport.NumOfFoundBugs == 0, engine.GetReport() + string.Join('\n', engine.TestReport.BugReports));
        // Not one order again and again: the assembly is rewritten.
        Assert.True(engine.TestReport.NumOfExploredFairPaths > Orders * 9 / 10, engine.GetReport());
    }
}
