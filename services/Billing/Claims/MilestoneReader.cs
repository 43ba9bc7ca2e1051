using Ips.Billing.Db;
using Ips.Billing.Jobs;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
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

    /// <summary>A note as it will be co-signed; null for none.</summary>
    public ServiceNote? CoSigned { get; init; }

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
    BillingDb db, CallerContexts<BillingDb> contexts, EligibilityClient eligibility, Staff.StaffClient staff, DocumentReader documents, PersonalDataProtector protector)
{
    /// <summary>Whether the rules of a milestone ask for documents about the person that Billing stores.</summary>
    internal static bool RestsOnDocuments(int number) => number is 3 or 4 or 5 or 7 or 8 or 9;

    /// <summary>The answers of the other services.</summary>
    internal async Task<Result<MilestoneEvidence>> Gather(SubmittedMilestone submitted, CancellationToken cancellationToken) =>
        (await Gather([submitted], cancellationToken)).Then(all => all[0]);

    /// <summary>The answers about several milestones of a program, in their order.</summary>
    internal async Task<Result<IReadOnlyList<MilestoneEvidence>>> Gather(IReadOnlyList<SubmittedMilestone> all, CancellationToken cancellationToken)
    {
        if (!(await Answers(all, cancellationToken)).Is(out var gathered, out var problem))
            return problem;
        List<SubmittedMilestone> counted = [];
        foreach (var submitted in all.Where(each => each.Number is 4 or 6))
            counted.Add(submitted with { Individual = (await db.Account(submitted.Individual, submitted.Provider, cancellationToken)).IndividualId });
        return (await Roles(counted, await Records(counted, null, cancellationToken), cancellationToken))
            .Then<IReadOnlyList<MilestoneEvidence>>(roles => [.. gathered.Select(each => each with { Roles = roles })]);
    }

    /// <summary>What Eligibility answers, in their order. All calls run at once, and what several milestones of a person share is called once.</summary>
    internal async Task<Result<IReadOnlyList<MilestoneEvidence>>> Answers(IReadOnlyList<SubmittedMilestone> all, CancellationToken cancellationToken)
    {
        Dictionary<(IndividualId, string, DateOnly), (Task<Result<VerifyResponse>> Verified, Task<Result<CheckOverlapsResponse>> Overlaps)> shared = [];
        List<(SubmittedMilestone Submitted, Task<Result<VerifyResponse>> Verified, Task<Result<CoversResponse>> Cover, Task<Result<CheckOverlapsResponse>> Overlaps)> calls = [];
        foreach (var submitted in all)
        {
            var (person, provider, program, day) = (submitted.Individual, submitted.Provider, submitted.Program, submitted.EventDate);
            if (!shared.TryGetValue((person, provider, day), out var both))
            {
                both = (eligibility.Verify(person, program, day, cancellationToken), eligibility.CheckOverlaps(person, provider, program, day, cancellationToken));
                shared.Add((person, provider, day), both);
            }

            calls.Add((submitted, both.Verified, eligibility.Covers(EligibilityClient.KindFor(submitted.Number), person, provider, program, day, cancellationToken),
                both.Overlaps));
        }

        await Task.WhenAll(calls.SelectMany(call => new Task[] { call.Verified, call.Cover, call.Overlaps }));
        List<MilestoneEvidence> gathered = [];
        foreach (var call in calls)
        {
            if (!(await call.Verified).Is(out var verified, out var problem) || !(await call.Cover).Is(out var cover, out problem)
                || !(await call.Overlaps).Is(out var overlaps, out problem))
                return problem;
            gathered.Add(new(call.Submitted, verified, cover, overlaps));
        }

        return gathered;
    }

    /// <summary>The notes of each person up to a day that no milestone and no line bills: the first 200.</summary>
    internal async Task<ILookup<IndividualId, ServiceNoteId>> Unbilled(
        IReadOnlyCollection<IndividualId> people, string provider, string program, DateOnly day, CancellationToken cancellationToken) =>
        (await db.Accounts.Where(a => a.Provider == provider && people.Contains(a.IndividualId))
            .SelectMany(a => db.ServiceNotes.Where(n => n.IndividualId == a.IndividualId && n.Provider == provider && n.Program == program && n.ServiceDate <= day
                    && n.BillableMinutes > 0 && n.VoidedAt == null
                    && !db.Milestones.Any(m => m.State != Proto.MilestoneState.Denied && m.Notes.Any(b => b.NoteId == n.Id))
                    && !db.LineNotes.Any(b => b.NoteId == n.Id
                        && db.ClaimLines.Any(l => l.Id == b.ClaimLineId && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention))))
                .OrderBy(n => n.ServiceDate).ThenBy(n => n.Id).Take(200))
            .Select(n => new { n.IndividualId, n.Id }).ToListAsync(cancellationToken)).ToLookup(n => n.IndividualId, n => n.Id);

    /// <summary>Billing's own records. The person is the survivor of a merge.</summary>
    internal async Task<MilestoneRecords> Records(SubmittedMilestone submitted, PendingRecords? pending, CancellationToken cancellationToken) =>
        (await Records([submitted], pending, cancellationToken))[0];

    /// <summary>The records for many milestones of one provider and program, in their order: every table is read once for all of them.</summary>
    internal async Task<IReadOnlyList<MilestoneRecords>> Records(
        IReadOnlyList<SubmittedMilestone> all, PendingRecords? pending, CancellationToken cancellationToken)
    {
        if (all.Count == 0)
            return [];
        var (provider, program) = (all[0].Provider, all[0].Program);
        var people = People(all);
        List<ServiceNoteId> ids = [.. all.SelectMany(each => each.Notes).Distinct()];
        var notes = (ids.Count == 0 ? [] : await db.ServiceNotes.Where(n => people.Contains(n.IndividualId) && ids.Contains(n.Id))
            .Select(n => new { n.Id, n.IndividualId, n.ServiceDate, Minutes = n.VoidedAt == null ? n.BillableMinutes : 0 })
            .ToListAsync(cancellationToken)).ToDictionary(n => n.Id);
        var milestones = (await db.Milestones.Where(m => people.Contains(m.IndividualId) && m.State != Proto.MilestoneState.Denied)
            .Select(m => new
            {
                m.Id,
                m.IndividualId,
                m.Program,
                m.Number,
                m.EventDate,
                m.Evidence,
                Reached = m.State == Proto.MilestoneState.Billable || m.State == Proto.MilestoneState.Claimed || m.State == Proto.MilestoneState.Paid
                    || m.State == Proto.MilestoneState.ClaimDenied || m.State == Proto.MilestoneState.PaidByVr,
                Notes = m.Notes.Where(n => ids.Contains(n.NoteId)).Select(n => n.NoteId).ToList(),
            })
            .AsSingleQuery().ToListAsync(cancellationToken)).ToLookup(m => m.IndividualId);
        var used = ids.Count == 0 ? [] : await db.ClaimLines.Where(l => people.Contains(l.IndividualId) && l.Provider == provider && l.Program == program
                && l.MilestoneNumber == 1 && l.State == Proto.ClaimLineState.Ready)
            .GroupBy(l => new { l.IndividualId, l.MilestoneId, l.ServiceDate.Year })
            .Select(year => new { year.Key.IndividualId, year.Key.MilestoneId, year.Key.Year, Units = year.Sum(l => l.PayableUnits) }).ToListAsync(cancellationToken);
        var onLines = ids.Count == 0 ? [] : (await db.LineNotes.Where(n => ids.Contains(n.NoteId)
                && db.ClaimLines.Any(l => l.Id == n.ClaimLineId && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention)))
            .Select(n => n.NoteId).ToListAsync(cancellationToken)).ToHashSet();
        var evidence = await Evidence([.. all.Where(each => each.Number >= 3)], pending, cancellationToken);
        return
        [
            .. from submitted in all
               let self = submitted.Stored?.Id
               let own = submitted.Notes.Where(id => notes.TryGetValue(id, out var note) && note.IndividualId == submitted.Individual).ToHashSet()
               let others = milestones[submitted.Individual].Where(m => m.Id != self).ToList()
               let records = new MilestoneRecords(
                   own.ToDictionary(id => id, id => new NotedContact(notes[id].ServiceDate, id == pending?.Voided ? 0 : notes[id].Minutes)),
                   others.SelectMany(m => m.Notes).Concat(onLines).Where(submitted.Notes.ToHashSet().Contains).ToHashSet(),
                   own.Select(id => notes[id].ServiceDate.Year).Distinct().ToDictionary(year => year, year => used
                       .Where(u => u.IndividualId == submitted.Individual && u.Year == year && u.MilestoneId != self).Sum(u => u.Units)),
                   [.. others.Where(m => m.Program == program && m.Reached).Select(m => new ApprovedMilestone(m.Id, m.Number, m.EventDate, m.Evidence))])
               select submitted.Number < 3 ? records : WithEvidence(records, submitted, evidence, pending),
        ];
    }

    /// <summary>What milestones 3 to 9 rest on besides, of all their people.</summary>
    private sealed record EvidenceRows(
        ILookup<IndividualId, Job> Jobs, ILookup<IndividualId, Education> Educations, ILookup<IndividualId, VrCase> Cases, ILookup<IndividualId, Document> Documents,
        ILookup<(IndividualId Individual, int Number), PaidLine> Paid, ILookup<IndividualId, ServiceNote> Approvals,
        ILookup<(IndividualId Individual, int Number), ClientContact> Contacts);

    /// <summary>A ready line of milestone 6, 7 or 8.</summary>
    private sealed record PaidLine(IndividualId Individual, int Number, MilestoneId? Milestone, DateOnly Day, int Units);

    private async Task<EvidenceRows> Evidence(IReadOnlyList<SubmittedMilestone> all, PendingRecords? pending, CancellationToken cancellationToken)
    {
        var (working, learning, referred, supported) = (People(all, 3, 5, 7, 9), People(all, 8), People(all, 3, 4, 5), People(all, 3, 4, 5, 7, 8, 9));
        List<ServiceNoteId> approvals = [.. all.Select(each => ApprovalId(each, pending)).OfType<ServiceNoteId>().Distinct()];
        var signers = People(all, 4);
        return new(
            (working.Count == 0 ? [] : await db.Jobs.AsNoTracking().Where(j => working.Contains(j.IndividualId)).ToListAsync(cancellationToken))
                .ToLookup(j => j.IndividualId),
            (learning.Count == 0 ? [] : await db.Educations.AsNoTracking().Where(e => learning.Contains(e.IndividualId)).ToListAsync(cancellationToken))
                .ToLookup(e => e.IndividualId),
            (referred.Count == 0 ? [] : await Cases(referred, all[0].Program, cancellationToken)).ToLookup(c => c.IndividualId),
            (supported.Count == 0 ? [] : await documents.Of(supported, cancellationToken)).ToLookup(d => d.IndividualId),
            await Paid(all, cancellationToken),
            (approvals.Count == 0 ? [] : await db.ServiceNotes.AsNoTracking()
                .Where(n => approvals.Contains(n.Id) && signers.Contains(n.IndividualId) && n.VoidedAt == null).ToListAsync(cancellationToken))
                .ToLookup(n => n.IndividualId),
            (await Contacts(all, pending, cancellationToken)).ToLookup(c => (c.Individual, c.Number), c => c.Contact));
    }

    private MilestoneRecords WithEvidence(MilestoneRecords records, SubmittedMilestone submitted, EvidenceRows rows, PendingRecords? pending)
    {
        var (person, number, self) = (submitted.Individual, submitted.Number, submitted.Stored?.Id);
        return records with
        {
            Jobs = number is not (3 or 5 or 7 or 9) ? [] :
            [
                .. Pending(rows.Jobs[person], pending?.Jobs, j => j.Id)
                    .Where(j => j.IndividualId == person && j.Facts is { IntegratedCompetitive: true, Withdrawn: false })
                    .OrderBy(j => j.Facts!.StartDate, StringComparer.Ordinal).ThenBy(j => j.Id.Value),
            ],
            Education = number != 8 ? null : Pending(rows.Educations[person], pending?.Educations, e => e.Id)
                .FirstOrDefault(e => e.Id.Name == submitted.Evidence.Education && e.Facts is { Withdrawn: false }),
            Cases = number is not (3 or 4 or 5) ? [] : Cases(rows.Cases[person], person, submitted.Program, pending),
            Documents = !RestsOnDocuments(number) ? []
                : [.. Pending(rows.Documents[person], pending?.Documents.Where(documents.IsUsable), d => d.Id).Where(d => d.Provider == submitted.Provider)],
            PaidOn = [.. rows.Paid[(person, number)].Where(l => self is null || l.Milestone != self).SelectMany(l => Enumerable.Repeat(l.Day, l.Units))],
            Contacts = Period(submitted) is not { } period ? []
                : [.. rows.Contacts[(person, number)].Where(c => period.First <= c.Day && c.Day <= period.Last)],
            Approval = number == 4 && ApprovalNote(submitted, rows.Approvals[person], pending) is { } note ? Signers(note) : null,
        };
    }

    private static List<IndividualId> People(IReadOnlyList<SubmittedMilestone> all, params int[] numbers) =>
        [.. all.Where(each => numbers.Length == 0 || numbers.Contains(each.Number)).Select(each => each.Individual).Distinct()];

    private static ServiceNoteId? ApprovalId(SubmittedMilestone submitted, PendingRecords? pending) =>
        submitted.Number == 4 && new RequestValidator().OptionalId<ServiceNoteId>("note", submitted.Evidence.TeamLeadNote) is { } id && id != pending?.Voided ? id : null;

    /// <summary>The note with the approval that Vocational Recovery begins: one of the person that stands; null where none is named, or it is none such.</summary>
    private static ServiceNote? ApprovalNote(SubmittedMilestone submitted, IEnumerable<ServiceNote> notes, PendingRecords? pending) =>
        ApprovalId(submitted, pending) is not { } id ? null
            : pending?.CoSigned is { } signed && signed.Id == id ? signed : notes.FirstOrDefault(n => n.Id == id);

    private ApprovalNote Signers(ServiceNote note)
    {
        var elements = note.OpenElements(protector);
        var author = string.IsNullOrWhiteSpace(elements.SignedBy) ? null : new RequestValidator().OptionalId<StaffMemberId>("author", elements.Author);
        return new(note.Id, note.ServiceDate, author, note.CoSignedAs);
    }

    /// <summary>
    /// The days of the person's ready lines of milestone 6, 7 or 8, one entry for each unit; of every agency, as their caps are the person's. Only the days are
    /// used: no one sees another agency's lines.
    /// </summary>
    internal async Task<IReadOnlyList<DateOnly>> PaidOn(IndividualId person, string program, int number, CancellationToken cancellationToken) =>
        [.. (await Paid([person], program, [number], cancellationToken)).SelectMany(l => Enumerable.Repeat(l.Day, l.Units))];

    private async Task<ILookup<(IndividualId Individual, int Number), PaidLine>> Paid(IReadOnlyList<SubmittedMilestone> all, CancellationToken cancellationToken) =>
        (await Paid(People(all, 6, 7, 8), all.Count == 0 ? "" : all[0].Program, [.. all.Select(each => each.Number).Distinct()], cancellationToken))
            .ToLookup(l => (l.Individual, l.Number));

    private async Task<IReadOnlyList<PaidLine>> Paid(
        IReadOnlyCollection<IndividualId> people, string program, IReadOnlyCollection<int> numbers, CancellationToken cancellationToken)
    {
        List<int> counted = [.. numbers.Where(number => number is 6 or 7 or 8)];
        if (people.Count == 0 || counted.Count == 0)
            return [];
        await using var everyone = contexts.Open(Caller.None);
        return await everyone.ClaimLines.Where(l => people.Contains(l.IndividualId) && l.Program == program && counted.Contains(l.MilestoneNumber)
                && l.State == Proto.ClaimLineState.Ready)
            .Select(l => new PaidLine(l.IndividualId, l.MilestoneNumber, l.MilestoneId, l.ServiceDate, l.PayableUnits)).ToListAsync(cancellationToken);
    }

    /// <summary>The person's referrals in the program.</summary>
    internal async Task<IReadOnlyList<VrCase>> Cases(IndividualId person, string program, PendingRecords? pending, CancellationToken cancellationToken) =>
        Cases(await Cases([person], program, cancellationToken), person, program, pending);

    private async Task<IReadOnlyList<VrCase>> Cases(IReadOnlyCollection<IndividualId> people, string program, CancellationToken cancellationToken) =>
        await db.VrCases.AsNoTracking().Where(c => people.Contains(c.IndividualId) && c.Program == program).ToListAsync(cancellationToken);

    private static IReadOnlyList<VrCase> Cases(IEnumerable<VrCase> stored, IndividualId person, string program, PendingRecords? pending) =>
        [.. Pending(stored, pending?.Cases.Where(c => c.Program == program && c.IndividualId == person), c => c.Id)];

    /// <summary>The days whose contacts count: the month of milestone 6, or the support period of milestone 4; null where there are none.</summary>
    private static (DateOnly First, DateOnly Last)? Period(SubmittedMilestone submitted)
    {
        if (submitted.Number == 6)
        {
            DateOnly month = new(submitted.EventDate.Year, submitted.EventDate.Month, 1);
            return (month, month.AddMonths(1).AddDays(-1));
        }

        RequestValidator days = new();
        return submitted.Number == 4 && days.OptionalDay("from", submitted.Evidence.SupportFrom) is { } from
            && days.OptionalDay("through", submitted.Evidence.SupportThrough) is { } through
            // A week that the period only touches counts whole.
            ? (Policies.Days.Monday(from), Policies.Days.Monday(through).AddDays(6)) : null;
    }

    /// <summary>The contacts of these periods: notes that stand, that no rule refuses, of a service that was given.</summary>
    private async Task<IReadOnlyList<(IndividualId Individual, int Number, ClientContact Contact)>> Contacts(
        IReadOnlyList<SubmittedMilestone> all, PendingRecords? pending, CancellationToken cancellationToken)
    {
        List<(IndividualId, int, ClientContact)> contacts = [];
        foreach (var periods in all.Select(each => (each.Individual, each.Number, Days: Period(each))).Where(each => each.Days is not null).GroupBy(each => each.Number))
        {
            List<IndividualId> people = [.. periods.Select(each => each.Individual).Distinct()];
            var (program, voided, first, last) = (all[0].Program, pending?.Voided, periods.Min(each => each.Days!.Value.First), periods.Max(each => each.Days!.Value.Last));
            var notes = await db.ServiceNotes.AsNoTracking()
                .Where(n => people.Contains(n.IndividualId) && n.Program == program && n.ServiceDate >= first && n.ServiceDate <= last
                    && n.VoidedAt == null && n.Id != voided
                    && (n.Decision == null || n.Decision.Verdict == nameof(Policies.Verdict.Met) || n.Decision.Verdict == nameof(Policies.Verdict.NeedsReview)))
                .OrderBy(n => n.ServiceDate).ThenBy(n => n.Id).ToListAsync(cancellationToken);
            contacts.AddRange(
                from note in notes
                let elements = note.OpenElements(protector)
                where !elements.HasRendered || elements.Rendered
                where elements.ContactType is not (Proto.ContactType.Email or Proto.ContactType.TextMessage)
                select (note.IndividualId, periods.Key, new ClientContact(note.Id, note.ServiceDate, note.RenderingStaff, elements.ContactType.ToMode())));
        }

        return contacts;
    }

    /// <summary>The roles that staff members held on the days on which milestones count them: in 6 for each contact, in 4 for the note with the approval.</summary>
    internal Task<Result<IReadOnlyDictionary<(StaffMemberId Staff, DateOnly Day), ContactRole?>>> Roles(
        IReadOnlyList<SubmittedMilestone> all, IReadOnlyList<MilestoneRecords> records, CancellationToken cancellationToken) => Roles(
        all.Count == 0 ? "" : all[0].Program,
        [
            .. all.Zip(records).SelectMany(each => each.First.Number switch
            {
                6 => each.Second.Contacts.Select(c => (c.Staff, c.Day)),
                4 when each.Second.Approval is { Author: { } author } approval => [(author, approval.Day)],
                _ => Enumerable.Empty<(StaffMemberId, DateOnly)>(),
            }).Distinct(),
        ], cancellationToken);

    private async Task<Result<IReadOnlyDictionary<(StaffMemberId Staff, DateOnly Day), ContactRole?>>> Roles(
        string program, IReadOnlyList<(StaffMemberId Staff, DateOnly Day)> held, CancellationToken cancellationToken)
    {
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
