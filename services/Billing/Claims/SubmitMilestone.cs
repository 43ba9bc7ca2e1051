using Ips.Billing.Db;
using Ips.Contracts;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Decides a milestone on its evidence: reached, in order, within its caps, and what is paid.</summary>
public sealed class SubmitMilestone(
    BillingDb db, Requests requests, Caller caller, MilestoneReader reader, MilestoneReviews reviews, PolicyService policies, TimeProvider clock)
{
    /// <summary>Longest support period: a longer one is a mistake.</summary>
    private const int MostSupportDays = 3 * 366;

    public Task<Result<Proto.Milestone>> Handle(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), ReadAndDecide, cancellationToken);

    private async Task<Result<MilestoneEvidence>> Gather(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var submitted, out var problem))
            return problem;
        if (submitted.Provider != caller.Organization)
            return new Problem.Forbidden("a provider submits milestones of its own organization");
        return await reader.Gather(submitted, cancellationToken);
    }

    private async Task<Result<Decided<Proto.Milestone>>> ReadAndDecide(MilestoneEvidence evidence, bool store, CancellationToken cancellationToken)
    {
        var account = await db.Account(evidence.Submitted.Individual, evidence.Submitted.Provider, cancellationToken);
        var submitted = evidence.Submitted with { Individual = account.IndividualId };
        return Decide(evidence with { Submitted = submitted }, account, await reader.Records(submitted, null, cancellationToken), store);
    }

    private Result<Decided<Proto.Milestone>> Decide(MilestoneEvidence evidence, Account account, MilestoneRecords records, bool store)
    {
        Changes changes = new(clock.GetUtcNow());
        if (!MilestoneRules.Decide(evidence, records, policies, changes.Now).Is(out var decided, out var problem))
            return problem;
        var (milestone, decision, _) = decided;
        reviews.Sync(milestone, reviews.None(), changes);
        if (!store)
            return new Decided<Proto.Milestone>(milestone.ToProto(decision.ToProto(stored: false), stored: false), changes);

        account.Count(changes);
        var stored = changes.Insert(policies.Store(decision, milestone.Provider, milestone.Id.Name, decided.Used(milestone)));
        changes.Insert(milestone);
        foreach (var note in milestone.Notes)
            changes.Insert(note);
        changes.Publish(milestone.ToEvent(stored));
        return new Decided<Proto.Milestone>(milestone.ToProto(decision.ToProto(stored: true), stored: true), changes);
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
            fields.Number("number", request.Number, 1, 9),
            fields.Day("event_date", request.EventDate),
            request.Number == 1 ? [.. evidence.ServiceNotes.Select((n, i) => fields.Id<ServiceNoteId>($"evidence.service_notes[{i}]", n))] : [],
            evidence);
        fields.UpTo("event_date", submitted.EventDate, submitted.Today);
        fields.Require(request.Number != 1 || submitted.Notes.Count > 0, "evidence.service_notes", "is empty; milestone 1 bills service notes");
        fields.Require(submitted.Notes.Distinct().Count() == submitted.Notes.Count, "evidence.service_notes", "names a note twice");
        fields.Require(submitted.Notes.Count <= 200, "evidence.service_notes", "names more than 200 notes");
        fields.Require(evidence.PcpDocument.Length <= 100, "evidence.pcp_document", "is longer than 100 characters");
        fields.Require(evidence.SubjectLine.Length <= 300, "evidence.subject_line", "is longer than 300 characters");
        fields.Require(evidence.ProviderDisplayName.Length <= 200, "evidence.provider_display_name", "is longer than 200 characters");
        fields.Choices("evidence.pcp_contents", evidence.PcpContents);
        fields.Choices("evidence.documents", evidence.Documents);
        foreach (var (i, name) in evidence.StoredDocuments.Index())
            fields.Id<DocumentId>($"evidence.stored_documents[{i}]", name);
        fields.Require(evidence.StoredDocuments.Count <= 50, "evidence.stored_documents", "names more than 50 documents");
        fields.Require(evidence.StoredDocuments.Count == 0 || MilestoneReader.RestsOnDocuments(request.Number), "evidence.stored_documents",
            "is read by milestones 3 to 5 and 7 to 9 only");
        fields.Choices("evidence.promotion_evidence", evidence.PromotionEvidence);
        fields.OptionalId<JobId>("evidence.job", evidence.Job);
        fields.OptionalId<EducationId>("evidence.education", evidence.Education);
        fields.Require(request.Number != 8 || evidence.Education.Length > 0, "evidence.education", "is missing; milestone 8 rests on an education");
        fields.Number("evidence.triggers", evidence.Triggers, 0, 100);
        fields.OptionalDay("evidence.support_plan_date", evidence.SupportPlanDate);
        var from = fields.OptionalDay("evidence.support_from", evidence.SupportFrom);
        var through = fields.OptionalDay("evidence.support_through", evidence.SupportThrough);
        fields.Require(!(through?.DayNumber - from?.DayNumber > MostSupportDays), "evidence.support_through",
            "lies more than three years after evidence.support_from");
        fields.OptionalDay("evidence.team_lead_approval_date", evidence.TeamLeadApprovalDate);
        fields.OptionalId<ServiceNoteId>("evidence.team_lead_note", evidence.TeamLeadNote);
        fields.Require(evidence.TeamLeadNote.Length == 0 || request.Number == 4, "evidence.team_lead_note", "is read by milestone 4 only");
        var stated = fields.OptionalDay("evidence.vr_document_date", evidence.VrDocumentDate);
        fields.Require(stated is not null || evidence.VrStatement == Proto.VrStatement.Unspecified, "evidence.vr_document_date",
            "is missing; a statement about the vocational rehabilitation agency has the day of its document");
        return fields.Problem is { } bad ? bad : submitted;
    }
}
