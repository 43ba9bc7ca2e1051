using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Lines that another payer is to pay than they were made for. <see cref="ReconsiderClaimLines"/> proposes it; a person confirms it here, or chooses another
/// coverage. Then the line is voided and made again in one transaction, or it stands. One that was refused stays so, and is made again.
/// </summary>
public sealed class Reroutes(
    BillingDb db, Requests requests, LineEvidence others, ReconsiderClaimLines lines, EligibilityClient eligibility, PolicyService policies, TimeProvider clock)
{
    /// <param name="Line">The line as it was read.</param>
    /// <param name="Evidence">What the other services say for the payer; null where no one else pays.</param>
    private sealed record Gathered(ClaimLine Line, ClaimLineEvidence? Evidence);

    public async Task<Result<Proto.ListReroutesResponse>> Handle(Proto.ListReroutesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var live = db.ClaimLines.Where(l => l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention);
        // One that was refused is proposed until another line claims the same.
        var query = db.ClaimLines.AsNoTracking().Where(l => l.Proposed != null && (l.State == Proto.ClaimLineState.Attention
            || ((l.State == Proto.ClaimLineState.Refused || l.State == Proto.ClaimLineState.Held)
                && !live.Any(o => o.MilestoneId != null && o.MilestoneId == l.MilestoneId && o.ServiceDate == l.ServiceDate)
                && !l.Notes.Any(n => live.Any(o => o.Notes.Any(other => other.NoteId == n.NoteId))))));
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(l => l.IndividualId == person);
        }

        var (items, next) = await query.ToPage(page, l => l.DecisionId, cancellationToken);
        var ids = items.Select(l => l.Id).ToList();
        var claims = await db.Claims.Where(c => ids.Contains(c.ClaimLineId) && c.Live).ToDictionaryAsync(c => c.ClaimLineId, c => c.Id, cancellationToken);
        return new Proto.ListReroutesResponse
        {
            Reroutes = { items.Select(l => Show(l, claims.TryGetValue(l.Id, out var claim) ? claim : null)) },
            NextPageToken = next,
        };
    }

    public async Task<Result<Proto.ConfirmedReroute>> Handle(Proto.ConfirmRerouteRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var chosen = fields.Coverage("coverage", request.Coverage);
        if (fields.Problem is { } bad)
            return bad;
        (ClaimLine Voided, ClaimLine? Made)? moved = null;
        var answer = await requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(id, chosen, request, s),
            (gathered, store, s) => ReadAndDecide(gathered, request, (voided, made) => moved = (voided, made), store, s), cancellationToken);

        // After the commit, like a void. What a crash leaves apart, the reconciliation repairs.
        if (moved is { Voided: { Authorization.Length: > 0 } voided })
            await eligibility.Release(voided.Authorization, voided.Id, voided.Provider, cancellationToken);
        if (moved is { Made: { Authorization.Length: > 0 } made })
            await eligibility.Draw(made, cancellationToken);
        return answer;
    }

    private static Proto.Reroute Show(ClaimLine line, ClaimId? claim)
    {
        Proto.Reroute shown = new()
        {
            ClaimLine = line.Id.Name,
            Etag = line.Etag(),
            Individual = line.IndividualId.Name,
            Program = line.Program,
            MilestoneNumber = line.MilestoneNumber,
            ServiceDate = line.ServiceDate.Day(),
            From = line.Route,
            To = line.Proposed,
            AtStake = (IsLive(line) ? line.Amount ?? line.Charge : line.Charge).Dollars(),
            Claim = claim?.Name ?? "",
            Reasons = { line.Refusals },
        };
        if (Stands(line, Proposed(line)))
            return shown;
        if (claim is not null)
            shown.Steps.Add(Proto.RerouteStep.VoidClaim);
        if (IsLive(line))
            shown.Steps.Add(Proto.RerouteStep.VoidLine);
        if (line.Proposed!.Payer.Length > 0)
            shown.Steps.Add(Proto.RerouteStep.NewLine);
        return shown;
    }

    /// <summary>The coverage that is proposed; null where none is.</summary>
    private static PayerCoverage? Proposed(ClaimLine line) =>
        OrganizationCode.TryParse(line.Proposed!.Payer, out var payer) ? new PayerCoverage(payer.Value, line.Proposed.Funding) : null;

    /// <summary>Whether the line stood before: one that was refused never did.</summary>
    private static bool IsLive(ClaimLine line) => line.State == Proto.ClaimLineState.Attention;

    /// <summary>Whether a coverage is the one that the line was made for.</summary>
    private static bool Stands(ClaimLine line, PayerCoverage? coverage) => IsLive(line) && coverage is { } given && given == new PayerCoverage(line.Payer, line.Funding);

    private static Problem? Refusal(ClaimLine line, string etag) => !line.Expects(etag) ? new Problem.Stale("claim line", line.Id.Name)
        : line.Proposed is null || line.State is not (Proto.ClaimLineState.Attention or Proto.ClaimLineState.Refused or Proto.ClaimLineState.Held)
            ? new Problem.Conflict("claim line state", "no other payer is proposed for the line; ListReroutes shows the lines that have a proposal") : null;

    private async Task<Result<Gathered>> Gather(ClaimLineId id, PayerCoverage? chosen, Proto.ConfirmRerouteRequest request, CancellationToken cancellationToken)
    {
        if (await db.ClaimLines.AsNoTracking().AsSingleQuery().Include(l => l.Notes).SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } line)
            return new Problem.NotFound("claim line", request.Name);
        if (Refusal(line, request.Etag) is { } refusal)
            return refusal;
        if ((chosen ?? Proposed(line)) is not { } coverage)
            return new Gathered(line, null);

        // Made again it has the code, modifiers and units of the payer; where it stands, its own.
        var requested = Stands(line, coverage)
            ? new RequestedLine(line.Id, line.MilestoneId, line.RenderingStaff, line.ServiceDate, line.Units, line.Code, line.Modifiers, coverage)
            : new RequestedLine(ClaimLineId.New(clock), line.MilestoneId, line.RenderingStaff, line.ServiceDate, 0, "", [], coverage);
        var milestone = line.MilestoneId is not { } of ? null
            : await db.Milestones.AsNoTracking().AsSingleQuery().Include(m => m.Decision).Include(m => m.Reconsidered)
                .Include(m => m.Notes.Where(n => n.ServiceDate == line.ServiceDate)).SingleAsync(m => m.Id == of, cancellationToken);
        var gathering = milestone is null ? others.Gather(requested, await lines.Work(line, cancellationToken), cancellationToken)
            : others.Gather(requested, milestone, cancellationToken);
        if (!(await gathering).Is(out var evidence, out var problem))
            return problem;
        if (evidence.Coverage(policies) is var covered && !covered.Live.Contains(coverage))
            return Routes.NotLive("coverage", covered);
        return await Units(line, evidence, request.ValidateOnly, cancellationToken);
    }

    /// <summary>Units of the same authorization pass from the line to the one that replaces it; any other are held first, as many as the new line can be paid.</summary>
    private async Task<Result<Gathered>> Units(ClaimLine line, ClaimLineEvidence evidence, bool validateOnly, CancellationToken cancellationToken)
    {
        if (!evidence.TakesUnits || evidence.Cover.Authorization.Length == 0)
            return new Gathered(line, evidence);
        var withUnits = evidence with { Units = new() };
        if (validateOnly || (IsLive(line) && evidence.Cover.Authorization == line.Authorization))
            return new Gathered(line, withUnits);
        var standing = (await lines.Lines([line.IndividualId], cancellationToken)).Where(l => l.Id != line.Id);
        var cases = (await lines.Cases(line.IndividualId, [line], null, cancellationToken)).ToList();
        if (!lines.Decide(line, standing, withUnits, cases, clock.GetUtcNow()).Is(out var expected, out var problem))
            return problem;
        if (expected.Line.State != Proto.ClaimLineState.Ready)
            return new Gathered(line, evidence);
        return (await eligibility.Hold(
            evidence.Cover.Authorization, evidence.Requested.Id, line.Provider, line.ServiceDate, expected.Line.PayableUnits, cancellationToken))
            .Then(units => new Gathered(line, evidence with { Units = units }));
    }

    private async Task<Result<Decided<Proto.ConfirmedReroute>>> ReadAndDecide(
        Gathered gathered, Proto.ConfirmRerouteRequest request, Action<ClaimLine, ClaimLine?> stored, bool store, CancellationToken cancellationToken)
    {
        // read
        var id = gathered.Line.Id;
        var account = await db.Account(gathered.Line.IndividualId, gathered.Line.Provider, cancellationToken);
        var all = await lines.Lines([account.IndividualId], cancellationToken);
        // One that was refused is still the last of what it claims.
        var line = all.Find(l => l.Id == id) ?? (await lines.Refused(account.IndividualId, all, cancellationToken)).Find(l => l.Id == id);
        if (line is null || Refusal(line, request.Etag) is not null)
            return new Problem.Stale("claim line", request.Name);
        var cases = (await lines.Cases(account.IndividualId, [line], null, cancellationToken)).ToList();
        var claim = await db.Claims.Where(c => c.ClaimLineId == id && c.Live).Select(c => new { c.Id, c.State }).SingleOrDefaultAsync(cancellationToken);
        var milestone = line.MilestoneId is not { } of ? null : await db.Milestones.AsNoTracking().AsSingleQuery().Include(m => m.Decision)
            .Include(m => m.Reconsidered).Include(m => m.Notes.Where(n => n.ServiceDate == line.ServiceDate)).SingleAsync(m => m.Id == of, cancellationToken);

        // decide
        Changes changes = new(clock.GetUtcNow());
        if (gathered.Evidence is not { } evidence)
            return claim is not null ? VoidClaimLine.IsClaimed(claim.Id, claim.State) : Voided();
        if (!lines.Decide(line, all.Where(l => l != line), evidence with { Milestone = milestone }, cases, changes.Now).Is(out var later, out var problem))
            return problem;
        if (evidence.Requested.Id == id)
            return Stand(later);
        return claim is not null ? VoidClaimLine.IsClaimed(claim.Id, claim.State) : Replaced(later);

        Result<Decided<Proto.ConfirmedReroute>> Voided()
        {
            Leave();
            return Answer(null, null);
        }

        Result<Decided<Proto.ConfirmedReroute>> Stand(DecidedLine again)
        {
            if (!line.IsConfirmedBy(again.Line))
                return NotPayable(again);
            lines.Write(changes, line, again);
            line.CoverageChosen = again.Line.CoverageChosen;
            account.Count(changes);
            return new Decided<Proto.ConfirmedReroute>(new Proto.ConfirmedReroute
            {
                Line = line.ToProto(line.Decision!.ToProto(), store ? line.Etag() : "", store, again.Decision.ToProto(store)),
            }, changes);
        }

        Result<Decided<Proto.ConfirmedReroute>> Replaced(DecidedLine made)
        {
            if (made.Line.State != Proto.ClaimLineState.Ready)
                return NotPayable(made);
            Leave();
            var receipt = changes.Insert(policies.Store(made.Decision, made.Line.Provider, made.Line.Id.Name, made.Used));
            changes.Insert(made.Line);
            foreach (var note in made.Line.Notes)
                changes.Insert(note);
            if (milestone is not null && milestone.State != Proto.MilestoneState.Claimed)
            {
                milestone.State = Proto.MilestoneState.Claimed;
                changes.Update(milestone);
            }

            changes.Publish(made.Line.ToEvent(receipt));
            return Answer(made.Line, made.Decision);
        }

        // A line that stands is voided; one that was refused is no longer proposed.
        void Leave()
        {
            account.Count(changes);
            if (milestone is not null)
                changes.Expect(milestone);
            line.Proposed = null;
            if (!IsLive(line))
            {
                changes.Update(line);
                return;
            }

            var isLast = milestone is not null && gathered.Evidence is null
                && !all.Exists(l => l.MilestoneId == line.MilestoneId && l != line && l.State == Proto.ClaimLineState.Ready);
            VoidClaimLine.Void(changes, line, isLast ? milestone : null);
        }

        Result<Decided<Proto.ConfirmedReroute>> Answer(ClaimLine? made, DecisionRecord? decision) => new Decided<Proto.ConfirmedReroute>(
            new Proto.ConfirmedReroute
            {
                Line = line.ToProto(line.Decision!.ToProto(), store ? line.Etag() : "", store, line.Reconsidered?.ToProto()),
                Replacement = made?.ToProto(decision!.ToProto(store), store ? made.Etag() : "", store),
            }, changes, () =>
            {
                if (line.State == Proto.ClaimLineState.Void)
                    ClaimMetrics.CountVoided(line);
                if (made is not null)
                    ClaimMetrics.CountStored(made);
                stored(line, made);
            });
    }

    private static Problem NotPayable(DecidedLine decided) => new Problem.Conflict("claim line",
        decided.Line.Refusals is [var first, ..] ? $"for that payer the line is not payable: {first.RuleId}, {first.Reason}" : "for that payer the line is not payable");
}
