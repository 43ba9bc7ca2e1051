using System.Threading.RateLimiting;
using OpenTelemetry.Trace;

namespace Ips.ServiceDefaults;

/// <summary>
/// Records every trace that begins here while few begin, and under load so many a second: a trace of each of hundreds of equal calls shows nothing more, and
/// recording, sending and storing it costs more than the call.
/// </summary>
internal sealed class TracesPerSecond : Sampler, IDisposable
{
    private readonly TokenBucketRateLimiter bucket;

    /// <param name="most">Traces a second that are recorded for as long as the load lasts.</param>
    /// <param name="atOnce">Traces that are recorded at once after a quiet time.</param>
    public TracesPerSecond(int most, int atOnce)
    {
        bucket = new(new() { TokenLimit = atOnce, TokensPerPeriod = most, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 });
        Description = $"{nameof(TracesPerSecond)}{{{most},{atOnce}}}";
    }

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        using var permit = bucket.AttemptAcquire();
        return new(permit.IsAcquired);
    }

    /// <inheritdoc/>
    public void Dispose() => bucket.Dispose();
}
