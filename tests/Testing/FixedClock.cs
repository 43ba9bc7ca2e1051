namespace Ips.Testing;

/// <summary>A clock that stands still until a test moves it. Timers are the system's: only the time it returns is fixed.</summary>
public sealed class FixedClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    /// <summary>A clock at noon UTC of the given day, as "2026-03-02".</summary>
    public static FixedClock At(string day) => new(new DateTimeOffset(DateOnly.Parse(day), new TimeOnly(12, 0), TimeSpan.Zero));

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref ticks, now.UtcTicks);
}
