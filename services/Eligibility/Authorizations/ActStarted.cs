using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Applies a person's record of ACT to authorizations: every authorization of the person, at any agency, that shares a day with ACT ends the day before, and
/// none can be approved for those days (NC-LIM-002). It runs outside a request, so it sees other agencies' spans. The record as it is now counts: the days of
/// a corrected record are corrected, those of a retracted one are freed, and the same record again changes nothing.
/// </summary>
public sealed class ActStarted(EligibilityDb db, IndividualReader people, DeadlineReader deadlines, Requests requests, Caller caller, TimeProvider clock)
{
    /// <param name="record">The id of the fact that records ACT.</param>
    /// <param name="person">The person.</param>
    /// <param name="message">The row that marks the message about it as processed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task Handle(Guid record, IndividualId person, IProcessedOnce message, CancellationToken cancellationToken) =>
        requests.Run(message, s => ReadAndApply(record, person, s), cancellationToken);

    private async Task<Result<Changes>> ReadAndApply(Guid record, IndividualId person, CancellationToken cancellationToken)
    {
        if (await people.Find(caller, person, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", person.Name);
        var span = await db.ActSpans.AsNoTracking().SingleOrDefaultAsync(s => s.Id == record, cancellationToken);
        var records = await db.RecordsOf(individual.Id, cancellationToken);
        var approved = await db.Authorizations.AsNoTracking().IgnoreAutoIncludes()
            .Where(a => records.Contains(a.IndividualId) && a.Exclusive && a.ApprovedFrom != null).ToListAsync(cancellationToken);
        var due = await deadlines.About(caller, approved.ConvertAll(a => a.Id.Name), cancellationToken);
        var fact = individual.Facts.OfType<OtherService>()
            .SingleOrDefault(f => f.Id == record && f is { SupersededAt: null, Service: OtherService.Act, Absent: false });
        Changes changes = new(clock.GetUtcNow());
        Apply(fact, individual, span, approved, due, changes);
        return changes;
    }

    private static void Apply(
        OtherService? fact, Individual individual, ActSpan? span, IReadOnlyList<Authorization> approved, SubjectDeadlines due, Changes changes)
    {
        // Raised with every fact: a record that is corrected at the same time is read again.
        changes.Expect(individual);

        // A correction restores authorizations that only the previous days had ended.
        if (span is not null && span.StartedOn != fact?.From)
        {
            foreach (var ended in approved.Where(a => a.EndReason == Proto.TerminationReason.ActStarted && a.EndedThrough == span.StartedOn.AddDays(-1)))
                Restore(ended, approved, due, changes);
        }

        if (fact is not null)
        {
            foreach (var overlapping in approved.Where(a => a.ApprovedFrom <= (fact.Through ?? DateOnly.MaxValue) && a.Through >= fact.From
                && a.Through >= a.ApprovedFrom))
                EndAuthorization.End(overlapping, Proto.TerminationReason.ActStarted, fact.From, due, changes);
        }

        if (span?.StartedOn != fact?.From || span?.EndedThrough != fact?.Through)
            Replace(span, fact, individual, changes);
    }

    // The old days are removed and new ones inserted: the database frees days at once, and checks new ones when everything is written.
    private static void Replace(ActSpan? span, OtherService? fact, Individual individual, Changes changes)
    {
        if (span is not null)
            changes.Remove(span);
        if (fact is not null)
        {
            changes.Insert(new ActSpan
            {
                Id = fact.Id,
                IndividualId = individual.Id,
                Provider = individual.Provider,
                StartedOn = fact.From,
                EndedThrough = fact.Through,
                RecordedAt = changes.Now,
            });
        }
    }

    private static void Restore(Authorization ended, IReadOnlyList<Authorization> approved, SubjectDeadlines due, Changes changes)
    {
        (ended.EndedThrough, ended.EndReason) = ended.Cancelled;
        ended.State = ended.EndedThrough is null ? ended.Undisturbed(approved) : Proto.AuthorizationState.Terminated;
        changes.UpdateTerms(ended);
        due.SyncDeadlines(ended, changes);
        changes.PublishMove(ended, Proto.AuthorizationState.Terminated, DateOnly.FromDateTime(changes.Now.UtcDateTime),
            EndAuthorization.Rule(ended.Program, Proto.TerminationReason.ActStarted));
    }
}

/// <summary>
/// Days on which a person has Assertive Community Treatment. No IPS authorization may share one of them (NC-LIM-002); the database prevents overlaps.
/// </summary>
public sealed class ActSpan : IVersioned
{
    /// <summary>The id of the record that reported it: the same record again corrects the same span.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider agency whose record reported it.</summary>
    public required string Provider { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly StartedOn { get; init; }

    /// <summary>Last day, included; null while ACT continues.</summary>
    public DateOnly? EndedThrough { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
