using OpenTelemetry.Trace;

namespace Ips.ServiceDefaults;

/// <summary>
/// Records every trace that begins here while few begin, and under load so many a second: a trace of each of hundreds of equal calls shows nothing more, and
/// recording, sending and storing it costs more than the call.
/// </summary>
internal sealed class TracesPerSecond : Sampler
{
    private readonly int most;
    private readonly int atOnce;
    private readonly TimeProvider clock;
    private readonly Lock turn = new();
    private double left;
    private long at;

    /// <param name="most">Traces a second that are recorded for as long as the load lasts.</param>
    /// <param name="atOnce">Traces that are recorded at once after a quiet time.</param>
    /// <param name="clock">Measures the time between traces.</param>
    public TracesPerSecond(int most, int atOnce, TimeProvider clock)
    {
        (this.most, this.atOnce, this.clock) = (most, atOnce, clock);
        (left, at) = (atOnce, clock.GetTimestamp());
        Description = $"{nameof(TracesPerSecond)}{{{most},{atOnce}}}";
    }

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        lock (turn)
        {
            var now = clock.GetTimestamp();
            left = Math.Min(atOnce, left + most * clock.GetElapsedTime(at, now).TotalSeconds);
            at = now;
            if (left < 1)
                return new(false);
            left--;
            return new(true);
        }
    }
}
