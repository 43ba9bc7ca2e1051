using Ips.Policies;

namespace Ips.Reporting;

/// <summary>Days of the programs: each has its own time zone.</summary>
public sealed class ProgramDays(PolicyEngine engine, TimeProvider clock)
{
    /// <summary>The programs, by id.</summary>
    public IReadOnlyList<string> Programs { get; } = [.. engine.Programs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether there is such a program.</summary>
    public bool Knows(string program) => engine.Programs.ContainsKey(program);

    /// <summary>The day of an instant in the program; in UTC for a program that the packs do not know.</summary>
    public DateOnly DayOf(string program, DateTimeOffset at) => at.DayIn(Zone(program));

    /// <summary>Today in the program.</summary>
    public DateOnly Today(string program) => DayOf(program, clock.GetUtcNow());

    /// <summary>The first today of all programs: nothing that is due today anywhere lies before it.</summary>
    public DateOnly EarliestToday() => Programs.Min(Today);

    /// <summary>The instant at which a day begins in the program, UTC.</summary>
    public DateTimeOffset Begin(string program, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Zone(program).GetUtcOffset(midnight)).ToUniversalTime();
    }

    private TimeZoneInfo Zone(string program) =>
        engine.Programs.TryGetValue(program, out var pack) ? TimeZoneInfo.FindSystemTimeZoneById(pack.Header.TimeZone) : TimeZoneInfo.Utc;
}
