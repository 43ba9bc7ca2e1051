using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies.LouisianaEncounters;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Creates a claim line and decides whether it is payable. A refused line is stored with its receipt and never sent. Units are held before the line is stored:
/// Eligibility assigns them when it receives the event of the ready line, and releases them otherwise.
/// </summary>
public sealed partial class CreateClaimLine(
    BillingDb db, Requests requests, EligibilityClient eligibility, LineEvidence others, MilestoneReader milestones, PolicyService policies, TimeProvider clock,
    ILogger<CreateClaimLine> log)
{
    /// <param name="Milestone">The milestone with the notes of the day; null for a line of service notes.</param>
    /// <param name="Account">The account of the person and the agency.</param>
    /// <param name="Records">What the agency's own lines say.</param>
    /// <param name="HasLine">Whether the milestone, or the person's notes billed by units, has a line of the day that is ready or needs attention.</param>
    /// <param name="Served">Whether a note of the day that the line bills is by the rendering staff member.</param>
    /// <param name="Work">The notes of a line without a milestone; null for one with a milestone.</param>
    private sealed record Found(Milestone? Milestone, Account Account, ClaimLineRecords Records, bool HasLine, bool Served, NotedWork? Work = null);

    /// <summary>
    /// What was gathered. The first attempt decides on the rows that were read on the way: if they have changed since, nothing is stored, and the next attempt
    /// reads them again.
    /// </summary>
    private sealed class Gathered(Proto.CreateClaimLineRequest request, ClaimLineEvidence evidence, Found rows)
    {
        private Found? read = rows;

        public Proto.CreateClaimLineRequest Request => request;

        public ClaimLineEvidence Evidence => evidence;

        public Found? TakeRows()
        {
            var rows = read;
            read = null;
            return rows;
        }
    }

    public async Task<Result<Proto.ClaimLine>> Handle(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        ClaimLineEvidence? evidence = null;
        var answer = await requests.Run(request.ValidateOnly, request.RequestId, request, async s => (await Gather(request, s)).Then(gathered =>
        {
            evidence = gathered.Evidence;
            return gathered;
        }), ReadAndDecide, cancellationToken, Refused);

        // The stored answer is final, so units held for a line that is not ready serve no one. After a problem a retry still needs them.
        if (evidence is { Units.Refusal: null } && answer.Is(out var line, out _) && line.State != Proto.ClaimLineState.Ready)
            await eligibility.Release(evidence.Cover.Authorization, evidence.Requested.Id, evidence.Provider, cancellationToken);
        return answer;
    }

    private async Task<Result<Gathered>> Gather(Proto.CreateClaimLineRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var requested, out var problem))
            return problem;
        if (request.ServiceNotes.Count > 0)
            return await GatherNotes(request, requested, cancellationToken);
        if (await Find(requested, cancellationToken) is not { Milestone: { } milestone } found)
            return new Problem.NotFound("milestone", request.Milestone);
        if (milestone.Number == 1 && milestone.Notes.Count == 0)
            return new Problem.Invalid("service_date", "is no day of service of this milestone; milestone 1 makes one line a day");
        if (milestone.Number == 1 && !found.Served)
            return new Problem.Invalid("rendering_staff", "wrote none of the milestone's notes of that day; send the staff member who gave the service");

        if (!(await others.Gather(requested, milestone, cancellationToken)).Is(out var evidence, out problem))
            return problem;
        return await Complete(request, evidence, found, cancellationToken);
    }

    private async Task<Result<Gathered>> Complete(
        Proto.CreateClaimLineRequest request, ClaimLineEvidence evidence, Found found, CancellationToken cancellationToken)
    {
        if (evidence.Requested.Chosen is { } chosen && evidence.Coverage(policies) is var coverage && !coverage.Live.Contains(chosen))
            return Routes.NotLive("coverage", coverage);
        return (request.ValidateOnly || !evidence.TakesUnits ? evidence : await WithUnits(evidence, found.Records, cancellationToken))
            .Then(complete => new Gathered(request, complete, found));
    }

    private async Task<Result<Gathered>> GatherNotes(Proto.CreateClaimLineRequest request, RequestedLine requested, CancellationToken cancellationToken)
    {
        if (!(await FindNotes(request, requested, cancellationToken)).Is(out var found, out var problem))
            return problem;
        if (!found.Served)
            return new Problem.Invalid("rendering_staff", "wrote none of the notes; send the staff member who gave the service");
        // Before units are held: a refusal would leave them held.
        if (found.HasLine)
            return NotesHaveLine;
        return (await others.Gather(requested, found.Work!, cancellationToken)).Is(out var evidence, out problem)
            ? await Complete(request, evidence, found, cancellationToken)
            : problem;
    }

    /// <summary>The notes of a line without a milestone: of one person and program, of the day or of its month, counting, and billed nowhere else.</summary>
    private async Task<Result<Found>> FindNotes(Proto.CreateClaimLineRequest request, RequestedLine requested, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        List<ServiceNoteId> ids = [.. request.ServiceNotes.Select((n, i) => fields.Id<ServiceNoteId>($"service_notes[{i}]", n))];
        fields.Require(ids.Distinct().Count() == ids.Count, "service_notes", "name a note twice");
        fields.Require(ids.Count <= 200, "service_notes", "name more than 200 notes");
        if (fields.Problem is { } bad)
            return bad;
        var found = await others.Work(ids, cancellationToken);
        if (ids.Find(id => !found.Exists(n => n.Note.Id == id)) is { Value: var missing } && missing != default)
            return new Problem.NotFound("service note", new ServiceNoteId(missing).Name);
        var first = found[0].Note;
        var account = await db.Account(first.IndividualId, first.Provider, cancellationToken);
        var billing = NotedWork.BilledAs(policies.Engine.Programs[first.Program]);
        var monthly = billing == NoteBilling.Encounters
            && LaEncounterDecision.CodeOf(policies.TextOn(first.Program, requested.ServiceDate)) is null;
        var open = await db.ClaimLines.AsNoTracking()
            .Where(l => l.IndividualId == first.IndividualId && l.Program == first.Program && l.MilestoneNumber == 0
                && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention))
            .Select(l => new { l.Provider, l.ServiceDate, l.State }).ToListAsync(cancellationToken);
        var billed = await db.LineNotes.Where(n => ids.Contains(n.NoteId)
                && db.ClaimLines.Any(l => l.Id == n.ClaimLineId && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention)))
            .Select(n => n.NoteId)
            .Concat(db.Milestones.Where(m => m.State != Proto.MilestoneState.Denied).SelectMany(m => m.Notes)
                .Where(n => ids.Contains(n.NoteId)).Select(n => n.NoteId))
            .ToListAsync(cancellationToken);
        foreach (var (i, id) in ids.Index())
        {
            var (note, work) = found.Find(n => n.Note.Id == id);
            var day = requested.ServiceDate;
            var why = note.IndividualId != first.IndividualId || note.Program != first.Program ? "is of another person or program than the first"
                : work.Minutes == 0 ? "is a note that does not count: void, or decided not billable; its receipt says why"
                : billed.Contains(id) ? "is billed already"
                : !monthly && note.ServiceDate != day ? "is a contact of another day than service_date"
                : (note.ServiceDate.Year, note.ServiceDate.Month) != (day.Year, day.Month) ? "is a contact of another month than service_date"
                : null;
            fields.Require(why is null, $"service_notes[{i}]", why ?? "");
        }

        fields.Require(found[^1].Note.ServiceDate == requested.ServiceDate || fields.Problem is not null, "service_date", "is not the last day of the notes");
        if (request.Charge is { } charge)
            fields.Dollars("charge", charge);
        else
            fields.Wrong("charge", "is missing; no text prints a rate for service notes, send what the agency charges");
        if (request.Evidence?.CopayCollected is { } copay)
            fields.Dollars("evidence.copay_collected", copay);
        fields.Number("evidence.reached_milestone", request.Evidence?.ReachedMilestone ?? 0, 0, 9);
        fields.Require(request.Evidence is not { SameActivityPaidAs.Length: > 10 }, "evidence.same_activity_paid_as", "is longer than a procedure code");
        if (fields.Problem is { } wrong)
            return wrong;
        NotedWork noted = new(account.IndividualId, first.Provider, first.Program, [.. found.Select(n => n.Work)], request.Evidence ?? new(),
            request.Charge!.ToDollars());
        return new Found(null, account, new([.. open.Where(l => l.State == Proto.ClaimLineState.Ready).Select(l => l.ServiceDate)], UnitsUsed: 0),
            billing == NoteBilling.Units && open.Exists(l => l.Provider == first.Provider && l.ServiceDate == requested.ServiceDate),
            found.Exists(n => n.Note.RenderingStaff == requested.Staff), noted);
    }

    /// <summary>
    /// Holds the units of a line that is ready, or for which units are the only obstacle: a retry finds its own units held already, and only the authorization
    /// knows for which line.
    /// </summary>
    private async Task<Result<ClaimLineEvidence>> WithUnits(ClaimLineEvidence evidence, ClaimLineRecords records, CancellationToken cancellationToken)
    {
        if (!ClaimLineRules.Decide(evidence with { Units = new() }, records, policies, clock.GetUtcNow()).Is(out var expected, out var problem))
            return problem;
        if (expected.Line.State != Proto.ClaimLineState.Ready)
            return evidence;
        return (await eligibility.Hold(
            evidence.Cover.Authorization, expected.Line.Id, expected.Line.Provider, expected.Line.ServiceDate, expected.Line.PayableUnits, cancellationToken))
            .Then(units => evidence with { Units = units });
    }

    /// <summary>Everything in one statement: one round trip, and the lines are those that the version of the account counts.</summary>
    private async Task<Found?> Find(RequestedLine requested, CancellationToken cancellationToken)
    {
        var day = requested.ServiceDate;
        var (first, last) = (new DateOnly(day.Year, 1, 1), new DateOnly(day.Year, 12, 31));
        // A line that is ready counts as paid: it is sent, and a second one must not be.
        var ready = db.ClaimLines.Where(l => l.State == Proto.ClaimLineState.Ready);
        var query = db.Milestones.AsNoTracking().AsSingleQuery()
            .Include(m => m.Decision).Include(m => m.Notes.Where(n => n.ServiceDate == day))
            .Where(m => m.Id == requested.Milestone)
            .LeftJoin(db.Accounts, m => new { m.IndividualId, m.Provider }, a => new { a.IndividualId, a.Provider }, (m, account) => new
            {
                Milestone = m,
                Account = account,
                PaidOn = ready.Where(l => l.IndividualId == m.IndividualId && l.Program == m.Program && l.MilestoneNumber == m.Number)
                    .Select(l => new { l.ServiceDate, l.PayableUnits }).ToList(),
                UnitsUsed = ready.Where(l => l.IndividualId == m.IndividualId && l.Program == m.Program && l.MilestoneNumber == 1
                    && l.Provider == m.Provider && l.ServiceDate >= first && l.ServiceDate <= last).Sum(l => l.PayableUnits),
                HasLine = db.ClaimLines.Any(l => l.MilestoneId == m.Id && l.ServiceDate == day
                    && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention)),
                Served = m.Notes.Any(n => n.ServiceDate == day && db.ServiceNotes.Any(s => s.Id == n.NoteId && s.RenderingStaff == requested.Staff)),
            });
        if (await query.SingleOrDefaultAsync(cancellationToken) is not { } found)
            return null;
        ClaimLineRecords records = new(
            [.. found.PaidOn.SelectMany(l => Enumerable.Repeat(l.ServiceDate, found.Milestone.Number == 1 ? 1 : l.PayableUnits))], found.UnitsUsed);
        if (found.Milestone.Number is 3 or 4 or 5)
            records = records with { Cases = await milestones.Cases(found.Milestone.IndividualId, found.Milestone.Program, null, cancellationToken) };
        if (found.Milestone.Number is 6 or 7 or 8)
        {
            records = records with
            {
                PaidOn = await milestones.PaidOn(found.Milestone.IndividualId, found.Milestone.Program, found.Milestone.Number, cancellationToken),
            };
        }

        return new(found.Milestone, found.Account ?? new() { IndividualId = found.Milestone.IndividualId, Provider = found.Milestone.Provider },
            records, found.HasLine, found.Served);
    }

    private async Task<Result<Decided<Proto.ClaimLine>>> ReadAndDecide(Gathered gathered, bool store, CancellationToken cancellationToken)
    {
        if (gathered.TakeRows() is not { } rows)
        {
            if (gathered.Request.ServiceNotes.Count == 0)
                // It was there when the evidence was gathered, and milestones are not removed.
                rows = (await Find(gathered.Evidence.Requested, cancellationToken))!;
            else if (!(await FindNotes(gathered.Request, gathered.Evidence.Requested, cancellationToken)).Is(out rows, out var problem))
                return problem;
        }

        return Decide(gathered.Evidence with { Milestone = rows.Milestone, Work = rows.Work }, rows, store);
    }

    private Result<Decided<Proto.ClaimLine>> Decide(ClaimLineEvidence evidence, Found rows, bool store)
    {
        var (milestone, account, records, hasLine, _, work) = rows;
        if (hasLine && milestone is null or { Number: 1 })
            return work is null ? new Problem.Exists("claim line", "of this milestone and day") : NotesHaveLine;
        Changes changes = new(clock.GetUtcNow());
        if (!ClaimLineRules.Decide(evidence, records, policies, changes.Now).Is(out var decided, out var problem))
            return problem;
        var (line, decision, _) = decided;
        if (!store)
            return new Decided<Proto.ClaimLine>(line.ToProto(decision.ToProto(stored: false), "", stored: false), changes);
        // A void in between made room for this line, but no units are held for it; a retry holds them.
        if (line.State == Proto.ClaimLineState.Ready && evidence.Units is null && evidence.TakesUnits)
            return milestone is null ? new Problem.Stale("service note", line.Notes[0].NoteId.Name) : new Problem.Stale("milestone", milestone.Id.Name);

        account.Count(changes);
        if (milestone is not null)
        {
            changes.Expect(milestone);
            if (line.State == Proto.ClaimLineState.Ready && milestone.State != Proto.MilestoneState.Claimed)
            {
                milestone.State = Proto.MilestoneState.Claimed;
                changes.Update(milestone);
            }
        }

        var stored = changes.Insert(policies.Store(decision, line.Provider, line.Id.Name, decided.Used));
        changes.Insert(line);
        foreach (var note in line.Notes)
            changes.Insert(note);
        changes.Publish(line.ToEvent(stored));
        return new Decided<Proto.ClaimLine>(line.ToProto(decision.ToProto(stored: true), line.Etag(), stored: true), changes, () =>
        {
            ClaimMetrics.CountStored(line);
            Decided(log, line.Id, stored.Verdict, stored.PackVersion);
        });
    }

    // The account guards the agency's own lines. A ready line of another agency, which this caller does not see, only the index knows.
    private static Problem? Refused(string constraint) =>
        constraint == ClaimLineMap.Once ? new Problem.Exists("claim line", "of this milestone and person") : null;

    private static Problem NotesHaveLine => new Problem.Exists("claim line", "of this person's service notes of the day; void it to bill them together");

    private Result<RequestedLine> Read(Proto.CreateClaimLineRequest request)
    {
        RequestValidator fields = new();
        RequestedLine requested = new(
            IdOf(request), request.ServiceNotes.Count > 0 ? null : fields.Id<MilestoneId>("milestone", request.Milestone),
            fields.Id<StaffMemberId>("rendering_staff", request.RenderingStaff),
            fields.Day("service_date", request.ServiceDate), fields.Number("units", request.Units, 0, 10_000), request.Code, [.. request.Modifiers],
            fields.Coverage("coverage", request.Coverage));
        fields.Require(request.ServiceNotes.Count == 0 || request.Milestone.Length == 0, "service_notes", "are given beside milestone; send one of them");
        fields.Require(request.Code.Length <= 10 && request.Code.All(char.IsAsciiLetterOrDigit), "code", "is not a procedure code");
        fields.Require(request.Modifiers.Count <= 4 && request.Modifiers.All(m => m.Length == 2 && m.All(char.IsAsciiLetterOrDigit)),
            "modifiers", "are not up to 4 modifiers of two letters or digits");
        return fields.Problem is { } bad ? bad : requested;
    }

    /// <summary>
    /// The line's id follows from the request: a retry after a crash holds the units of the same line again, which changes nothing.
    /// </summary>
    private ClaimLineId IdOf(Proto.CreateClaimLineRequest request) => Guid.TryParse(request.RequestId, out var requestId)
        ? new(new Guid(
            SHA256.HashData([.. "claim line "u8, .. requestId.ToByteArray(bigEndian: true), .. request.ToByteArray()]).AsSpan(0, 16), bigEndian: true))
        : ClaimLineId.New(clock);

    [LoggerMessage(5101, LogLevel.Information, "Claim line {ClaimLine} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, ClaimLineId claimLine, string verdict, string packVersion);
}
