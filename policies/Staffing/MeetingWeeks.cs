namespace Ips.Policies.Staffing;

/// <summary>The weeks of a month, each belonging to the month in which its Monday falls, and whether a meeting that counts was held in each.</summary>
internal sealed class MeetingWeeks
{
    private readonly List<(DateOnly Monday, bool? Held)> _weeks = [];

    public MeetingWeeks(MeetingFacts facts, Func<Meeting, bool?> counts)
    {
        Known = facts.Meetings is not null;
        for (var monday = Days.Monday(facts.Month.AddDays(6)); monday.Month == facts.Month.Month; monday = monday.AddDays(7))
            _weeks.Add((monday, facts.Meetings is { } meetings ? Ips.Policies.Known.Any([.. meetings.Where(m => Days.Monday(m.Date) == monday).Select(counts)]) : null));
    }

    /// <summary>Whether the list of meetings is known.</summary>
    public bool Known { get; }

    /// <summary>A counted meeting in every week.</summary>
    public bool? Weekly => Ips.Policies.Known.All([.. _weeks.Select(w => w.Held)]);

    /// <summary>A counted meeting in every whole pair of weeks; an odd last week needs none.</summary>
    public bool? EveryTwoWeeks => Ips.Policies.Known.All([.. _weeks.Chunk(2).Where(pair => pair.Length == 2).Select(pair => Ips.Policies.Known.Any(pair[0].Held, pair[1].Held))]);

    /// <summary>Mondays of the weeks that have no counted meeting.</summary>
    public IReadOnlyList<DateOnly> Missing => [.. _weeks.Where(w => w.Held == false).Select(w => w.Monday)];

    /// <summary>Whether each week could be judged.</summary>
    public bool Complete => _weeks.TrueForAll(w => w.Held is not null);

    /// <summary>Meetings that belong to a week of the month.</summary>
    public static IEnumerable<Meeting> InWeeks(MeetingFacts facts) => (facts.Meetings ?? []).Where(m => InMonth(Days.Monday(m.Date), facts));

    /// <summary>Meetings with a date in the month.</summary>
    public static IEnumerable<Meeting> InMonth(MeetingFacts facts) => (facts.Meetings ?? []).Where(m => InMonth(m.Date, facts));

    private static bool InMonth(DateOnly day, MeetingFacts facts) => day.Year == facts.Month.Year && day.Month == facts.Month.Month;
}
