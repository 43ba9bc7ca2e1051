namespace Ips.Platform.Rpc;

/// <summary>The system's clock in whole microseconds, as PostgreSQL stores a time: a response has the same time now and when it is read later.</summary>
public sealed class StoredClock : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = System.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
