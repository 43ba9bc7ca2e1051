using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Voids a line that is ready or needs attention, and releases the units that it holds.</summary>
public sealed class VoidClaimLine(BillingDb db, Requests requests, EligibilityClient eligibility, TimeProvider clock)
{
    public async Task<Result<Proto.ClaimLine>> Handle(Proto.VoidClaimLineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        ClaimLine? voided = null;
        var answer = await requests.Run(request.RequestId, request, s => ReadAndDecide(id, request, line => voided = line, s), cancellationToken);

        // After the commit: units must not be free while the line may still be sent.
        if (voided is { Authorization.Length: > 0 })
            await eligibility.Release(voided.Authorization, id, voided.Provider, cancellationToken);
        return answer;
    }

    private async Task<Result<Decided<Proto.ClaimLine>>> ReadAndDecide(
        ClaimLineId id, Proto.VoidClaimLineRequest request, Action<ClaimLine> stored, CancellationToken cancellationToken)
    {
        // read
        if (await db.ClaimLines.AsNoTracking().AsSingleQuery().Include(l => l.Decision).Include(l => l.Reconsidered).Include(l => l.Notes)
            .SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } line)
            return new Problem.NotFound("claim line", request.Name);
        var account = await db.Account(line.IndividualId, line.Provider, cancellationToken);
        var milestone = line.MilestoneId is { } of ? await db.Milestones.AsNoTracking().SingleAsync(m => m.Id == of, cancellationToken) : null;
        var isLast = milestone is not null && !await db.ClaimLines.AnyAsync(
            l => l.MilestoneId == line.MilestoneId && l.Id != id && l.State == Proto.ClaimLineState.Ready, cancellationToken);

        var claim = await db.Claims.Where(c => c.ClaimLineId == id && c.Live).Select(c => new { c.Id, c.State }).SingleOrDefaultAsync(cancellationToken);

        // decide
        if (!line.Expects(request.Etag))
            return new Problem.Stale("claim line", request.Name);
        if (line.State is not (Proto.ClaimLineState.Ready or Proto.ClaimLineState.Attention))
            return new Problem.Conflict("claim line state", $"the line is {WireCode.Lower(line.State)}; only one that is ready or needs attention is voided");
        if (claim is not null)
            return IsClaimed(claim.Id, claim.State);
        Changes changes = new(clock.GetUtcNow());
        account.Count(changes);
        Void(changes, line, isLast ? milestone : null);
        return new Decided<Proto.ClaimLine>(line.ToProto(), changes, () =>
        {
            ClaimMetrics.CountVoided(line);
            stored(line);
        });
    }

    /// <summary>What was sent for a line is taken back before the line is voided.</summary>
    internal static Problem IsClaimed(ClaimId claim, Proto.ClaimState state) => new Problem.Conflict("claim state",
        $"the line is in {claim.Name}, which is {WireCode.Lower(state)}; take back what was sent with CorrectClaim, then void the line");

    /// <summary>Voids a line.</summary>
    /// <param name="changes">Gets what changes.</param>
    /// <param name="line">The line.</param>
    /// <param name="milestone">Its milestone, where it was the last line of it; it can be claimed again. One that is no longer reached stays as it was decided.</param>
    internal static void Void(Changes changes, ClaimLine line, Milestone? milestone)
    {
        (line.State, line.VoidedAt) = (Proto.ClaimLineState.Void, changes.Now);
        changes.Update(line);
        if (milestone?.State is Proto.MilestoneState.Claimed or Proto.MilestoneState.Paid or Proto.MilestoneState.ClaimDenied)
        {
            milestone.State = Proto.MilestoneState.Billable;
            changes.Update(milestone);
        }

        changes.Publish(line.ToVoidedEvent());
    }
}
