namespace Ips.Policies.Staffing;

/// <summary>The weeks of a month, Monday to Sunday, and which of them hold a meeting that counts. A week belongs to the month of its Monday.</summary>
internal sealed class MeetingMonth
{
    private readonly DateOnly _month;
    private readonly IReadOnlyList<Meeting>? _meetings;
    private readonly Func<Meeting, bool?> _counts;

    /// <param name="facts">The month and its meetings.</param>
    /// <param name="counts">Whether a meeting counts; not known where its facts are absent.</param>
    public MeetingMonth(MeetingFacts facts, Func<Meeting, bool?> counts)
    {
        (_month, _meetings, _counts) = (facts.Month, facts.Meetings, counts);
        List<DateOnly> weeks = [];
        for (var monday = Days.Monday(_month.AddDays(6)); Holds(monday); monday = monday.AddDays(7))
            weeks.Add(monday);
        Weeks = weeks;
        Missing = [.. weeks.Where(w => IsCovered(w) == false)];
    }

    /// <summary>The Mondays of the month.</summary>
    public IReadOnlyList<DateOnly> Weeks { get; }

    /// <summary>Mondays of the weeks that are known to hold no meeting that counts.</summary>
    public IReadOnlyList<DateOnly> Missing { get; }

    /// <summary>Whether every week holds a meeting that counts.</summary>
    public bool? IsWeekly => Ternary.All([.. Weeks.Select(IsCovered)]);

    /// <summary>Whether each span of so many weeks holds a meeting that counts; weeks left over at the end need none.</summary>
    public bool? IsEvery(int weeks) =>
        Ternary.All([.. Weeks.Chunk(weeks).Where(span => span.Length == weeks).Select(span => Ternary.Any([.. span.Select(IsCovered)]))]);

    /// <summary>Whether a condition holds for every meeting that counts in the weeks of the month.</summary>
    public bool? IsTrueOfCounted(Func<Meeting, bool?> condition) => _meetings is null ? null
        : Ternary.All([.. _meetings.Select(m => Ternary.Any(Ternary.Not(InWeeks(m)), Ternary.Not(_counts(m)), condition(m)))]);

    /// <summary>How many meetings with a date in the month fulfil a condition: those known to, and those that may.</summary>
    public (int Least, int Most)? Dated(Func<Meeting, bool?> condition)
    {
        if (_meetings is null)
            return null;
        var held = _meetings.Select(m => Ternary.All(IsDated(m), condition(m))).ToList();
        return (held.Count(h => h == true), held.Count(h => h != false));
    }

    /// <summary>Whether a meeting that counts, fulfils a condition and is dated in the month was held.</summary>
    public bool? HasDated(Func<Meeting, bool?> condition) =>
        Dated(m => Ternary.All(_counts(m), condition(m))) is not { } held ? null : held.Least > 0 ? true : held.Most > 0 ? null : false;

    /// <summary>Whether a condition holds for no meeting of the month, by its date or by its week.</summary>
    public bool? IsTrueOfNone(Func<Meeting, bool?> condition) => _meetings is null ? null
        : Ternary.Not(Ternary.Any([.. _meetings.Select(m => Ternary.All(Ternary.Any(IsDated(m), InWeeks(m)), condition(m)))]));

    /// <summary>Records the weeks without a meeting, once every week is known.</summary>
    public void AnswerMissing(RuleEvaluation evaluation)
    {
        if (Weeks.All(w => IsCovered(w) is not null))
            evaluation.Answer("weeksMissing", Missing);
    }

    private bool? IsCovered(DateOnly monday) => _meetings is null ? null
        : Ternary.Any([.. _meetings.Select(m => Ternary.All(m.Date is { } day ? Days.Monday(day) == monday : null, _counts(m)))]);

    private bool? InWeeks(Meeting meeting) => meeting.Date is { } day ? Holds(Days.Monday(day)) : null;

    private bool? IsDated(Meeting meeting) => meeting.Date is { } day ? Holds(day) : null;

    private bool Holds(DateOnly day) => (day.Year, day.Month) == (_month.Year, _month.Month);
}
