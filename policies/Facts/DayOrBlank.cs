namespace Ips.Policies;

/// <summary>A day, or a blank when the day is known to be missing (<see cref="Day"/> is then <see langword="null"/>).</summary>
public readonly record struct DayOrBlank(DateOnly? Day);
