using Ips.Contracts;

namespace Ips.Platform.Decisions;

/// <summary>The values with which a use case sets a deadline.</summary>
/// <param name="Subject">Resource name of what it is about.</param>
/// <param name="Kind">What is due, a code such as <c>authorization-end</c>.</param>
/// <param name="RuleId">The rule that sets the day.</param>
/// <param name="Program">The program; the days of its time zone count.</param>
/// <param name="Provider">The tenant.</param>
/// <param name="Individual">The person it concerns, or null.</param>
/// <param name="DueOn">The last day in time.</param>
/// <param name="LeadDays">How many days before the due day an event is published.</param>
public sealed record DeadlineTerms(
    string Subject, string Kind, string RuleId, string Program, string Provider, IndividualId? Individual, DateOnly DueOn, params int[] LeadDays)
{
    /// <summary>The exact end of a clock that counts hours.</summary>
    public DateTimeOffset? DueAt { get; init; }
}
