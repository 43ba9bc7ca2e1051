using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Applies ACT to authorizations: every authorization of the person, at any agency, that shares a day with ACT ends the day before, and none can be approved
/// for those days (NC-LIM-002). It runs outside a request, so it sees other agencies' spans. The same record again corrects its days.
/// </summary>
public sealed class ActStarted(EligibilityDb db, EndAuthorization end, AuthorizationClocks clocks, TimeProvider clock)
{
    /// <param name="record">The id of the record of ACT.</param>
    /// <param name="individual">The person.</param>
    /// <param name="startedOn">First day of ACT; null when the record is withdrawn.</param>
    /// <param name="endedThrough">Last day of ACT, included; null while it goes on.</param>
    public async Task Handle(Guid record, IndividualId individual, DateOnly? startedOn, DateOnly? endedThrough, CancellationToken cancellationToken)
    {
        var mine = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
        await using (mine)
        {
            await db.LockPerson(individual, cancellationToken);
            var provider = (await db.Individuals.SingleAsync(i => i.Id == individual, cancellationToken)).Provider;
            var span = await db.ActSpans.SingleOrDefaultAsync(s => s.Id == record, cancellationToken);
            var records = await db.RecordsOf(individual, cancellationToken);
            var authorizations = await db.Authorizations.Where(a => records.Contains(a.IndividualId) && a.Exclusive && a.ApprovedFrom != null)
                .ToListAsync(cancellationToken);

            // A correction restores authorizations that only the previous days had ended.
            if (span is not null && span.StartedOn != startedOn)
            {
                foreach (var ended in authorizations.Where(a => a.EndReason == Proto.TerminationReason.ActStarted
                    && a.EndedThrough == span.StartedOn.AddDays(-1)))
                    await Restore(ended, authorizations.Exists(a => a.Renews == ended.Id), cancellationToken);
            }

            if (startedOn is { } first)
            {
                foreach (var overlapping in authorizations.Where(a => a.ApprovedFrom <= (endedThrough ?? DateOnly.MaxValue) && a.Through >= first
                    && a.Through >= a.ApprovedFrom))
                    await end.End(overlapping, Proto.TerminationReason.ActStarted, first, store: true, cancellationToken);
            }

            // Two saves: the old days are removed before the new ones are added, otherwise the database would find an overlap.
            if (span is not null)
                db.ActSpans.Remove(span);
            await db.SaveChangesAsync(cancellationToken);
            if (startedOn is { } from)
                db.ActSpans.Add(new()
                {
                    Id = record,
                    IndividualId = individual,
                    Provider = provider,
                    StartedOn = from,
                    EndedThrough = endedThrough,
                    RecordedAt = clock.GetUtcNow()
                });
            await db.SaveChangesAsync(cancellationToken);
            if (mine is not null)
                await mine.CommitAsync(cancellationToken);
        }
    }

    private async Task Restore(Authorization ended, bool renewed, CancellationToken cancellationToken)
    {
        ended.State = renewed ? Proto.AuthorizationState.Superseded : ended.PayerRuleId.Length > 0
            ? Proto.AuthorizationState.Modified : Proto.AuthorizationState.Approved;
        (ended.EndedThrough, ended.EndReason) = (null, default);
        await clocks.SyncDeadlines(ended, cancellationToken);
        db.PublishMove(ended, Proto.AuthorizationState.Terminated, clock.UtcDay(), "NC-LIM-002");
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
    public required DateOnly StartedOn { get; set; }

    /// <summary>Last day, included; null while ACT continues.</summary>
    public DateOnly? EndedThrough { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; set; }
}
