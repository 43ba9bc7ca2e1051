using Ips.Billing.Jobs;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Policies.ClaimLines;
using Ips.Policies.Milestones;
using Document = Ips.Platform.StoredDocuments.Document;
using Proto = Ips.Contracts.Billing.V1;
using Verdict = Ips.Policies.Verdict;

namespace Ips.Billing.Claims;

/// <summary>The milestone as submitted, on the day <paramref name="Today"/> of its program.</summary>
/// <param name="Stored">The stored milestone that is decided again; null for a new one.</param>
internal sealed record SubmittedMilestone(
    IndividualId Individual, string Provider, string Program, DateOnly Today, int Number, DateOnly EventDate, IReadOnlyList<ServiceNoteId> Notes,
    Proto.MilestoneEvidence Evidence, Milestone? Stored = null);

/// <summary>What was gathered about a milestone before it is decided.</summary>
/// <param name="Submitted">The request.</param>
/// <param name="Verified">Eligibility's answer for the day.</param>
/// <param name="Cover">The authorization that counts; empty when none does or none is needed.</param>
/// <param name="Overlaps">What else of the person counts on the day.</param>
internal sealed record MilestoneEvidence(SubmittedMilestone Submitted, VerifyResponse Verified, CoversResponse Cover, CheckOverlapsResponse Overlaps)
{
    /// <summary>The roles that staff members held on the days of their contacts; null for a role that no contact counts by, or none.</summary>
    public IReadOnlyDictionary<(StaffMemberId Staff, DateOnly Day), ContactRole?> Roles { get; init; } =
        new Dictionary<(StaffMemberId, DateOnly), ContactRole?>();
}

/// <summary>A contact that is noted.</summary>
/// <param name="Minutes">Minutes that count; 0 when the note is not billable or void.</param>
internal sealed record NotedContact(DateOnly ServiceDate, int Minutes);

/// <summary>A contact of the period of a milestone, from its note.</summary>
/// <param name="Mode">How it took place; null when the note does not show it.</param>
internal sealed record ClientContact(ServiceNoteId Note, DateOnly Day, StaffMemberId Staff, ContactMode? Mode);

/// <summary>The note with the Team Lead's approval that Vocational Recovery begins.</summary>
/// <param name="Author">Who wrote and signed it; null where it is not signed.</param>
/// <param name="CoSignedAs">The role of the one who co-signed it; null where no one did.</param>
internal sealed record ApprovalNote(ServiceNoteId Note, DateOnly Day, StaffMemberId? Author, StaffRole? CoSignedAs)
{
    /// <summary>Whether a Team Lead wrote or co-signed it.</summary>
    public bool IsByTeamLead(IReadOnlyDictionary<(StaffMemberId Staff, DateOnly Day), ContactRole?> roles) => Author is { } author
        && (CoSignedAs == StaffRole.TeamLead || roles.GetValueOrDefault((author, Day)) == ContactRole.TeamLead);
}

/// <summary>A milestone of the person that can be billed, is claimed, or that VR pays.</summary>
internal sealed record ApprovedMilestone(MilestoneId Id, int Number, DateOnly Day, Proto.MilestoneEvidence? Evidence);

