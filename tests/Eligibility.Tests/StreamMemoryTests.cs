using Grpc.Core;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Tests that measure their own process: nothing else runs in it meanwhile.</summary>
[CollectionDefinition("measured", DisableParallelization = true)]
public sealed class MeasuredService : ICollectionFixture<EligibilityService>;

/// <summary>A stream of any length uses the memory of a few items.</summary>
[Collection("measured")]
public sealed class StreamMemoryTests(EligibilityService service, ITestOutputHelper output)
{
    [Fact]
    public async Task Live_memory_does_not_grow_with_a_stream_of_days()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        const int Tenth = 4000;
        // Limits how far the writer is ahead: on a busy machine the caller's HTTP/2 would buffer megabytes of unread responses.
        using SemaphoreSlim ahead = new(1000);
        using var call = episode.One.Determinations.VerifyBatch(episode.One.AsProvider);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 10 * Tenth; i++)
            {
                await ahead.WaitAsync();
                await call.RequestStream.WriteAsync(
                    new() { ItemId = $"{i}", Verify = new() { Individual = episode.One.Name, Program = "nc-core", ServiceDate = service.Day(i % 300) } });
            }

            await call.RequestStream.CompleteAsync();
        });
        List<long> live = [];
        var answered = 0;
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            Assert.True(answer.Verified.Eligible);
            ahead.Release();
            if (++answered % Tenth == 0)
                live.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        await sending;
        output.WriteLine($"live bytes after each tenth: {string.Join(", ", live)}");
        Assert.Equal(10 * Tenth, answered);

        // Caller and service share the process, so this is the memory of both. A response is about 300 bytes: those of the second half would be 6 MB.
        var grown = live[^1] - live[(live.Count / 2) - 1];
        Assert.True(grown < 2_000_000, $"grew by {grown} bytes in the second half");
    }
}
