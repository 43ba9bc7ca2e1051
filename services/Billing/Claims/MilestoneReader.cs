using Ips.Billing.Db;
using Ips.Billing.Jobs;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Document = Ips.Platform.StoredDocuments.Document;
using Education = Ips.Billing.Jobs.Education;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Own records that a use case is about to store: they count instead of what the database says.</summary>
public sealed class PendingRecords
{
    /// <summary>Jobs as they will be.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>Educations as they will be.</summary>
    public IReadOnlyList<Education> Educations { get; init; } = [];

    /// <summary>Referrals as they will be.</summary>
    public IReadOnlyList<VrCase> Cases { get; init; } = [];

    /// <summary>Documents as they will be.</summary>
    public IReadOnlyList<Document> Documents { get; init; } = [];

    /// <summary>A note that will be void; null for none.</summary>
    public ServiceNoteId? Voided { get; init; }

    /// <summary>Code of the provider of that note; null for none.</summary>
    public string? Provider { get; init; }

    /// <summary>Providers whose accounts count the records.</summary>
    internal IEnumerable<string> Providers => Jobs.Select(j => j.Provider).Concat(Educations.Select(e => e.Provider)).Concat(Cases.Select(c => c.Provider))
        .Concat(Documents.Select(d => d.Provider))
        .Concat(Provider is null ? [] : [Provider]);
}

