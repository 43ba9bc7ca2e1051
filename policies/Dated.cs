namespace Ips.Policies;

/// <summary>A value with the days on which it is in force; both ends are included.</summary>
/// <param name="From">First day in force; <see langword="null"/> where the text gives no beginning.</param>
/// <param name="Through">Last day in force; <see langword="null"/> where the text gives no end.</param>
/// <param name="Value">The value.</param>
/// <param name="Citation">Where this value comes from.</param>
public sealed record Dated<T>(DateOnly? From, DateOnly? Through, T Value, Citation Citation)
{
    /// <summary>Whether the value is in force on the day.</summary>
    public bool Covers(DateOnly day) => !(day < From) && !(day > Through);
}
