using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>Questions about deadlines that every service with deadlines answers.</summary>
public static class DeadlineQueries
{
    /// <summary>Those by which something still has to happen.</summary>
    public static IQueryable<Deadline> Unsettled(this IQueryable<Deadline> deadlines) =>
        deadlines.Where(d => d.State != DeadlineState.Met && d.State != DeadlineState.Cancelled);

    /// <summary>Those that a list names.</summary>
    /// <param name="deadlines">The deadlines that the caller may see.</param>
    /// <param name="states">Only in one of these states; none means all that are not settled.</param>
    /// <param name="ruleId">Only of this rule; empty means of every rule.</param>
    /// <param name="subject">Only about this resource; empty means about every one.</param>
    /// <param name="before">Only due before this day; null means on every day.</param>
    public static IQueryable<Deadline> Listed(
        this IQueryable<Deadline> deadlines, IEnumerable<DeadlineState> states, string ruleId, string subject, DateOnly? before)
    {
        DeadlineState[] wanted = [.. states];
        deadlines = wanted.Length > 0 ? deadlines.Where(d => wanted.Contains(d.State)) : deadlines.Unsettled();
        if (ruleId.Length > 0)
            deadlines = deadlines.Where(d => d.RuleId == ruleId);
        if (subject.Length > 0)
            deadlines = deadlines.Where(d => d.Subject == subject);
        return before is { } day ? deadlines.Where(d => d.DueOn < day) : deadlines;
    }

    /// <summary>The entry of the program that sets the day; null where no rule of the program does.</summary>
    public static RuleEntry? RuleOf(this PolicyService policies, Deadline deadline) =>
        policies.Engine.Programs[deadline.Program].Find(RuleId.Of(deadline.RuleId));

    /// <summary>Days from today in the program to the last day in time; negative after it.</summary>
    public static int DaysLeft(this PolicyService policies, Deadline deadline) =>
        deadline.DueOn.DayNumber - policies.Today(deadline.Program)!.Value.DayNumber;
}
