using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Checks approved authorizations again when a fact changed that they rest on. When the person is eligible under the payer on the first days only, the
/// authorization ends with them, and goes on when that is corrected. When it would not be approved at all, it needs attention and covers no day, until it stands
/// again or the payer decides. What the payer overrode is not checked, and an end that a person or ACT set stays. A discharge ends every authorization of the
/// program with its last day of service (lifecycle 3), also when the person is admitted again later; one that would have begun later covers no day. A death ends
/// those of every program, overridden or not.
/// </summary>
public sealed class ReconsiderAuthorizations(
    EligibilityDb db, IndividualReader people, DeadlineReader deadlines, Caller caller, PolicyService policies)
{
    /// <summary>Checks them and adds what changes. A determination that the same changes move counts as moved.</summary>
    /// <param name="person">The person.</param>
    /// <param name="changes">Gets what changes.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="undischarged">A program in which a discharge was taken back or got another day: an end with it is none any more.</param>
    internal async Task<Result<Changes>> Decide(IndividualId person, Changes changes, CancellationToken cancellationToken, string? undischarged = null)
    {
        // read
        person = await db.Survivor(person, cancellationToken);
        var approved = await db.Authorizations.AsNoTracking().IgnoreAutoIncludes().Where(a => a.IndividualId == person && a.ApprovedFrom != null)
            .OrderBy(a => a.Id).ToListAsync(cancellationToken);
        if (approved.Count == 0 || await people.Find(caller, person, cancellationToken) is not { } individual)
            return changes;
        var due = await deadlines.About(caller, approved.ConvertAll(a => a.Id.Name), cancellationToken);
        var occupied = (await OnFile.About(db, person, cancellationToken)).Days;
        var evidence = await ApprovalEvidence.Of(db, individual, [.. approved.Select(a => a.Program).Distinct()], cancellationToken);
        var moved = changes.Rows.OfType<Determinations.Determination>().ToDictionary(d => d.Id);
        evidence = evidence with { Admissions = [.. evidence.Admissions.Select(d => moved.GetValueOrDefault(d.Id) ?? d)] };

        // decide
        foreach (var authorization in approved)
        {
            var next = Next(authorization, approved, evidence, undischarged);
            if (next is null || next.IsOf(authorization) || (authorization.EndedThrough is not null && next.Ended is null && Taken(authorization, occupied)))
                continue;
            Write(authorization, next, due, changes);
            changes.Expect(individual);
        }

        return changes;
    }

    /// <summary>What an authorization should be.</summary>
    /// <param name="State">The state.</param>
    /// <param name="Ended">The last day, if it ends early.</param>
    /// <param name="Reason">Why it ends.</param>
    /// <param name="Unmet">Why it needs attention.</param>
    /// <param name="Rule">The rule behind the change; null for what stands.</param>
    private sealed record Standing(
        Proto.AuthorizationState State, DateOnly? Ended, Proto.TerminationReason Reason, IReadOnlyList<Proto.UnmetCondition> Unmet, string? Rule)
    {
        public bool IsOf(Authorization authorization) => (State, Ended, Reason) == (authorization.State, authorization.EndedThrough, authorization.EndReason)
            && Unmet.SequenceEqual(authorization.Attention);
    }

    private Standing? Next(Authorization authorization, IReadOnlyList<Authorization> approved, ApprovalEvidence evidence, string? undischarged)
    {
        var takenBack = authorization.EndReason.IsByPlatform()
            || (authorization.EndReason == Proto.TerminationReason.Discharged && authorization.Program == undischarged);
        var (ended, reason) = takenBack ? authorization.Cancelled : (authorization.EndedThrough, authorization.EndReason);
        if (ended < authorization.ApprovedFrom)
            return null;
        if (evidence.Individual.Death is { DiedOn: var died } && died < (ended ?? authorization.ApprovedThrough))
            (ended, reason) = (died, Proto.TerminationReason.Died);
        var days = ApprovalConditions.Days(policies, authorization, evidence);
        var discharged = days.FirstOrDefault(day => day.Reason == Proto.TerminationReason.Discharged && !(day.Day > ended));
        if (discharged.Unmet is not null)
            (ended, reason) = (discharged.Day.AddDays(-1), discharged.Reason);
        days = authorization.Overridden.Any(condition => condition.Code == ApprovalConditions.Eligible) ? [] : [.. days.Where(day => !(day.Day > ended))];
        var failing = days.ToList().FindIndex(day => day.Unmet is not null);
        var ends = failing > 0 && days.Skip(failing).All(day => day.Unmet is not null);
        IReadOnlyList<Proto.UnmetCondition> unmet = failing < 0 || ends ? [] : [days[failing].Unmet!];
        if (ends)
            (ended, reason) = (days[failing].Day.AddDays(-1), days[failing].Reason);
        var state = unmet.Count > 0 ? Proto.AuthorizationState.Attention
            : ended is not null ? Proto.AuthorizationState.Terminated
            : authorization.Undisturbed(approved);
        var why = unmet.Count > 0 ? unmet[0] : ends ? days[failing].Unmet : null;
        return new(state, ended, reason, unmet, why?.RuleIds.FirstOrDefault()
            ?? (reason == Proto.TerminationReason.Discharged ? EndAuthorization.Rule(authorization.Program, reason) : null));
    }

    // Another agency or ACT has days that it had before it ended.
    private bool Taken(Authorization authorization, IReadOnlyList<ExistingAuthorization> occupied) =>
        Exclusivity.Missed(authorization, occupied, policies) is not null;

    private void Write(Authorization authorization, Standing next, SubjectDeadlines due, Changes changes)
    {
        var before = authorization.State;
        (authorization.State, authorization.EndedThrough, authorization.EndReason, authorization.Attention) = (next.State, next.Ended, next.Reason, next.Unmet);
        changes.UpdateTerms(authorization);
        due.SyncDeadlines(authorization, changes);
        changes.PublishMove(authorization, before, policies.Today(authorization.Program)!.Value, next.Rule);
    }
}
