namespace Ips.Policies.Milestones;

/// <summary>Reads a history of employment. Days of unemployment are the days strictly between two employed days.</summary>
public static class Employment
{
    /// <summary>Whether the person was employed on every day from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <param name="spells">The history.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="still">Day to which an open spell runs.</param>
    public static bool EveryDay(IReadOnlyList<EmploymentSpell> spells, DateOnly from, DateOnly to, DateOnly still)
    {
        var next = from;
        foreach (var (start, end) in Closed(spells, still))
        {
            if (start > next)
                break;
            if (end >= next)
                next = end.AddDays(1);
        }

        return next > to;
    }

    /// <summary>The last spells that follow one another with gaps of at most <paramref name="longestGap"/> days, ended by <paramref name="day"/>;
    /// null where there is none.</summary>
    public static (DateOnly First, DateOnly Last)? LastSpan(IReadOnlyList<EmploymentSpell> spells, int longestGap, DateOnly day)
    {
        (DateOnly First, DateOnly Last)? span = null;
        foreach (var (start, end) in Closed(spells, day))
        {
            if (start > day)
                break;
            var last = end < day ? end : day;
            span = span is { } so && Between(so.Last, start) <= longestGap ? (so.First, last > so.Last ? last : so.Last) : (start, last);
        }

        return span;
    }

    /// <summary>Longest run of days of unemployment between the spells; 0 where there is none.</summary>
    public static int LongestGap(IReadOnlyList<EmploymentSpell> spells, DateOnly still)
    {
        var (longest, last) = (0, (DateOnly?)null);
        foreach (var (start, end) in Closed(spells, still))
        {
            if (last is { } before)
                longest = Math.Max(longest, Between(before, start));
            last = last > end ? last : end;
        }

        return longest;
    }

    /// <summary>Days strictly between two days; none where they touch or overlap.</summary>
    public static int Between(DateOnly last, DateOnly next) => Math.Max(0, Days.Between(last, next) - 1);

    private static IEnumerable<(DateOnly From, DateOnly To)> Closed(IReadOnlyList<EmploymentSpell> spells, DateOnly still) =>
        spells.OrderBy(s => s.From).Select(s => (s.From, s.To ?? (s.From > still ? s.From : still)));
}
