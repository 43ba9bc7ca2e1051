namespace Ips.Policies;

/// <summary>
/// The last day of a deadline in business days. Where the holidays on the way are not listed it is known only that the last day lies between two
/// days: the first if no weekday is a holiday, the second if every weekday is one.
/// </summary>
/// <param name="Earliest">The last day if no unlisted weekday is a holiday.</param>
/// <param name="Latest">The last day if every unlisted weekday is a holiday; <see langword="null"/> where it then never comes.</param>
public readonly record struct LastDay(DateOnly Earliest, DateOnly? Latest)
{
    /// <summary>A day that is known.</summary>
    public static implicit operator LastDay(DateOnly day) => new(day, day);

    /// <summary>The last day, or <see langword="null"/> where it is not known.</summary>
    public DateOnly? Day => Latest == Earliest ? Earliest : null;

    /// <summary>Whether an act is in time: what holds whatever the unlisted holidays are, else a person decides.</summary>
    public Verdict InTime(DateOnly act) => act <= Earliest ? Verdict.Met : act > Latest ? Verdict.NotMet : Verdict.NeedsReview;

    /// <summary>For reasons: the day, or the days between which it lies.</summary>
    public override string ToString() => Day is not null ? Words.Day(Day, "", "")
        : Words.Day(Earliest, "", "") + " or later, by holidays that are not listed";
}
