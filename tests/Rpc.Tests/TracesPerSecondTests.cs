using Ips.ServiceDefaults;
using Ips.Testing;
using OpenTelemetry.Trace;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>How many of the traces that begin in a service are recorded.</summary>
public sealed class TracesPerSecondTests
{
    private readonly FixedClock clock = FixedClock.At("2026-03-02");
    private readonly TracesPerSecond sampler;

    public TracesPerSecondTests() => sampler = new(TelemetryHosting.MostTraces, TelemetryHosting.TracesAtOnce, clock);

    [Fact]
    public void Every_trace_is_recorded_while_few_begin()
    {
        for (var second = 0; second < 600; second++)
        {
            Assert.Equal(10, Recorded(10));
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Five_hundred_traces_are_recorded_at_once() => Assert.Equal(500, Recorded(2_000));

    [Fact]
    public void Ten_traces_a_second_are_recorded_under_load()
    {
        Recorded(500);
        var recorded = 0;
        // 100,000 begin in 100 seconds, each 1 ms after the one before it.
        for (var begun = 0; begun < 100_000; begun++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            recorded += Recorded(1);
        }

        Assert.InRange(recorded, 999, 1_000);
    }

    [Fact]
    public void A_quiet_time_makes_room_for_five_hundred_and_no_more()
    {
        Recorded(500);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, Recorded(1_000));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(500, Recorded(1_000));
    }

    [Fact]
    public async Task Many_threads_together_get_no_more_than_one()
    {
        var recorded = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Recorded(1_000))));
        Assert.Equal(500, recorded.Sum());
    }

    private int Recorded(int begun) => Enumerable.Range(0, begun).Count(_ => sampler.ShouldSample(default).Decision == SamplingDecision.RecordAndSample);
}
