using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Voids a ready line and releases the units that it holds.</summary>
public sealed class VoidClaimLine(BillingDb db, IdempotentRequests requests, EligibilityClient eligibility, TimeProvider clock)
{
    public async Task<Result<Proto.ClaimLine>> Handle(Proto.VoidClaimLineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        ClaimLine? voided = null;
        var answer = await requests.Run(request.RequestId, request, async s =>
        {
            if (!(await Void(id, request, s)).Is(out voided, out var problem))
                return problem;
            return (Result<Proto.ClaimLine>)voided.ToProto(voided.Decision!.ToProto(), voided.Etag(), stored: true);
        }, cancellationToken);

        // After the commit: units must not be free while the line may still be sent.
        if (voided is { Authorization.Length: > 0 } && answer.Problem is null)
            await eligibility.Release(voided.Authorization, id, cancellationToken);
        return answer;
    }

    private async Task<Result<ClaimLine>> Void(ClaimLineId id, Proto.VoidClaimLineRequest request, CancellationToken cancellationToken)
    {
        if (await db.ClaimLines.Include(l => l.Decision).SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } line)
            return new Problem.NotFound("claim line", request.Name);
        if (!line.Expects(request.Etag))
            return new Problem.Stale("claim line", request.Name);
        if (line.State != Proto.ClaimLineState.Ready)
            return new Problem.Conflict("NC-BILL-010", $"the line is {WireCode.Lower(line.State)}; only a ready one is voided");
        line.State = Proto.ClaimLineState.Void;
        line.VoidedAt = clock.GetUtcNow();
        if (!await db.ClaimLines.AnyAsync(
            l => l.MilestoneId == line.MilestoneId && l.Id != line.Id && l.State == Proto.ClaimLineState.Ready, cancellationToken))
            (await db.Milestones.SingleAsync(m => m.Id == line.MilestoneId, cancellationToken)).State = Proto.MilestoneState.Billable;
        db.Publish(new ClaimLineVoidedV1
        {
            ClaimLineId = id,
            MilestoneId = line.MilestoneId,
            IndividualId = line.IndividualId,
            Provider = line.Provider,
            Program = line.Program,
            MilestoneNumber = line.MilestoneNumber,
            ServiceDate = line.ServiceDate,
            Units = line.PayableUnits,
            Charge = line.Charge,
            Currency = "USD",
        });
        await db.SaveChangesAsync(cancellationToken);
        ClaimMetrics.CountVoided(line);
        return line;
    }
}