/// <summary>What Billing's own records say; the version of the <see cref="Account"/> guards it.</summary>
/// <param name="Notes">Those of the submitted notes that are the person's.</param>
/// <param name="Billed">Those that another milestone or a claim line bills.</param>
/// <param name="UnitsUsedByYear">Units of milestone 1 on ready lines, for every calendar year of the notes.</param>
/// <param name="Approved">The person's milestones that are reached.</param>
internal sealed record MilestoneRecords(
    IReadOnlyDictionary<ServiceNoteId, NotedContact> Notes, IReadOnlySet<ServiceNoteId> Billed, IReadOnlyDictionary<int, int> UnitsUsedByYear,
    IReadOnlyList<ApprovedMilestone> Approved)
{
    /// <summary>Milestones 4 and 6: the contacts of the support period or the month.</summary>
    public IReadOnlyList<ClientContact> Contacts { get; init; } = [];

    /// <summary>Milestone 4: the note with the Team Lead's approval; null where none of the person is named.</summary>
    public ApprovalNote? Approval { get; init; }

    /// <summary>The person's competitive jobs, the first ones first.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>Milestone 8: the education that is named; null when there is none of the person.</summary>
    public Education? Education { get; init; }

    /// <summary>Milestones 3 to 5: the referrals to the vocational rehabilitation agency in the program.</summary>
    public IReadOnlyList<VrCase> Cases { get; init; } = [];

    /// <summary>Milestones 3 to 5 and 7 to 9: the documents about the person that rules may read.</summary>
    public IReadOnlyList<Document> Documents { get; init; } = [];

    /// <summary>Milestones 6 to 8: the days of ready lines of the milestone, one entry for each unit.</summary>
    public IReadOnlyList<DateOnly> PaidOn { get; init; } = [];

    /// <summary>The versions of the records that have one, by their ids.</summary>
    public IReadOnlyDictionary<Guid, int> Versions => Jobs.Select(j => (j.Id.Value, j.Version))
        .Concat(Documents.Select(d => (d.Id.Value, d.Version))).Concat(Education is { } e ? [(e.Id.Value, e.Version)] : [])
        .DistinctBy(record => record.Value).ToDictionary(record => record.Value, record => record.Version);
}

/// <summary>A milestone with the decision that explains it, both to be stored.</summary>
/// <param name="RestsOn">Resource names of the records that each fact of the decision came from, by the fact's name in JSON.</param>
internal sealed record DecidedMilestone(Milestone Milestone, DecisionRecord Decision, IReadOnlyDictionary<string, IReadOnlyList<string>> RestsOn)
{
    /// <summary>Versions of those records that have one, by their ids.</summary>
    public required IReadOnlyDictionary<Guid, int> Versions { get; init; }

    /// <summary>The milestone that is stored, and these records, with their versions.</summary>
    public IEnumerable<RestedOn> Used(Milestone stored) =>
    [
        new(stored.Id.Value, stored.Version),
        .. RestedOn.Named(RestsOn.Values.SelectMany(names => names)).Select(record => record with { Version = Versions.GetValueOrDefault(record.Id) }),
    ];
}

/// <summary>Decides a milestone from its evidence, without a database.</summary>
internal static class MilestoneRules
{
    public static Result<DecidedMilestone> Decide(MilestoneEvidence evidence, MilestoneRecords records, PolicyService policies, DateTimeOffset now)
    {
        var submitted = evidence.Submitted;
        if (submitted.Stored is null && Wrong(submitted, records) is { } wrong)
            return wrong;
        MilestoneId milestone = new(Guid.CreateVersion7(now));
        BilledNote[] notes = [.. submitted.Notes.Where(records.Notes.ContainsKey)
            .Select(id => new BilledNote(milestone, id, records.Notes[id].ServiceDate, records.Notes[id].Minutes))];
        MilestoneSources sources = new(evidence, records, policies.TextOn(submitted.Program, submitted.EventDate));
        return policies.Decide(submitted.Program, MilestoneDecision.Kind, submitted.Today, Facts(evidence, records, notes, sources))
            .Then(decision => new DecidedMilestone(Milestone(milestone, evidence, sources.Coverage, notes, decision, policies, now), decision, sources.Names) { Versions = records.Versions });
    }

