namespace Ips.Simulation.Hosting;

/// <summary>The one clock of all services. It stands still until a step moves it, in whole microseconds as PostgreSQL stores them.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    public override DateTimeOffset GetUtcNow() => now;

    /// <summary>Moves it; backwards too.</summary>
    public void Move(TimeSpan by) => now += TimeSpan.FromMicroseconds(Math.Floor(by.TotalMicroseconds));

    public void Set(DateTimeOffset at) => now = at;

    public DateOnly Today => DateOnly.FromDateTime(now.UtcDateTime);
}
