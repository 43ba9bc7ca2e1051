namespace Ips.Platform.Rpc;

/// <summary>The system's clock in whole microseconds, as PostgreSQL keeps a time: what an answer says now is what is read later.</summary>
public sealed class StoredClock : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = System.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