    private static Problem? Wrong(SubmittedMilestone submitted, MilestoneRecords records)
    {
        foreach (var (i, id) in submitted.Notes.Index())
        {
            if (!records.Notes.TryGetValue(id, out var note))
                return new Problem.NotFound("service note", id.Name);
            var why = note.Minutes == 0 ? "is a note that was decided not billable; its receipt says why"
                : note.ServiceDate > submitted.EventDate ? "is a contact after event_date"
                : records.Billed.Contains(id) ? "is billed with another milestone already"
                : null;
            if (why is not null)
                return new Problem.Invalid($"evidence.service_notes[{i}]", why);
        }

        if (submitted.Evidence.Job is { Length: > 0 } job && !records.Jobs.Any(j => j.Id.Name == job))
            return new Problem.Invalid("evidence.job", "is no competitive job of this person on record; record it first");
        foreach (var (i, name) in submitted.Evidence.StoredDocuments.Index())
        {
            if (!records.Documents.Any(d => d.Id.Name == name))
            {
                return new Problem.Invalid($"evidence.stored_documents[{i}]",
                    "is no document about this person that rules may read: it is unknown, about another subject, or its virus scan did not end well");
            }
        }

        if (submitted is { Number: 4, Evidence.TeamLeadNote.Length: > 0 } && records.Approval is null)
            return new Problem.Invalid("evidence.team_lead_note", "is no note of this person that stands; record it first");
        if (submitted is { Number: 3 or 4 or 5, Evidence.VrStatement: not Proto.VrStatement.Unspecified }
            && !records.Documents.Any(d => d.Kind == DocumentKind.VrRecord && d.DocumentDate.Day() == submitted.Evidence.VrDocumentDate))
        {
            return new Problem.Invalid("evidence.vr_document_date",
                "is the day of no stored document of the vocational rehabilitation agency; upload it first (DOCUMENT_KIND_VR_RECORD)");
        }

        return submitted is { Number: 8, Evidence.Education.Length: > 0 } && records.Education is null
            ? new Problem.Invalid("evidence.education", "is no education of this person on record; record it first") : null;
    }

    private static MilestoneFacts Facts(MilestoneEvidence evidence, MilestoneRecords records, BilledNote[] notes, MilestoneSources sources)
    {
        var (submitted, _, cover, _) = evidence;
        MilestoneFacts facts = new()
        {
            Milestone = submitted.Number,
            EventDate = submitted.EventDate,
            Funding = sources.Coverage.Funding.ToPolicy(),
            Coverages = sources.Coverage.Facts,
        };
        if (submitted.Number == 1)
        {
            return facts with
            {
                Contacts = [.. notes.Where(n => n.Minutes > 0).Select(n => new MilestoneContact(n.ServiceDate, n.Minutes))],
                UnitsUsedByYear = [.. records.UnitsUsedByYear.OrderBy(y => y.Key).Select(y => new YearUnits(y.Key, y.Value))],
            };
        }

        RequestValidator days = new();
        var covered = cover.Authorization.Length > 0;
        var sent = submitted.Evidence;
        facts = facts with
        {
            ApprovedMilestones = [.. sources.Approved.Select(m => m.Number).Distinct().Order()],
            SarFrom = days.OptionalDay("from", cover.From),
            SarTo = days.OptionalDay("through", cover.Through),
            SarUnits = covered ? cover.UnitsApproved : null,
            SarUnitsUsed = covered ? cover.UnitsApproved - cover.UnitsLeft : null,
            // Contents count only with the plan: of milestone 9 it is stored, of milestone 2 the authorization rests on it and a reference is enough.
            PcpContents = (submitted.Number == 9 ? sent.PcpContents.Count > 0 && sources.Has(DocumentKind.PersonCenteredPlan) : sent.PcpDocument.Length > 0)
                ? [.. sent.PcpContents.Select(c => c.ToPolicy()).OfType<Policies.PcpContent>()] : null,
        };
        return submitted.Number switch
        {
            3 => facts with
            {
                Documents = Documents(sources),
                JobStartDate = sources.JobStart,
                DaysWorked = sources.Job is { } job ? [.. job.WorkedDays.Select(d => days.Day("day", d)).Where(d => d <= submitted.EventDate)] : null,
                VrStatus = sources.Vr.Status,
                VrNonFundingDocumentDate = sources.Vr.Document,
            },
            4 => facts with
            {
                Documents = Documents(sources),
                Contacts = [.. records.Contacts.Select(c => new MilestoneContact(c.Day, Mode: c.Mode))],
                SupportPeriodFrom = days.OptionalDay("from", sent.SupportFrom),
                SupportPeriodTo = days.OptionalDay("through", sent.SupportThrough),
                FaspVersionDate = days.OptionalDay("plan", sent.SupportPlanDate),
                M3FaspVersionDate = sources.Day(3, e => e.SupportPlanDate),
                TeamLeadApprovalDate = days.OptionalDay("approval", sent.TeamLeadApprovalDate),
                // A note without that signature may still get it.
                TeamLeadSigned = sent.TeamLeadNote.Length > 0 ? records.Approval?.IsByTeamLead(evidence.Roles) == true ? true : null
                    : sent.HasTeamLeadSigned ? sent.TeamLeadSigned : null,
                VrStatus = sources.Vr.Status,
                VrNonFundingDocumentDate = sources.Vr.Document,
            },
            5 => facts with
            {
                Documents = Documents(sources),
                VocationalRecoveryStart = sources.Day(4, e => e.TeamLeadApprovalDate),
                EmploymentSpells = sources.Spells,
                VrStatus = sources.Vr.Status,
                VrNonFundingDocumentDate = sources.Vr.Document,
            },
            6 => facts with
            {
                Contacts = [.. records.Contacts.Select(c => new MilestoneContact(
                    c.Day, WithRole: evidence.Roles.GetValueOrDefault((c.Staff, c.Day)), Mode: c.Mode))],
                Month = new(submitted.EventDate.Year, submitted.EventDate.Month, 1),
                TriggersRequested = sources.TriggersRequested,
                TriggersPaidThisMonth = sources.TriggersPaid,
            },
            7 => facts with
            {
                JobStartDate = sources.JobStart,
                PromotionType = sent.PromotionType.ToPolicy(),
                // What a document shows counts only with the document.
                PromotionEvidence = sent.PromotionEvidence.Count == 0 || !sources.Has(DocumentKind.PromotionRecord) ? null : [.. sent.PromotionEvidence.Select(p => p.ToPolicy())],
                PaymentsByYear = [.. records.PaidOn.GroupBy(d => d.Year).OrderBy(y => y.Key).Select(y => new YearPayments(y.Key, y.Count()))],
            },
            8 => Education(facts, records, sources.Has(DocumentKind.EducationRecord)),
            9 => facts with { EmploymentSpells = sources.Spells },
            _ => facts,
        };
    }

