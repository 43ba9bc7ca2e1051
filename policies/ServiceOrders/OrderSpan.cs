namespace Ips.Policies.ServiceOrders;

/// <summary>How long an order serves, and the gap that a late renewal leaves.</summary>
/// <param name="ValidThrough">Last day the order serves.</param>
/// <param name="GapFrom">First day without an order before a late renewal; <see langword="null"/> where there is no gap.</param>
/// <param name="GapTo">Last day of that gap.</param>
public readonly record struct OrderSpan(DateOnly ValidThrough, DateOnly? GapFrom, DateOnly? GapTo)
{
    /// <summary>The span of the latest order.</summary>
    /// <param name="ordered">Day of the latest order.</param>
    /// <param name="original">Day of the first order, where the latest one renews it.</param>
    /// <param name="validYears">Years that an order serves.</param>
    /// <param name="renewalYears">Years from one re-ordering to the next; the anniversaries stay with the original order.</param>
    public static OrderSpan Of(DateOnly ordered, DateOnly? original, int validYears, int renewalYears)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(renewalYears, 1);
        if (original is not { } first || first >= ordered)
            return new(Days.LastOfYears(ordered, validYears), null, null);
        var anniversary = Days.YearsAfter(first, renewalYears);
        if (ordered <= anniversary)
            return new(Days.LastOfYears(first, renewalYears + validYears), null, null);

        var years = renewalYears;
        while (Days.YearsAfter(first, years) <= ordered)
            years += renewalYears;
        return new(Days.LastOfYears(first, years), anniversary, ordered.AddDays(-1));
    }

    /// <summary>Whether the day lies in the gap.</summary>
    public bool InGap(DateOnly day) => day >= GapFrom && day <= GapTo;
}
