using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Decides a milestone on its evidence: reached, in order, within its caps, and what is paid.</summary>
public sealed class SubmitMilestone(
    BillingDb db, Requests requests, Caller caller, EligibilityClient eligibility, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Milestone>> Handle(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), ReadAndDecide, cancellationToken);

    private async Task<Result<MilestoneEvidence>> Gather(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var submitted, out var problem))
            return problem;
        if (submitted.Provider != caller.Organization)
            return new Problem.Forbidden("a provider submits milestones of its own organization");
        var (person, program, day) = (submitted.Individual, submitted.Program, submitted.EventDate);
        var verifying = eligibility.Verify(person, program, day, cancellationToken);
        var covering = eligibility.Covers(submitted.Number, person, submitted.Provider, program, day, cancellationToken);
        var overlapping = eligibility.CheckOverlaps(person, submitted.Provider, program, day, cancellationToken);
        await Task.WhenAll(verifying, covering, overlapping);
        if (!(await verifying).Is(out var verified, out problem) || !(await covering).Is(out var cover, out problem)
            || !(await overlapping).Is(out var overlaps, out problem))
            return problem;
        return new MilestoneEvidence(submitted, verified, cover, overlaps);
    }

    private async Task<Result<Decided<Proto.Milestone>>> ReadAndDecide(MilestoneEvidence evidence, bool store, CancellationToken cancellationToken)
    {
        var account = await db.Account(evidence.Submitted.Individual, evidence.Submitted.Provider, cancellationToken);
        var submitted = evidence.Submitted with { Individual = account.IndividualId };
        return Decide(evidence with { Submitted = submitted }, account, await Records(submitted, cancellationToken), store);
    }

    private Result<Decided<Proto.Milestone>> Decide(MilestoneEvidence evidence, Account account, MilestoneRecords records, bool store)
    {
        Changes changes = new(clock.GetUtcNow());
        if (!MilestoneRules.Decide(evidence, records, policies, changes.Now).Is(out var decided, out var problem))
            return problem;
        var (milestone, decision) = decided;
        if (!store)
            return new Decided<Proto.Milestone>(milestone.ToProto(decision.ToProto(stored: false), stored: false), changes);

        account.Count(changes);
        var stored = changes.Insert(policies.Store(decision, milestone.Provider, milestone.Id.Name));
        changes.Insert(milestone);
        foreach (var note in milestone.Notes)
            changes.Insert(note);
        changes.Publish(milestone.ToEvent(stored));
        return new Decided<Proto.Milestone>(milestone.ToProto(decision.ToProto(stored: true), stored: true), changes);
    }

    private async Task<MilestoneRecords> Records(SubmittedMilestone submitted, CancellationToken cancellationToken)
    {
        var (person, ids) = (submitted.Individual, submitted.Notes);
        var notes = await db.ServiceNotes.Where(n => n.IndividualId == person && ids.Contains(n.Id))
            .ToDictionaryAsync(n => n.Id, n => new NotedContact(n.ServiceDate, n.BillableMinutes), cancellationToken);
        var others = await db.Milestones.Where(m => m.IndividualId == person && m.State != Proto.MilestoneState.Denied)
            .Select(m => new
            {
                m.Program,
                m.Number,
                m.EventDate,
                Reached = m.State == Proto.MilestoneState.Billable || m.State == Proto.MilestoneState.Claimed,
                Notes = m.Notes.Where(n => ids.Contains(n.NoteId)).Select(n => n.NoteId).ToList(),
            })
            .AsSingleQuery().ToListAsync(cancellationToken);
        var used = await db.ClaimLines.Where(l => l.IndividualId == person && l.Provider == submitted.Provider && l.Program == submitted.Program
                && l.MilestoneNumber == 1 && l.State == Proto.ClaimLineState.Ready)
            .GroupBy(l => l.ServiceDate.Year).Select(year => new { Year = year.Key, Units = year.Sum(l => l.PayableUnits) })
            .ToDictionaryAsync(year => year.Year, year => year.Units, cancellationToken);
        return new(notes, others.SelectMany(m => m.Notes).ToHashSet(),
            notes.Values.Select(n => n.ServiceDate.Year).Distinct().ToDictionary(year => year, year => used.GetValueOrDefault(year)),
            [.. others.Where(m => m.Program == submitted.Program && m.Reached).Select(m => (m.Number, m.EventDate))]);
    }

    private Result<SubmittedMilestone> Read(Proto.SubmitMilestoneRequest request)
    {
        RequestValidator fields = new();
        var evidence = request.Evidence ?? new();
        SubmittedMilestone submitted = new(
            fields.Id<IndividualId>("individual", request.Individual),
            fields.Organization("provider", request.Provider),
            request.Program,
            policies.Today(fields, "program", request.Program),
            request.Number,
            fields.Day("event_date", request.EventDate),
            [.. evidence.ServiceNotes.Select((n, i) => fields.Id<ServiceNoteId>($"evidence.service_notes[{i}]", n))],
            evidence.PcpDocument,
            fields.Choices("evidence.pcp_contents", evidence.PcpContents));
        fields.Require(submitted.EventDate <= submitted.Today, "event_date", "lies in the future; send a day up to today");
        fields.Require(request.Number is 1 or 2, "number", "is not 1 or 2; this version of the contract carries the evidence of milestones 1 and 2");
        fields.Require(request.Number != 1 || submitted.Notes.Count > 0, "evidence.service_notes", "is empty; milestone 1 bills service notes");
        fields.Require(submitted.Notes.Distinct().Count() == submitted.Notes.Count, "evidence.service_notes", "names a note twice");
        fields.Require(submitted.Notes.Count <= 200, "evidence.service_notes", "names more than 200 notes");
        fields.Require(evidence.PcpDocument.Length <= 100, "evidence.pcp_document", "is longer than 100 characters");
        return fields.Problem is { } bad ? bad : submitted;
    }
}
