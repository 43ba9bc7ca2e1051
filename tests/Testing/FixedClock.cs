namespace Ips.Testing;

/// <summary>A clock that stands still until a test moves it. Timers are the system's: only the times it returns are fixed.</summary>
public sealed class FixedClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>For <see cref="SweepOptions"/>: such a clock may differ from the database's by any time.</summary>
    public const string Anything = "36500.00:00:00";

    private long ticks = start.UtcTicks;

    /// <summary>A clock at noon UTC of the given day, as "2026-03-02".</summary>
    public static FixedClock At(string day) => new(new DateTimeOffset(DateOnly.Parse(day), new TimeOnly(12, 0), TimeSpan.Zero));

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref ticks, now.UtcTicks);
}
