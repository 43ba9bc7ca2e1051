using Ips.Contracts;
using Microsoft.EntityFrameworkCore;

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

/// <summary>
/// Sets the deadlines of use cases: set when a fact starts a clock, set again when the fact is corrected, met or cancelled when it stops.
/// Everything is saved by the use case's own save, so a deadline is stored exactly when its fact is stored.
/// </summary>
public sealed class DeadlineBook(ServiceDb db, PolicyService policies, TimeProvider clock)
{
    /// <summary>Sets or corrects a deadline. Setting the same date is a no-op; a completed deadline is reopened.</summary>
    public async Task Set(DeadlineTerms terms, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var zone = policies.Engine.Programs[terms.Program].Header.TimeZone;
        var deadline = (await About(terms.Subject, cancellationToken)).SingleOrDefault(d => d.RuleId == terms.RuleId && d.Kind == terms.Kind);
        if (deadline is null)
        {
            deadline = new()
            {
                Id = DeadlineId.New(clock),
                Subject = terms.Subject,
                RuleId = terms.RuleId,
                Kind = terms.Kind,
                Provider = terms.Provider,
                IndividualId = terms.Individual,
                Program = terms.Program,
                TimeZone = zone,
                RecordedAt = now,
            };
            db.Add(deadline);
        }

        deadline.TimeZone = zone;
        deadline.Arm(terms.DueOn, terms.DueAt, terms.LeadDays, now);
    }

    /// <summary>What was due was done, in time or late: no further event is published.</summary>
    public Task Meet(string subject, string kind, CancellationToken cancellationToken) => Settle(DeadlineState.Met, subject, kind, cancellationToken);

    /// <summary>Nothing is due any more: for one kind, or for everything about the subject.</summary>
    public Task Cancel(string subject, string? kind, CancellationToken cancellationToken) => Settle(DeadlineState.Cancelled, subject, kind, cancellationToken);

    private async Task Settle(DeadlineState how, string subject, string? kind, CancellationToken cancellationToken)
    {
        foreach (var deadline in (await About(subject, cancellationToken)).Where(d => kind is null || d.Kind == kind))
            deadline.Settle(how, clock.GetUtcNow());
    }

    // Locked, so that a sweep in between neither overtakes this change nor makes its save fail. Includes what this unit of work added and did not save yet.
    private async Task<IReadOnlyList<Deadline>> About(string subject, CancellationToken cancellationToken)
    {
        await db.Set<Deadline>().FromSql($"select * from deadlines where subject = {subject} for update").IgnoreQueryFilters()
            .LoadAsync(cancellationToken);
        return [.. db.Set<Deadline>().Local.Where(d => d.Subject == subject)];
    }
}