/// <summary>Reads what the decision of a milestone rests on: the answers of the other services first, then Billing's own records.</summary>
public sealed class MilestoneReader(
    BillingDb db, EligibilityClient eligibility, Staff.StaffClient staff, DocumentReader documents, PersonalDataProtector protector)
{
    /// <summary>The answers of the other services.</summary>
    internal async Task<Result<MilestoneEvidence>> Gather(SubmittedMilestone submitted, CancellationToken cancellationToken) =>
        (await Gather([submitted], cancellationToken)).Then(all => all[0]);

    /// <summary>The answers about several milestones of a program, in their order: the calls about all of them run at once.</summary>
    internal async Task<Result<IReadOnlyList<MilestoneEvidence>>> Gather(IReadOnlyList<SubmittedMilestone> all, CancellationToken cancellationToken)
    {
        List<MilestoneEvidence> gathered = [];
        foreach (var answer in await Task.WhenAll(all.Select(submitted => Answers(submitted, cancellationToken))))
        {
            if (!answer.Is(out var evidence, out var problem))
                return problem;
            gathered.Add(evidence);
        }

        // The roles of those who made contacts count in milestone 6 alone.
        List<ClientContact> contacts = [];
        foreach (var submitted in all.Where(each => each.Number == 6))
        {
            var account = await db.Account(submitted.Individual, submitted.Provider, cancellationToken);
            contacts.AddRange(await Contacts(submitted with { Individual = account.IndividualId }, null, cancellationToken));
        }

        if (!(await Roles(all[0].Program, contacts, cancellationToken)).Is(out var roles, out var unknown))
            return unknown;
        return gathered.ConvertAll(each => each.Submitted.Number == 6 ? each with { Roles = roles } : each);
    }

    private async Task<Result<MilestoneEvidence>> Answers(SubmittedMilestone submitted, CancellationToken cancellationToken)
    {
        var (person, program, day) = (submitted.Individual, submitted.Program, submitted.EventDate);
        var verifying = eligibility.Verify(person, program, day, cancellationToken);
        var covering = eligibility.Covers(EligibilityClient.KindFor(submitted.Number), person, submitted.Provider, program, day, cancellationToken);
        var overlapping = eligibility.CheckOverlaps(person, submitted.Provider, program, day, cancellationToken);
        await Task.WhenAll(verifying, covering, overlapping);
        if (!(await verifying).Is(out var verified, out var problem) || !(await covering).Is(out var cover, out problem)
            || !(await overlapping).Is(out var overlaps, out problem))
            return problem;
        return new MilestoneEvidence(submitted, verified, cover, overlaps);
    }

    /// <summary>Billing's own records. The person is the survivor of a merge.</summary>
    internal async Task<MilestoneRecords> Records(SubmittedMilestone submitted, PendingRecords? pending, CancellationToken cancellationToken)
    {
        var (person, ids, self) = (submitted.Individual, submitted.Notes, submitted.Stored?.Id);
        var notes = await db.ServiceNotes.Where(n => n.IndividualId == person && ids.Contains(n.Id))
            .ToDictionaryAsync(n => n.Id, n => new NotedContact(n.ServiceDate, n.VoidedAt == null && n.Id != pending?.Voided ? n.BillableMinutes : 0),
                cancellationToken);
        var others = await db.Milestones.Where(m => m.IndividualId == person && m.State != Proto.MilestoneState.Denied && m.Id != self)
            .Select(m => new
            {
                m.Id,
                m.Program,
                m.Number,
                m.EventDate,
                m.Evidence,
                Reached = m.State == Proto.MilestoneState.Billable || m.State == Proto.MilestoneState.Claimed || m.State == Proto.MilestoneState.Paid
                    || m.State == Proto.MilestoneState.ClaimDenied || m.State == Proto.MilestoneState.PaidByVr,
                Notes = m.Notes.Where(n => ids.Contains(n.NoteId)).Select(n => n.NoteId).ToList(),
            })
            .AsSingleQuery().ToListAsync(cancellationToken);
        var used = await db.ClaimLines.Where(l => l.IndividualId == person && l.Provider == submitted.Provider && l.Program == submitted.Program
                && l.MilestoneNumber == 1 && l.MilestoneId != self && l.State == Proto.ClaimLineState.Ready)
            .GroupBy(l => l.ServiceDate.Year).Select(year => new { Year = year.Key, Units = year.Sum(l => l.PayableUnits) })
            .ToDictionaryAsync(year => year.Year, year => year.Units, cancellationToken);
        var onLines = ids.Count == 0 ? [] : await db.LineNotes.Where(n => ids.Contains(n.NoteId)
                && db.ClaimLines.Any(l => l.Id == n.ClaimLineId && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention)))
            .Select(n => n.NoteId).ToListAsync(cancellationToken);
        MilestoneRecords records = new(notes, others.SelectMany(m => m.Notes).Concat(onLines).ToHashSet(),
            notes.Values.Select(n => n.ServiceDate.Year).Distinct().ToDictionary(year => year, year => used.GetValueOrDefault(year)),
            [.. others.Where(m => m.Program == submitted.Program && m.Reached).Select(m => new ApprovedMilestone(m.Id, m.Number, m.EventDate, m.Evidence))]);
        return submitted.Number < 3 ? records : await WithEvidence(records, submitted, pending, cancellationToken);
    }

    private async Task<MilestoneRecords> WithEvidence(
        MilestoneRecords records, SubmittedMilestone submitted, PendingRecords? pending, CancellationToken cancellationToken)
    {
        var (person, number, self) = (submitted.Individual, submitted.Number, submitted.Stored?.Id);
        var jobs = number is 3 or 5 or 7 or 9 ? await db.Jobs.AsNoTracking().Where(j => j.IndividualId == person).ToListAsync(cancellationToken) : [];
        var educations = number == 8 ? await db.Educations.AsNoTracking().Where(e => e.IndividualId == person).ToListAsync(cancellationToken) : [];
        var cases = number is 3 or 4 or 5 ? await Cases(person, submitted.Program, pending, cancellationToken) : [];
        var paid = number is 6 or 7 or 8
            ? await db.ClaimLines.Where(l => l.IndividualId == person && l.Program == submitted.Program && l.MilestoneNumber == number
                    && l.State == Proto.ClaimLineState.Ready && l.MilestoneId != self)
                .Select(l => new { l.ServiceDate, l.PayableUnits }).ToListAsync(cancellationToken)
            : [];
        return records with
        {
            Jobs =
            [
                .. Pending(jobs, pending?.Jobs, j => j.Id).Where(j => j.IndividualId == person && j.Facts is { IntegratedCompetitive: true, Withdrawn: false })
                    .OrderBy(j => j.Facts!.StartDate, StringComparer.Ordinal).ThenBy(j => j.Id.Value),
            ],
            Education = Pending(educations, pending?.Educations, e => e.Id)
                .FirstOrDefault(e => e.Id.Name == submitted.Evidence.Education && e.Facts is { Withdrawn: false }),
            Cases = cases,
            Documents = number is 3 or 4 or 5 or 7 ? await Documents(person, submitted.Provider, pending, cancellationToken) : [],
            PaidOn = [.. paid.SelectMany(l => Enumerable.Repeat(l.ServiceDate, l.PayableUnits))],
            Contacts = number is 4 or 6 ? await Contacts(submitted, pending, cancellationToken) : [],
        };
    }

    /// <summary>The person's referrals in the program.</summary>
    internal async Task<IReadOnlyList<VrCase>> Cases(IndividualId person, string program, PendingRecords? pending, CancellationToken cancellationToken) =>
    [
        .. Pending(
            await db.VrCases.AsNoTracking().Where(c => c.IndividualId == person && c.Program == program).ToListAsync(cancellationToken),
            pending?.Cases.Where(c => c.Program == program && c.IndividualId == person), c => c.Id),
    ];

    private async Task<IReadOnlyList<Document>> Documents(
        IndividualId person, string provider, PendingRecords? pending, CancellationToken cancellationToken) =>
        [.. Pending(await documents.Of(person, cancellationToken), pending?.Documents.Where(documents.IsUsable), d => d.Id).Where(d => d.Provider == provider)];

    /// <summary>
    /// The contacts of the month of milestone 6, or of the support period of milestone 4: notes that stand, that no rule refuses, of a service that was given.
    /// </summary>
    private async Task<IReadOnlyList<ClientContact>> Contacts(SubmittedMilestone submitted, PendingRecords? pending, CancellationToken cancellationToken)
    {
        RequestValidator days = new();
        DateOnly month = new(submitted.EventDate.Year, submitted.EventDate.Month, 1);
        var (from, through) = submitted.Number == 6 ? (month, month.AddMonths(1).AddDays(-1))
            : (days.OptionalDay("from", submitted.Evidence.SupportFrom), days.OptionalDay("through", submitted.Evidence.SupportThrough));
        if (from is not { } first || through is not { } last)
            return [];
        var (person, program, voided) = (submitted.Individual, submitted.Program, pending?.Voided);
        // A week that the period only touches counts whole.
        (first, last) = submitted.Number == 6 ? (first, last) : (Policies.Days.Monday(first), Policies.Days.Monday(last).AddDays(6));
        var notes = await db.ServiceNotes.AsNoTracking().Include(n => n.Decision)
            .Where(n => n.IndividualId == person && n.Program == program && n.ServiceDate >= first && n.ServiceDate <= last
                && n.VoidedAt == null && n.Id != voided)
            .OrderBy(n => n.ServiceDate).ThenBy(n => n.Id).ToListAsync(cancellationToken);
        return
        [
            .. from note in notes
               where note.Decision is null || note.Decision.Verdict is nameof(Policies.Verdict.Met) or nameof(Policies.Verdict.NeedsReview)
               let elements = note.OpenElements(protector)
               where !elements.HasRendered || elements.Rendered
               where elements.ContactType is not (Proto.ContactType.Email or Proto.ContactType.TextMessage)
               select new ClientContact(note.Id, note.ServiceDate, note.RenderingStaff, elements.ContactType.ToMode()),
        ];
    }

    private async Task<Result<IReadOnlyDictionary<(StaffMemberId Staff, DateOnly Day), ContactRole?>>> Roles(
        string program, IReadOnlyList<ClientContact> contacts, CancellationToken cancellationToken)
    {
        var held = contacts.Select(c => (c.Staff, c.Day)).Distinct().ToList();
        var answers = await Task.WhenAll(held.Select(each => staff.VerifyQualificationAsync(
            new() { StaffMember = each.Staff.Name, Program = program, ServiceDate = each.Day.Day() }, cancellationToken: cancellationToken)
            .Answer("staffing", "staff member", each.Staff.Name)));
        Dictionary<(StaffMemberId Staff, DateOnly Day), ContactRole?> roles = [];
        foreach (var (each, answer) in held.Zip(answers))
        {
            if (!answer.Is(out var qualification, out var problem))
                return problem;
            roles[each] = qualification.Role switch
            {
                StaffRole.Esp => ContactRole.Esp,
                StaffRole.Epm => ContactRole.Epm,
                StaffRole.TeamLead => ContactRole.TeamLead,
                _ => null,
            };
        }

        return roles;
    }

    private static IEnumerable<T> Pending<T, TId>(IEnumerable<T> stored, IEnumerable<T>? pending, Func<T, TId> id) =>
        pending is null ? stored : stored.ExceptBy(pending.Select(id), id).Concat(pending);
}