    private static MilestoneFacts Education(MilestoneFacts facts, MilestoneRecords records, bool proved)
    {
        RequestValidator days = new();
        var priorPayments = records.PaidOn.Count;
        return records.Education?.Facts is not { } education ? facts with { PriorPayments = priorPayments } : facts with
        {
            EducationKind = education.Kind.ToPolicy(),
            ProgramMonths = education.ProgramMonths > 0 ? education.ProgramMonths : null,
            // What a document shows counts only with the document.
            CompletedOn = proved ? days.OptionalDay("completed", education.CompletedDate) : null,
            Withdrawn = education.LeftEarly ? true : null,
            SemesterEnd = days.OptionalDay("semester", education.SemesterEndDate),
            ProofDate = proved ? days.OptionalDay("proof", education.ProofDate) : null,
            LinkedToCareerGoal = education.HasLinkedToCareerGoal ? education.LinkedToCareerGoal : null,
            LeadsToEmployment = education.HasLeadsToEmployment ? education.LeadsToEmployment : null,
            PriorPayments = priorPayments,
        };
    }

    private static IReadOnlyList<MilestoneDocument>? Documents(MilestoneSources sources) =>
        sources.Documents.Select(d => d.Kind.ToPolicy()).OfType<MilestoneDocument>().Distinct().Order().ToList() is { Count: > 0 } documents ? documents : null;

