using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Decides claim lines again after something changed that they may rest on: a fact was corrected, a record merged, an order voided, an authorization or a
/// determination ended. A line that would be made the same way stands. Any other needs attention: it is not payable, and keeps its first receipt beside the
/// new one, until it stands again or is voided.
/// </summary>
public sealed class ReconsiderClaimLines(
    BillingDb db, Requests requests, LineEvidence others, MilestoneReader reader, MilestoneReviews reviews, EligibilityClient eligibility, PolicyService policies, TimeProvider clock)
{
    /// <summary>What the other services say about a person's lines and milestones.</summary>
    internal sealed record Evidence(
        IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> Lines, IReadOnlyDictionary<MilestoneId, MilestoneEvidence> Milestones);

    /// <summary>All lines of a person, because of an event; also those that were refused or held, which another payer may pay now.</summary>
    public async Task Handle(IndividualId individual, IProcessedOnce message, CancellationToken cancellationToken)
    {
        var lines = await Lines([individual], cancellationToken);
        if (!(await GatherLines([.. lines, .. await Refused(individual, lines, cancellationToken)], cancellationToken)).Is(out var evidence, out var problem))
            throw new ProblemException(problem);
        await requests.Run(message, async s =>
        {
            if (!(await ReadAndDecide(individual, evidence, s)).Is(out var changes, out var bad))
                return bad;
            return await Propose(changes, individual, evidence, s);
        }, cancellationToken);
    }

    /// <summary>
    /// All lines that a staff member rendered, because of an event about the staff member: person by person, each on the facts as they are then, so that a
    /// message that comes again after a crash changes nothing more.
    /// </summary>
    public async Task Handle(StaffMemberId staff, IProcessedOnce message, CancellationToken cancellationToken)
    {
        var people = await db.ClaimLines.Where(l => l.RenderingStaff == staff && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention))
            .Select(l => l.IndividualId).Distinct().ToListAsync(cancellationToken);
        foreach (var individual in people)
        {
            if (!(await GatherLines([individual], cancellationToken)).Is(out var evidence, out var problem))
                throw new ProblemException(problem);
            (await requests.Run(
                async s => (await ReadAndDecide(individual, evidence, s)).Then(changes => new Decided<Changes>(changes, changes)), cancellationToken)).OrThrow();
        }

        await requests.Run(message, _ => Task.FromResult<Result<Changes>>(new Changes(clock.GetUtcNow())), cancellationToken);
    }

    /// <summary>All lines of a person, because the reconciliation found one without its units: it gets them again, or needs attention.</summary>
    internal async Task Handle(IndividualId individual, CancellationToken cancellationToken)
    {
        if (!(await GatherLines([individual], cancellationToken, draws: true)).Is(out var evidence, out var problem))
            throw new ProblemException(problem);
        var stored = await requests.Run(
            async s => (await ReadAndDecide(individual, evidence, s)).Then(changes => new Decided<Changes>(changes, changes)), cancellationToken);
        stored.OrThrow();
    }

    /// <summary>One line, because a person asks.</summary>
    public Task<Result<Proto.ClaimLine>> Handle(Proto.ReconsiderClaimLineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.ClaimLine>>(bad)
            : requests.Run(request.ValidateOnly, request.RequestId, request, async s =>
                await db.ClaimLines.Where(l => l.Id == id).Select(l => (IndividualId?)l.IndividualId).SingleOrDefaultAsync(s) is { } individual
                    ? await GatherLines([individual], s, draws: !request.ValidateOnly)
                    : new Problem.NotFound("claim line", request.Name), (evidence, store, s) => ReadAndDecide(id, request, evidence, store, s), cancellationToken);
    }

    /// <summary>
    /// Decides lines again and adds what changes. Of lines that count each other, such as two lines of a milestone that is paid once, the first ones in the
    /// list stand.
    /// </summary>
    /// <returns>The lines that changed; count their accounts.</returns>
    internal Result<IReadOnlyList<ClaimLine>> DecideAgain(
        Changes changes, IReadOnlyList<ClaimLine> lines, IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence, IReadOnlyList<VrCase> cases)
    {
        List<ClaimLine> changed = [];
        foreach (var (i, line) in lines.Index())
        {
            // It was made after the evidence was gathered, so it rests on the facts as they are now.
            if (!evidence.TryGetValue(line.Id, out var gathered))
                continue;
            if (!Decide(line, lines.Take(i), gathered, cases, changes.Now).Is(out var later, out var problem))
                return problem;
            // Room that a line leaves in this pass is not given to another in the same pass: the index that allows one ready line sees each row by itself.
            if (line.State == Proto.ClaimLineState.Ready ? line.IsConfirmedBy(later.Line) : !line.IsConfirmedBy(later.Line) || changed.Count > 0)
                continue;
            Write(changes, line, later);
            changed.Add(line);
        }

        return changed;
    }

    /// <summary>
    /// Decides a person's milestones again on records that are about to be stored, such as a corrected job, a void note or what the vocational rehabilitation
    /// agency decided; then the lines that claim them. The accounts are counted here.
    /// </summary>
    /// <param name="changes">Gets what changes.</param>
    /// <param name="individual">The person: of a merged record the survivor.</param>
    /// <param name="evidence">What <see cref="Gather"/> returned.</param>
    /// <param name="pending">The records.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    internal async Task<Result<Changes>> DecideAgain(
        Changes changes, IndividualId individual, Evidence evidence, PendingRecords pending, CancellationToken cancellationToken)
    {
        // read
        var milestones = (await Milestones([individual], cancellationToken)).ToDictionary(m => m.Id);
        var lines = await Lines([individual], cancellationToken);
        Dictionary<string, Account> accounts = [];
        foreach (var provider in pending.Providers.Concat(milestones.Values.Select(m => m.Provider)).Concat(lines.Select(l => l.Provider)).Distinct())
            accounts[provider] = await db.Account(individual, provider, cancellationToken);
        var deadlines = await reviews.Deadlines(milestones.Values.Where(m => m.Number >= 3).Select(m => m.Id), cancellationToken);
        var counted = pending.Providers.ToHashSet(StringComparer.Ordinal);
        if (pending.Voided is { } voided)
            CountNoMinutes(changes, voided, milestones.Values, lines);

        // decide
        foreach (var milestone in milestones.Values.Where(m => RestsOnRecords(m, pending.Voided)).OrderBy(m => m.Number).ThenBy(m => m.EventDate).ToList())
        {
            if (!evidence.Milestones.TryGetValue(milestone.Id, out var gathered))
                continue;
            var submitted = gathered.Submitted with { Individual = individual, Stored = milestone };
            var records = await reader.Records(submitted, pending, cancellationToken);
            // Those that were decided again a moment ago count as they are now.
            records = records with
            {
                Approved = [.. milestones.Values.Where(m => m.Program == milestone.Program && IsApproved(m))
                    .Select(m => new ApprovedMilestone(m.Id, m.Number, m.EventDate, m.Evidence))],
            };
            if (!MilestoneRules.Decide(gathered with { Submitted = submitted }, records, policies, changes.Now).Is(out var later, out var problem))
                return problem;
            if (Write(changes, milestone, later, lines, deadlines))
                counted.Add(milestone.Provider);
        }

        var cases = (await Cases(individual, lines, pending, cancellationToken)).ToList();
        var now = evidence.Lines.ToDictionary(line => line.Key, line => line.Value with
        {
            Milestone = line.Value.Milestone is { } claimed ? milestones.GetValueOrDefault(claimed.Id, claimed) : null,
            Work = line.Value.Work is { } work && pending.Voided is { } none
                ? work with { Notes = [.. work.Notes.Select(n => n.Id == none ? n with { Minutes = 0 } : n)] } : line.Value.Work,
        });
        if (!DecideAgain(changes, lines, now, cases).Is(out var changed, out var bad))
            return bad;
        foreach (var provider in counted.Concat(changed.Select(l => l.Provider)).Distinct(StringComparer.Ordinal))
            accounts[provider].Count(changes);
        return changes;
    }

    /// <summary>
    /// A milestone that was denied when it was submitted, or by its reviewer, stays so, and one that was returned is submitted again; one denied on changed
    /// records may stand again.
    /// </summary>
    private static bool IsOpen(Milestone milestone) =>
        milestone.State != Proto.MilestoneState.Returned && (milestone.State != Proto.MilestoneState.Denied || milestone.Reconsidered?.Verdict == nameof(Policies.Verdict.NotMet));

    private static bool RestsOnRecords(Milestone milestone, ServiceNoteId? voided) =>
        (milestone.Number >= 3 && IsOpen(milestone)) || (milestone.Number == 1 && IsOpen(milestone) && milestone.Notes.Exists(n => n.NoteId == voided));

    private static bool IsApproved(Milestone milestone) => milestone.IsReached || milestone.State == Proto.MilestoneState.PaidByVr;

    private static void CountNoMinutes(Changes changes, ServiceNoteId voided, IEnumerable<Milestone> milestones, IEnumerable<ClaimLine> lines)
    {
        foreach (var note in milestones.SelectMany(m => m.Notes).Where(n => n.NoteId == voided))
        {
            note.Minutes = 0;
            changes.Update(note);
        }

        foreach (var note in lines.SelectMany(l => l.Notes).Where(n => n.NoteId == voided))
        {
            note.Minutes = 0;
            changes.Update(note);
        }
    }

    private bool Write(Changes changes, Milestone milestone, DecidedMilestone later, IReadOnlyList<ClaimLine> lines, SubjectDeadlines deadlines)
    {
        // What the payer decided on its claims stays.
        var state = later.Milestone.State != Proto.MilestoneState.Billable || !lines.Any(l => l.MilestoneId == milestone.Id) ? later.Milestone.State
            : milestone.State is Proto.MilestoneState.Paid or Proto.MilestoneState.ClaimDenied ? milestone.State : Proto.MilestoneState.Claimed;
        if ((state, later.Milestone.Funder, later.Milestone.PayableUnits, later.Milestone.Amount)
            == (milestone.State, milestone.Funder, milestone.PayableUnits, milestone.Amount))
            return false;
        (milestone.State, milestone.Funder, milestone.Units) = (state, later.Milestone.Funder, later.Milestone.Units);
        (milestone.PayableUnits, milestone.Amount, milestone.ReconsideredId) = (later.Milestone.PayableUnits, later.Milestone.Amount, later.Decision.Id);
        reviews.Sync(milestone, deadlines, changes);
        changes.Update(milestone);
        milestone.Latest = changes.Insert(policies.Store(later.Decision, milestone.Provider, milestone.Id.Name, later.Used(milestone)));
        changes.Publish(milestone.ToEvent(milestone.Latest));
        return true;
    }

    internal async Task<IEnumerable<VrCase>> Cases(
        IndividualId individual, IReadOnlyList<ClaimLine> lines, PendingRecords? pending, CancellationToken cancellationToken)
    {
        List<VrCase> cases = [];
        foreach (var program in lines.Where(l => l.MilestoneNumber is 3 or 4 or 5).Select(l => l.Program).Distinct(StringComparer.Ordinal))
            cases.AddRange(await reader.Cases(individual, program, pending, cancellationToken));
        return cases;
    }

    /// <summary>The milestones of these people with their notes and decisions.</summary>
    private async Task<List<Milestone>> Milestones(IReadOnlyList<IndividualId> people, CancellationToken cancellationToken) =>
        await db.Milestones.AsNoTracking().AsSingleQuery().Include(m => m.Decision).Include(m => m.Reconsidered).Include(m => m.Notes)
            .Where(m => people.Contains(m.IndividualId)).ToListAsync(cancellationToken);

    /// <summary>The lines of these people that are ready or need attention, those of the first person first, the oldest first.</summary>
    internal async Task<List<ClaimLine>> Lines(IReadOnlyList<IndividualId> people, CancellationToken cancellationToken) =>
        [.. (await db.ClaimLines.AsNoTracking().AsSingleQuery().Include(l => l.Decision).Include(l => l.Reconsidered).Include(l => l.Notes)
            .Where(l => people.Contains(l.IndividualId) && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention))
            .ToListAsync(cancellationToken))
            .OrderBy(l => people.Index().First(person => person.Item == l.IndividualId).Index).ThenBy(l => l.RecordedAt).ThenBy(l => l.Id.Value)];

    /// <summary>The lines of a person that were refused or held and that no other line replaced: the last of each milestone and day, or of its notes.</summary>
    internal async Task<List<ClaimLine>> Refused(IndividualId individual, IReadOnlyList<ClaimLine> live, CancellationToken cancellationToken)
    {
        var refused = await db.ClaimLines.AsNoTracking().AsSingleQuery().Include(l => l.Decision).Include(l => l.Reconsidered).Include(l => l.Notes)
            .Where(l => l.IndividualId == individual && (l.State == Proto.ClaimLineState.Refused || l.State == Proto.ClaimLineState.Held))
            .OrderByDescending(l => l.RecordedAt).ThenByDescending(l => l.Id).ToListAsync(cancellationToken);
        List<ClaimLine> last = [];
        foreach (var line in refused.Where(l => !live.Any(l.BillsTheSame)))
        {
            if (!last.Exists(line.BillsTheSame))
                last.Add(line);
        }

        return last;
    }

    /// <summary>Sets who is to pay a refused line: a payer for which it could be made now, where that is another than before. It stays refused; a person makes it again.</summary>
    private async Task<Result<Changes>> Propose(
        Changes changes, IndividualId individual, IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence, CancellationToken cancellationToken)
    {
        var lines = await Lines([individual], cancellationToken);
        var refused = await Refused(individual, lines, cancellationToken);
        var cases = (await Cases(individual, refused, null, cancellationToken)).ToList();
        foreach (var line in refused)
        {
            if (!evidence.TryGetValue(line.Id, out var gathered))
                continue;
            if (!Decide(line, lines, gathered, cases, changes.Now).Is(out var later, out var problem))
                return problem;
            var proposed = later.Line.State == Proto.ClaimLineState.Ready ? Proposal(line, later) : null;
            if (Equals(proposed, line.Proposed))
                continue;
            line.Proposed = proposed;
            changes.Update(line);
        }

        return changes;
    }

    /// <summary>
    /// What the other services say about the lines of these people now. With <paramref name="draws"/> a line that lost its units draws them again, and is
    /// refused if another line has them; without, a line is taken to have its units. <paramref name="owner"/> gives the person of a line that is about to move.
    /// </summary>
    internal async Task<Result<IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence>>> GatherLines(
        IReadOnlyList<IndividualId> people, CancellationToken cancellationToken, bool draws = false, Func<ClaimLine, IndividualId>? owner = null)
    {
        var lines = await Lines(people, cancellationToken);
        foreach (var line in lines)
            line.IndividualId = owner?.Invoke(line) ?? line.IndividualId;
        return await GatherLines(lines, cancellationToken, draws);
    }

    private async Task<Result<IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence>>> GatherLines(
        IReadOnlyList<ClaimLine> lines, CancellationToken cancellationToken, bool draws = false)
    {
        var ids = lines.Select(l => l.MilestoneId).OfType<MilestoneId>().Distinct().ToList();
        var milestones = ids.Count == 0 ? [] : await db.Milestones.AsNoTracking().AsSingleQuery()
            .Include(m => m.Decision).Include(m => m.Reconsidered).Include(m => m.Notes)
            .Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancellationToken);
        Dictionary<ClaimLineId, ClaimLineEvidence> evidence = [];
        foreach (var line in lines)
        {
            if (line.MilestoneId is { } own)
                milestones[own].IndividualId = line.IndividualId;
            RequestedLine asMade = new(line.Id, line.MilestoneId, line.RenderingStaff, line.ServiceDate, line.Units, line.Code, line.Modifiers,
                line.CoverageChosen ? new PayerCoverage(line.Payer, line.Funding) : null);
            var gathering = line.MilestoneId is { } claimed ? others.Gather(asMade, milestones[claimed], cancellationToken)
                : others.Gather(asMade, await Work(line, cancellationToken), cancellationToken);
            if (!(await gathering).Is(out var gathered, out var problem))
                return problem;
            // The units that the line has are no longer among those that are left.
            UnitMovement? units = null;
            if (line.Authorization.Length > 0 && line.Authorization == gathered.Cover.Authorization)
            {
                units = new();
                if (draws && !(await eligibility.Draw(line, cancellationToken)).Is(out units, out problem))
                    return problem;
            }

            evidence[line.Id] = gathered with { Units = units };
        }

        return evidence;
    }

    /// <summary>
    /// The same with what they say about the person's milestones that rest on records of Billing: 3 to 9, and milestone 1 where it bills a note that will be
    /// void. Where nothing rests on them, no one is called.
    /// </summary>
    internal async Task<Result<Evidence>> Gather(
        IReadOnlyList<IndividualId> people, CancellationToken cancellationToken, ServiceNoteId? voided = null)
    {
        var open = (await Milestones(people, cancellationToken)).Where(m => RestsOnRecords(m, voided)).ToList();
        if (open.Count == 0 && voided is null)
            return new Evidence(new Dictionary<ClaimLineId, ClaimLineEvidence>(), new Dictionary<MilestoneId, MilestoneEvidence>());
        if (!(await GatherLines(people, cancellationToken)).Is(out var lines, out var problem))
            return problem;
        Dictionary<MilestoneId, MilestoneEvidence> evidence = [];
        foreach (var milestone in open)
        {
            SubmittedMilestone asMade = new(milestone.IndividualId, milestone.Provider, milestone.Program, policies.Today(milestone.Program)!.Value,
                milestone.Number, milestone.EventDate, [.. milestone.Notes.Select(n => n.NoteId)], milestone.Evidence ?? new(), milestone);
            if (!(await reader.Gather(asMade, cancellationToken)).Is(out var gathered, out problem))
                return problem;
            evidence[milestone.Id] = gathered;
        }

        return new Evidence(lines, evidence);
    }

    /// <summary>The notes that a line claims, as they are now.</summary>
    internal async Task<NotedWork> Work(ClaimLine line, CancellationToken cancellationToken) => new(line.IndividualId, line.Provider, line.Program,
        [.. (await others.Work([.. line.Notes.Select(n => n.NoteId)], cancellationToken)).Select(n => n.Work)], line.Evidence ?? new(), line.Charge);

    private async Task<Result<Changes>> ReadAndDecide(
        IndividualId individual, IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence, CancellationToken cancellationToken)
    {
        Changes changes = new(clock.GetUtcNow());
        var lines = await Lines([individual], cancellationToken);
        var cases = (await Cases(individual, lines, null, cancellationToken)).ToList();
        if (!DecideAgain(changes, lines, evidence, cases).Is(out var changed, out var problem))
            return problem;
        foreach (var provider in changed.Select(l => l.Provider).Distinct())
            (await db.Account(individual, provider, cancellationToken)).Count(changes);
        return changes;
    }

    private async Task<Result<Decided<Proto.ClaimLine>>> ReadAndDecide(
        ClaimLineId id, Proto.ReconsiderClaimLineRequest request, IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence, bool store,
        CancellationToken cancellationToken)
    {
        // read
        var individual = evidence.TryGetValue(id, out var gathered) ? gathered.Individual : default;
        var lines = await Lines([individual], cancellationToken);
        if (lines.SingleOrDefault(l => l.Id == id) is not { State: Proto.ClaimLineState.Attention } line || gathered is null)
            return new Problem.Conflict("claim line state", "the line does not need attention; only one that does is asked again");
        if (!line.Expects(request.Etag))
            return new Problem.Stale("claim line", request.Name);
        var account = await db.Account(line.IndividualId, line.Provider, cancellationToken);
        var cases = (await Cases(individual, [line], null, cancellationToken)).ToList();

        // decide
        Changes changes = new(clock.GetUtcNow());
        if (!Decide(line, lines.Where(l => l != line), gathered, cases, changes.Now).Is(out var later, out var problem))
            return problem;
        Write(changes, line, later);
        account.Count(changes);
        return new Decided<Proto.ClaimLine>(
            line.ToProto(line.Decision!.ToProto(), store ? line.Etag() : "", store, later.Decision.ToProto(store)), changes);
    }

    /// <summary>Decides a line on evidence, with the lines that stand before it.</summary>
    internal Result<DecidedLine> Decide(
        ClaimLine line, IEnumerable<ClaimLine> before, ClaimLineEvidence evidence, IReadOnlyList<VrCase> cases, DateTimeOffset now)
    {
        var paid = before.Where(l => l.State == Proto.ClaimLineState.Ready && l.Program == line.Program && l.MilestoneNumber == line.MilestoneNumber).ToList();
        ClaimLineRecords records = new(
            [.. paid.SelectMany(l => Enumerable.Repeat(l.ServiceDate, l.MilestoneNumber < 2 ? 1 : l.PayableUnits))],
            paid.Where(l => l.Provider == line.Provider && l.ServiceDate.Year == line.ServiceDate.Year).Sum(l => l.PayableUnits))
        { Cases = [.. cases.Where(c => c.Program == line.Program)] };
        return ClaimLineRules.Decide(evidence, records, policies, now);
    }

    /// <summary>Stores that a line was decided again: it stands, or needs attention.</summary>
    internal void Write(Changes changes, ClaimLine line, DecidedLine later)
    {
        var stands = line.IsConfirmedBy(later.Line);
        line.State = stands ? Proto.ClaimLineState.Ready : Proto.ClaimLineState.Attention;
        line.Refusals = stands ? [] : Reasons(line, later);
        line.Proposed = stands ? null : Proposal(line, later);
        line.ReconsideredId = later.Decision.Id;
        changes.Update(line);
        var stored = changes.Insert(policies.Store(later.Decision, line.Provider, line.Id.Name, later.Used));
        changes.Publish(line.ToEvent(stored));
    }

    /// <summary>Who is to pay the line instead; null where the payer is the same and no question. What VR pays no coverage does.</summary>
    private static Proto.PayerRoute? Proposal(ClaimLine line, DecidedLine later)
    {
        var (to, byVr) = (later.Line, later.Line.DecidedPayer == Policies.Codes.Of(Policies.Milestones.Funder.Vr));
        if (byVr)
            return Routes.Show("", default, to.DecidedPayer, chosen: false);
        var other = to.Payer != line.Payer || (line.Funding != default && to.Funding != line.Funding);
        return other || later.IsQuestion ? Routes.Show(to.Payer, to.Funding, paidBy: "", chosen: false) : null;
    }

    // A line without notes that count, or that would be payable in another way, has no refusals: what differs is the reason, under the rule that each day of service is checked. A program
    // without that rule shows the first rule of the decision.
    private IReadOnlyList<Finding> Reasons(ClaimLine line, DecidedLine later)
    {
        if (later.Line.Refusals.Count > 0)
            return later.Line.Refusals;
        var reason = later.Line.State != Proto.ClaimLineState.Ready ? "no note that the line bills counts any more"
            : later.Line.Payer != line.Payer ? "another payer covers the day than the one that the line was made for"
            : later.Line.PayableUnits != line.PayableUnits
                ? $"on the facts as they are now {later.Line.PayableUnits} units can be paid; the line was made for {line.PayableUnits}"
            : "on the facts as they are now another payer pays it than the one that the line was made for";
        const string Remedy = "a new line; void this one";
        if (policies.Engine.Programs[line.Program].RuleFor(Policies.RuleDuty.EachDateOfService) is not null)
            return [policies.Refusal(line.Program, Policies.RuleDuty.EachDateOfService, reason, Remedy)];
        var first = later.Decision.ToProto(stored: false).Findings[0].Clone();
        (first.Verdict, first.Reason, first.WouldBeMet) = (Verdict.NotMet, reason, Remedy);
        return [first];
    }
}
