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
    BillingDb db, Requests requests, LineEvidence others, EligibilityClient eligibility, PolicyService policies, TimeProvider clock)
{
    /// <summary>All lines of a person, because of an event.</summary>
    public async Task Handle(IndividualId individual, IProcessedOnce message, CancellationToken cancellationToken)
    {
        if (!(await Gather([individual], cancellationToken)).Is(out var evidence, out var problem))
            throw new ProblemException(problem);
        await requests.Run(message, s => ReadAndDecide(individual, evidence, s), cancellationToken);
    }

    /// <summary>All lines of a person, because the reconciliation found one without its units: it gets them again, or needs attention.</summary>
    internal async Task Handle(IndividualId individual, CancellationToken cancellationToken)
    {
        if (!(await Gather([individual], cancellationToken, draws: true)).Is(out var evidence, out var problem))
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
                    ? await Gather([individual], s, draws: !request.ValidateOnly)
                    : new Problem.NotFound("claim line", request.Name), (evidence, store, s) => ReadAndDecide(id, request, evidence, store, s), cancellationToken);
    }

    /// <summary>
    /// Decides lines again and adds what changes. Of lines that count each other, such as two lines of a milestone that is paid once, the first ones in the
    /// list stand.
    /// </summary>
    /// <returns>The lines that changed; count their accounts.</returns>
    internal Result<IReadOnlyList<ClaimLine>> DecideAgain(
        Changes changes, IReadOnlyList<ClaimLine> lines, IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence)
    {
        List<ClaimLine> changed = [];
        foreach (var (i, line) in lines.Index())
        {
            // It was made after the evidence was gathered, so it rests on the facts as they are now.
            if (!evidence.TryGetValue(line.Id, out var gathered))
                continue;
            if (!Decide(line, lines.Take(i), gathered, changes.Now).Is(out var later, out var problem))
                return problem;
            // Room that a line leaves in this pass is not given to another in the same pass: the index that allows one ready line sees each row by itself.
            if (line.State == Proto.ClaimLineState.Ready ? line.IsConfirmedBy(later.Line) : !line.IsConfirmedBy(later.Line) || changed.Count > 0)
                continue;
            Write(changes, line, later);
            changed.Add(line);
        }

        return changed;
    }

    /// <summary>The lines of these people that are ready or need attention, those of the first person first, the oldest first.</summary>
    internal async Task<List<ClaimLine>> Lines(IReadOnlyList<IndividualId> people, CancellationToken cancellationToken) =>
        [.. (await db.ClaimLines.AsNoTracking().Include(l => l.Decision).Include(l => l.Reconsidered)
            .Where(l => people.Contains(l.IndividualId) && (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention))
            .ToListAsync(cancellationToken))
            .OrderBy(l => people.Index().First(person => person.Item == l.IndividualId).Index).ThenBy(l => l.RecordedAt).ThenBy(l => l.Id.Value)];

    /// <summary>
    /// What the other services say about the lines of these people now. With <paramref name="draws"/> a line that lost its units draws them again, and is
    /// refused if another line has them; without, a line is taken to have its units.
    /// </summary>
    internal async Task<Result<IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence>>> Gather(
        IReadOnlyList<IndividualId> people, CancellationToken cancellationToken, bool draws = false)
    {
        var lines = await Lines(people, cancellationToken);
        var ids = lines.Select(l => l.MilestoneId).Distinct().ToList();
        var milestones = ids.Count == 0 ? [] : await db.Milestones.AsNoTracking().AsSingleQuery().Include(m => m.Decision).Include(m => m.Notes)
            .Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancellationToken);
        Dictionary<ClaimLineId, ClaimLineEvidence> evidence = [];
        foreach (var line in lines)
        {
            RequestedLine asMade = new(line.Id, line.MilestoneId, line.RenderingStaff, line.ServiceDate, line.Units, line.Code, line.Modifiers);
            if (!(await others.Gather(asMade, milestones[line.MilestoneId], cancellationToken)).Is(out var gathered, out var problem))
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

    private async Task<Result<Changes>> ReadAndDecide(
        IndividualId individual, IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence, CancellationToken cancellationToken)
    {
        Changes changes = new(clock.GetUtcNow());
        if (!DecideAgain(changes, await Lines([individual], cancellationToken), evidence).Is(out var changed, out var problem))
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
        var individual = evidence.TryGetValue(id, out var gathered) ? gathered.Milestone.IndividualId : default;
        var lines = await Lines([individual], cancellationToken);
        if (lines.SingleOrDefault(l => l.Id == id) is not { State: Proto.ClaimLineState.Attention } line || gathered is null)
            return new Problem.Conflict("claim line state", "the line does not need attention; only one that does is asked again");
        if (!line.Expects(request.Etag))
            return new Problem.Stale("claim line", request.Name);
        var account = await db.Account(line.IndividualId, line.Provider, cancellationToken);

        // decide
        Changes changes = new(clock.GetUtcNow());
        if (!Decide(line, lines.Where(l => l != line), gathered, changes.Now).Is(out var later, out var problem))
            return problem;
        Write(changes, line, later);
        account.Count(changes);
        return new Decided<Proto.ClaimLine>(
            line.ToProto(line.Decision!.ToProto(), store ? line.Etag() : "", store, later.Decision.ToProto(store)), changes);
    }

    private Result<DecidedLine> Decide(ClaimLine line, IEnumerable<ClaimLine> before, ClaimLineEvidence evidence, DateTimeOffset now)
    {
        var paid = before.Where(l => l.State == Proto.ClaimLineState.Ready && l.Program == line.Program && l.MilestoneNumber == line.MilestoneNumber).ToList();
        ClaimLineRecords records = new(
            [.. paid.Select(l => l.ServiceDate)], paid.Where(l => l.Provider == line.Provider && l.ServiceDate.Year == line.ServiceDate.Year).Sum(l => l.PayableUnits));
        return ClaimLineRules.Decide(evidence, records, policies, now);
    }

    private void Write(Changes changes, ClaimLine line, DecidedLine later)
    {
        var stands = line.IsConfirmedBy(later.Line);
        line.State = stands ? Proto.ClaimLineState.Ready : Proto.ClaimLineState.Attention;
        line.Refusals = stands ? [] : Reasons(line, later.Line);
        line.ReconsideredId = later.Decision.Id;
        changes.Update(line);
        var stored = changes.Insert(policies.Store(later.Decision, line.Provider, line.Id.Name));
        changes.Publish(line.ToEvent(stored));
    }

    // A line that would be payable in another way has no refusals: what differs is the reason.
    private IReadOnlyList<Finding> Reasons(ClaimLine line, ClaimLine later) => later.State != Proto.ClaimLineState.Ready ? later.Refusals :
    [
        policies.Refusal(line.Program, Policies.RuleDuty.EachDateOfService, later.Payer == line.Payer
            ? $"on the facts as they are now {later.PayableUnits} units can be paid; the line was made for {line.PayableUnits}"
            : "another payer covers the day than the one that the line was made for", "a new line; void this one"),
    ];
}