    private static Milestone Milestone(
        MilestoneId id, MilestoneEvidence evidence, DayCoverage coverage, BilledNote[] notes, DecisionRecord decision, PolicyService policies, DateTimeOffset now)
    {
        var submitted = evidence.Submitted;
        var text = policies.TextOn(submitted.Program, submitted.EventDate);
        var payable = decision.Value<int>("payableUnits");
        var funder = decision.Value<string>("funder") ?? "";
        var review = ContractLineRules.NeedsLetter(text, submitted.Number);
        var uploaded = submitted.Stored?.LetterUploadedOn is not null;
        // A letter that approves settles what the rules leave to its reviewer.
        var approved = review && uploaded && decision.Decision.Verdict == Verdict.NeedsReview;
        return new()
        {
            Id = id,
            IndividualId = submitted.Individual,
            Provider = submitted.Provider,
            Payer = coverage.Payer,
            Program = submitted.Program,
            Number = submitted.Number,
            Funding = coverage.Funding,
            EventDate = submitted.EventDate,
            State = approved ? Proto.MilestoneState.Billable : WithLetter(StateOf(decision.Decision.Verdict, payable, funder, review && !uploaded), submitted.Stored),
            Funder = funder,
            Code = decision.Value<string>("code") ?? "",
            Modifiers = [.. decision.Value<IEnumerable<string>>("modifiers") ?? []],
            Units = decision.Value<int?>("units") ?? submitted.Number switch
            {
                1 => 0,
                6 => payable + (decision.Value<int?>("deniedUnits") ?? 0),
                _ => 1,
            },
            PayableUnits = approved ? 1 : payable,
            Amount = approved ? MilestoneGrid.Price(text, submitted.Number, 1) : decision.Value<decimal?>("amount"),
            Notes = [.. notes],
            PcpDocument = submitted.Evidence.PcpDocument,
            Evidence = submitted.Evidence,
            DecisionId = decision.Id,
            RecordedAt = now,
        };
    }

    /// <summary>What waits for its letter is approved once the letter came.</summary>
    private static Proto.MilestoneState WithLetter(Proto.MilestoneState state, Milestone? stored) =>
        state == Proto.MilestoneState.UnderReview && stored?.LetterReceivedOn is not null ? Proto.MilestoneState.Approved : state;

    /// <summary>Above a cap the verdict is no for the requested units, but the units below the cap can be billed.</summary>
    private static Proto.MilestoneState StateOf(Verdict verdict, int payable, string funder, bool awaitsLetter) => verdict switch
    {
        Verdict.NeedsFacts => Proto.MilestoneState.Collecting,
        Verdict.NeedsReview => Proto.MilestoneState.UnderReview,
        Verdict.Met when funder == Policies.Codes.Of(Funder.Vr) => Proto.MilestoneState.PaidByVr,
        _ when payable == 0 => Proto.MilestoneState.Denied,
        _ => awaitsLetter ? Proto.MilestoneState.UnderReview : Proto.MilestoneState.Billable,
    };
}

/// <summary>The records that the facts of a milestone come from.</summary>
internal sealed class MilestoneSources
{
    private readonly Dictionary<string, IReadOnlyList<string>> names = new(StringComparer.Ordinal);
    private readonly int allowed;
    private readonly int requested;

