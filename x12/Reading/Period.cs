namespace Ips.X12;

/// <summary>Days from and through, both included.</summary>
/// <param name="From">The first day.</param>
/// <param name="Through">The last day.</param>
public readonly record struct Period(DateOnly From, DateOnly Through)
{
    /// <summary>Whether a day is one of them.</summary>
    public bool Contains(DateOnly day) => From <= day && day <= Through;

    /// <summary>Reads D8 or RD8: a day, or two days with a hyphen; null when it is neither.</summary>
    internal static Period? Parse(ReadOnlySpan<byte> value)
    {
        if (value.Length == 8)
            return Segment.ParseDay(value) is { } day ? new(day, day) : null;
        return value.Length == 17 && value[8] == '-' && Segment.ParseDay(value[..8]) is { } from && Segment.ParseDay(value[9..]) is { } through
            && from <= through ? new(from, through) : null;
    }
}
