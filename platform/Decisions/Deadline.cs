using Ips.Contracts;

namespace Ips.Platform.Decisions;

/// <summary>The state of a deadline. It decides nothing: it reports that a day is near, reached or past.</summary>
public enum DeadlineState
{
    /// <summary>No stage is reached yet.</summary>
    Open,

    /// <summary>One of its lead days has come.</summary>
    DueSoon,

    /// <summary>The due day has come; an act on it is in time.</summary>
    Due,

    /// <summary>The due day is over.</summary>
    Overdue,

    /// <summary>What was due was done.</summary>
    Met,

    /// <summary>Nothing is due any more.</summary>
    Cancelled,
}

/// <summary>A stage that a deadline passes through.</summary>
/// <param name="State">The state that the deadline then has.</param>
/// <param name="LeadDays">Days before the due day; null unless the state is <see cref="DeadlineState.DueSoon"/>.</param>
/// <param name="At">When it is reached: the start of a local day, or the exact end of a clock that counts hours.</param>
public sealed record DeadlineStage(DeadlineState State, int? LeadDays, DateTimeOffset At);

/// <summary>
/// A day by which something has to happen: one row per subject, rule and kind. Its stages are reached in order and each is published once per arming,
/// because <see cref="Passed"/> moves in the transaction that stores the event.
/// </summary>
public sealed class Deadline : IVersioned, IUpdatedRow
{
    /// <summary>The id; its events are numbered under it.</summary>
    public required DeadlineId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Resource name of what it is about, such as <c>authorizations/{uuid}</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The rule that sets the day.</summary>
    public required string RuleId { get; init; }

    /// <summary>What is due, a code such as <c>authorization-end</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The tenant: code of the provider organization.</summary>
    public required string Provider { get; init; }

    /// <summary>The person it concerns; null where it concerns none.</summary>
    public IndividualId? IndividualId { get; set; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>IANA id of the zone whose days count.</summary>
    public required string TimeZone { get; set; }

    /// <summary>The last day in time, included.</summary>
    public DateOnly DueOn { get; private set; }

    /// <summary>The exact end of a clock that counts hours, UTC; null where the whole of <see cref="DueOn"/> is in time.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>How many days before the due day events are published, the longest first.</summary>
    public List<int> LeadDays { get; private set; } = [];

    /// <summary>Its state.</summary>
    public DeadlineState State { get; private set; }

    /// <summary>How often its day was set: 1 at first, one more with a correction or <see cref="TakeBack"/>. A stage is published once per arming.</summary>
    public int Arming { get; private set; }

    /// <summary>How many of <see cref="Stages"/> are behind it.</summary>
    public int Passed { get; private set; }

    /// <summary>When the next stage is reached, UTC; null when there is none: this is what the sweeper looks for.</summary>
    public DateTimeOffset? NextAt { get; private set; }

    /// <summary>When it was met or cancelled, UTC; null while it runs.</summary>
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether it still runs.</summary>
    public bool Runs => State is not (DeadlineState.Met or DeadlineState.Cancelled);

    /// <summary>Its stages, the earliest first.</summary>
    public IReadOnlyList<DeadlineStage> Stages()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        return
        [
            .. LeadDays.Select(lead => new DeadlineStage(DeadlineState.DueSoon, lead, StartOf(DueOn.AddDays(-lead), zone))),
            new(DeadlineState.Due, null, StartOf(DueOn, zone)),
            new(DeadlineState.Overdue, null, DueAt ?? StartOf(DueOn.AddDays(1), zone)),
        ];
    }

    /// <summary>
    /// Sets or corrects the day. The same terms of a running deadline change nothing; anything else reopens it. Of the stages that have passed already
    /// only the latest is published.
    /// </summary>
    public void Arm(DateOnly dueOn, DateTimeOffset? dueAt, IEnumerable<int> leadDays, DateTimeOffset now)
    {
        List<int> leads = [.. leadDays.Distinct().OrderDescending()];
        if (leads.Exists(lead => lead < 1))
            throw new ArgumentOutOfRangeException(nameof(leadDays), "a lead is a day or more");
        if (Arming > 0 && Runs && dueOn == DueOn && dueAt == DueAt && leads.SequenceEqual(LeadDays))
            return;
        (DueOn, DueAt, LeadDays, State, SettledAt) = (dueOn, dueAt, leads, DeadlineState.Open, null);
        Arming++;
        var stages = Stages();
        Passed = Math.Max(0, stages.Count(stage => stage.At <= now) - 1);
        NextAt = stages[Passed].At;
    }

    /// <summary>Moves over every stage that is reached, in order, and returns each. Save it only together with its event, in the same transaction.</summary>
    public IReadOnlyList<DeadlineStage> Reach(DateTimeOffset now)
    {
        if (!Runs)
            return [];
        var stages = Stages();
        List<DeadlineStage> reached = [.. stages.Skip(Passed).TakeWhile(stage => stage.At <= now)];
        if (reached.Count > 0)
            State = reached[^1].State;
        Passed += reached.Count;
        NextAt = Passed < stages.Count ? stages[Passed].At : null;
        return reached;
    }

    /// <summary>
    /// Takes back stages that are not reached yet, after a clock that was ahead. It raises <see cref="Arming"/>, so that they are published again on their day.
    /// Save it only together with its event, in the same transaction.
    /// </summary>
    /// <returns>The stage it is in again, <see cref="DeadlineState.Open"/> if none; null when it had reached none too early.</returns>
    public DeadlineStage? TakeBack(DateTimeOffset now)
    {
        if (!Runs || Passed == 0)
            return null;
        var stages = Stages();
        var reached = stages.Count(stage => stage.At <= now);
        if (reached >= Passed)
            return null;
        var present = reached == 0 ? new(DeadlineState.Open, null, now) : stages[reached - 1];
        (Passed, State, NextAt) = (reached, present.State, stages[reached].At);
        Arming++;
        return present;
    }

    /// <summary>Ends it; a deadline that ended already stays as it ended.</summary>
    public void Settle(DeadlineState how, DateTimeOffset now)
    {
        if (Runs)
            (State, SettledAt, NextAt) = (how, now, null);
    }

    /// <summary>The first instant of a local day.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(midnight, zone), TimeSpan.Zero);
    }
}