    public MilestoneSources(MilestoneEvidence evidence, MilestoneRecords records, Policies.PackDay text)
    {
        var submitted = evidence.Submitted;
        RequestValidator days = new();
        var episode = evidence.Overlaps.Episode();
        Coverage = DayCoverage.Of(evidence.Verified, text, null);
        Approved = [.. records.Approved.Where(m => episode.Holds(m.Day) && m.Id != submitted.Stored?.Id)];
        Vr = VrStanding.Of(records.Cases, submitted.Evidence);
        var started = records.Jobs.Where(j => days.Day("start", j.Facts!.StartDate) <= submitted.EventDate).ToList();
        var job = submitted.Evidence.Job.Length > 0 ? records.Jobs.FirstOrDefault(j => j.Id.Name == submitted.Evidence.Job) : started.LastOrDefault();
        (Job, JobStart) = (job?.Facts, job is null ? null : days.Day("start", job.Facts!.StartDate));
        Spells = records.Jobs.Count == 0 ? null : [.. started.Select(j => new EmploymentSpell(
            days.Day("start", j.Facts!.StartDate), days.OptionalDay("end", j.Facts.EndDate)))];
        TriggersPaid = records.PaidOn.Count(d => (d.Year, d.Month) == (submitted.EventDate.Year, submitted.EventDate.Month));
        allowed = text.TryValue(Caps.TriggersOfMonth, out var cap) ? cap : 0;
        requested = submitted.Evidence.Triggers;

        Name("approvedMilestones", Approved.Select(m => m.Id.Name));
        Name("contacts", submitted.Number == 1 ? submitted.Notes.Select(n => n.Name) : records.Contacts.Select(c => c.Note.Name));
        Name("sarFrom", evidence.Cover.Authorization.Length > 0 ? [evidence.Cover.Authorization] : []);
        Name("jobStartDate", job is null ? [] : [job.Id.Name]);
        Name("daysWorked", job is null ? [] : [job.Id.Name]);
        Name("employmentSpells", started.Select(j => j.Id.Name));
        Name("vrStatus", Vr.Case is { } referral ? [referral.Name] : []);
        var named = submitted.Evidence.StoredDocuments;
        // Where none is named, the latest of each kind.
        Documents = named.Count > 0 ? [.. records.Documents.Where(d => named.Contains(d.Id.Name))] : [.. records.Documents.DistinctBy(d => d.Kind)];
        Name("documents", Documents.Where(d => d.Kind.ToPolicy() is not null).Select(d => d.Id.Name));
        Name("promotionEvidence", Of(DocumentKind.PromotionRecord));
        Name("pcpContents", Of(DocumentKind.PersonCenteredPlan));
        Name("completedOn", Of(DocumentKind.EducationRecord));
        Name("proofDate", Of(DocumentKind.EducationRecord));
        Name("teamLeadSigned", records.Approval is { } approval ? [approval.Note.Name] : []);
        Name("educationKind", records.Education is { } education ? [education.Id.Name] : []);
    }

    /// <summary>The person's other milestones that are reached in the episode.</summary>
    public IReadOnlyList<ApprovedMilestone> Approved { get; }

    /// <summary>The documents that the milestone rests on.</summary>
    public IReadOnlyList<Document> Documents { get; }

    /// <summary>What covers the person on the day.</summary>
    public DayCoverage Coverage { get; }

    /// <summary>Whether the milestone rests on a document of a kind.</summary>
    public bool Has(DocumentKind kind) => Documents.Any(d => d.Kind == kind);

    /// <summary>Who funds milestones 3 to 5.</summary>
    public VrStanding Vr { get; }

    /// <summary>The particulars of the job that is named, or of the last one that started; null when there is none.</summary>
    public Proto.JobFacts? Job { get; }

    /// <summary>Its first day.</summary>
    public DateOnly? JobStart { get; }

    /// <summary>The periods of employment that had begun; null when no job is on record.</summary>
    public IReadOnlyList<EmploymentSpell>? Spells { get; }

    /// <summary>Trigger payments of the month that are on ready lines.</summary>
    public int TriggersPaid { get; }

    /// <summary>Trigger payments requested: where no number is sent, those that the month has left, and all of them when it has none left.</summary>
    public int TriggersRequested => requested > 0 ? requested : TriggersPaid < allowed ? allowed - TriggersPaid : allowed;

    /// <summary>Resource names of the records by the name of the fact.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Names => names;

    /// <summary>A day from the evidence of the latest reached milestone of a number; null when there is none or it does not show it.</summary>
    public DateOnly? Day(int number, Func<Proto.MilestoneEvidence, string> of) =>
        Approved.Where(m => m.Number == number).OrderBy(m => m.Day).LastOrDefault()?.Evidence is { } evidence
            ? new RequestValidator().OptionalDay("day", of(evidence)) : null;

    private IEnumerable<string> Of(DocumentKind kind) => Documents.Where(d => d.Kind == kind).Select(d => d.Id.Name);

    private void Name(string fact, IEnumerable<string> records) => names[fact] = [.. records.Distinct(StringComparer.Ordinal)];
}
