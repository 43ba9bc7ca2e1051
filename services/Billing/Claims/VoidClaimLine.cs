using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Takes a ready line back, with the units it holds.</summary>
public sealed class VoidClaimLine(BillingDb db, IdempotentRequests once, Coverage coverage, TimeProvider clock)
{
    public Task<Result<Proto.ClaimLine>> Handle(Proto.VoidClaimLineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.ClaimLine>>(bad)
            : once.Run(request.RequestId, request, s => Void(id, request, s), cancellationToken);
    }

    private async Task<Result<Proto.ClaimLine>> Void(ClaimLineId id, Proto.VoidClaimLineRequest request, CancellationToken cancellationToken)
    {
        if (await db.ClaimLines.Include(l => l.Decision).SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } line)
            return new Problem.NotFound("claim line", request.Name);
        if (!db.Expects(line, request.Etag))
            return new Problem.Stale("claim line", request.Name);
        if (line.State != Proto.ClaimLineState.Ready)
            return new Problem.Conflict("NC-BILL-010", $"the line is {WireCode.Lower(line.State)}; only a ready one is voided");
        if (line.Authorization.Length > 0 && !(await coverage.Release(line.Authorization, line.Id, request.RequestId, cancellationToken))
            .Is(out _, out var unreleased))
            return unreleased;
        var now = clock.GetUtcNow();
        line.State = Proto.ClaimLineState.Void;
        line.VoidedAt = now;
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
        ClaimMetrics.TakenBack(line);
        return line.ToProto(line.Decision!.ToProto(), db.Etag(line), stored: true);
    }
}
