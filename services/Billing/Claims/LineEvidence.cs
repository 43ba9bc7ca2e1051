using Ips.Billing.Db;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Policies.ClaimLines;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Asks the other services what they say about a claim line's day. Calls carry the token of the request that is answered, and the service's own when an event
/// is processed.
/// </summary>
public sealed class LineEvidence(BillingDb db, EligibilityClient eligibility, Staff.StaffClient staff, PolicyService policies, PersonalDataProtector protector)
{
    internal async Task<Result<ClaimLineEvidence>> Gather(RequestedLine requested, Milestone milestone, CancellationToken cancellationToken)
    {
        var kind = EligibilityClient.KindFor(milestone.Number);
        return (await Gather(requested, milestone.IndividualId, milestone.Provider, milestone.Program, kind, ordered: true, cancellationToken))
            .Then(evidence => evidence with { Milestone = milestone });
    }

    internal async Task<Result<ClaimLineEvidence>> Gather(RequestedLine requested, NotedWork work, CancellationToken cancellationToken)
    {
        var program = policies.Engine.Programs[work.Program];
        var billing = NotedWork.BilledAs(program);
        return (await Gather(requested, work.Individual, work.Provider, work.Program, NotedWork.KindFor(billing),
            ordered: ClaimLineDecision.Kind.AppliesTo(program), cancellationToken))
            // A prior authorization of Louisiana covers days and has no units of a line.
            .Then(evidence => evidence with { Work = work, NotesTakeUnits = billing == NoteBilling.Units && work.Evidence.ReachedMilestone == 0 });
    }

    /// <summary>The notes of a line with what it needs of them.</summary>
    /// <param name="notes">The notes; those that are not found are left out.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    internal async Task<List<(ServiceNote Note, WorkNote Work)>> Work(IReadOnlyList<ServiceNoteId> notes, CancellationToken cancellationToken)
    {
        var found = await db.ServiceNotes.AsNoTracking().Where(n => notes.Contains(n.Id)).OrderBy(n => n.ServiceDate).ThenBy(n => n.Id)
            .ToListAsync(cancellationToken);
        return found.ConvertAll(note => (note, Read(note, note.OpenElements(protector))));
    }

    private static WorkNote Read(ServiceNote note, Proto.NoteElements elements) => new(
        note.Id, note.ServiceDate, note.VoidedAt is null ? note.BillableMinutes : 0,
        elements.PlaceOfService.ToPolicy(), elements.HasGroupSize ? elements.GroupSize : null);

    private async Task<Result<ClaimLineEvidence>> Gather(
        RequestedLine requested, IndividualId person, string provider, string program, AuthorizationKind? kind, bool ordered,
        CancellationToken cancellationToken)
    {
        var day = requested.ServiceDate;
        var verifying = eligibility.Verify(person, program, day, cancellationToken);
        // Only a program whose lines rest on a service order has one.
        var ordering = ordered ? eligibility.CheckServiceOrder(person, program, day, cancellationToken)
            : Task.FromResult<Result<CheckServiceOrderResponse>>(new CheckServiceOrderResponse());
        var qualifying = staff.VerifyQualificationAsync(
            new() { StaffMember = requested.Staff.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken)
            .Answer("staffing", "staff member", requested.Staff.Name);
        var covering = eligibility.Covers(kind, person, provider, program, day, cancellationToken);
        var overlapping = eligibility.CheckOverlaps(person, provider, program, day, cancellationToken);
        await Task.WhenAll(verifying, ordering, qualifying, covering, overlapping);
        if (!(await verifying).Is(out var verified, out var problem) || !(await ordering).Is(out var order, out problem)
            || !(await qualifying).Is(out var qualification, out problem) || !(await covering).Is(out var cover, out problem)
            || !(await overlapping).Is(out var overlaps, out problem))
            return problem;
        return new ClaimLineEvidence(requested, null, verified, order, qualification, cover, overlaps, Units: null);
    }
}
