using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Decides a milestone on its evidence: reached, in order, within its caps, and what is paid.</summary>
public sealed class SubmitMilestone(
    BillingDb db, IdempotentRequests requests, Caller caller, EligibilityClient eligibility, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Milestone>> Handle(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), Write, cancellationToken);

    private async Task<Result<MilestoneEvidence>> Gather(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var submitted, out var problem))
            return problem;
        if (submitted.Provider != caller.Organization)
            return new Problem.Forbidden("a provider submits milestones of its own organization");
        var (person, program, day) = (submitted.Individual, submitted.Program, submitted.EventDate);
        var verifying = eligibility.Verify(person, program, day, cancellationToken);
        var covering = eligibility.Covers(submitted.Number, person, submitted.Provider, program, day, cancellationToken);
        await Task.WhenAll(verifying, covering);
        if (!(await verifying).Is(out var verified, out problem) || !(await covering).Is(out var cover, out problem))
            return problem;
        return new MilestoneEvidence(submitted, verified, cover);
    }

    private async Task<Result<Proto.Milestone>> Write(MilestoneEvidence evidence, bool store, CancellationToken cancellationToken)
    {
        if (store)
            await db.Lock(evidence.Submitted.Individual.Name, cancellationToken);
        if (!MilestoneRules.Decide(evidence, await Records(evidence.Submitted, cancellationToken), policies, clock)
            .Is(out var decided, out var problem))
            return problem;
        var (milestone, decision) = decided;
        if (!store)
            return milestone.ToProto(decision.ToProto(stored: false), stored: false);

        var stored = policies.Store(decision, milestone.Provider, milestone.Id.Name);
        db.Decisions.Add(stored);
        db.Milestones.Add(milestone);
        db.Publish(milestone.ToEvent(stored));
        await db.SaveChangesAsync(cancellationToken);
        return milestone.ToProto(decision.ToProto(stored: true), stored: true);
    }

    private async Task<MilestoneRecords> Records(SubmittedMilestone submitted, CancellationToken cancellationToken)
    {
        var (person, ids) = (submitted.Individual, submitted.Notes);
        var notes = await db.ServiceNotes.AsNoTracking().Where(n => n.IndividualId == person && ids.Contains(n.Id))
            .ToDictionaryAsync(n => n.Id, cancellationToken);
        var billed = await db.Milestones.Where(m => m.IndividualId == person && m.State != Proto.MilestoneState.Denied)
            .SelectMany(m => m.Notes).Where(n => ids.Contains(n.NoteId)).Select(n => n.NoteId).ToHashSetAsync(cancellationToken);
        Dictionary<int, int> used = [];
        foreach (var year in notes.Values.Select(n => n.ServiceDate.Year).Distinct())
            used[year] = await db.ClaimLines.OfEngagement(person, submitted.Provider, submitted.Program, year).UnitsUsed(cancellationToken);
        var approved = await db.Milestones
            .Where(m => m.IndividualId == person && m.Program == submitted.Program
                && (m.State == Proto.MilestoneState.Billable || m.State == Proto.MilestoneState.Claimed))
            .Select(m => m.Number).Distinct().Order().ToListAsync(cancellationToken);
        return new(notes, billed, used, approved);
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
