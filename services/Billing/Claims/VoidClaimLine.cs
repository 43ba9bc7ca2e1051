using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Takes a ready line back, with the units it holds.</summary>
public sealed class VoidClaimLine(BillingDb db, Once once, Coverage coverage, TimeProvider clock)
{
    public Task<Result<Wire.ClaimLine>> Handle(Wire.VoidClaimLineRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ClaimLineId>("name", ask.Name, "claimLines/{uuid}", ClaimLineId.TryParse);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.ClaimLine>>(bad)
            : once.Run(ask.RequestId, ask, s => Void(id, ask, s), stop);
    }

    private async Task<Result<Wire.ClaimLine>> Void(ClaimLineId id, Wire.VoidClaimLineRequest ask, CancellationToken stop)
    {
        if (await db.ClaimLines.Include(l => l.Decision).SingleOrDefaultAsync(l => l.Id == id, stop) is not { } line)
            return new Problem.NotFound("claim line", ask.Name);
        if (!db.Expects(line, ask.Etag))
            return new Problem.Stale("claim line", ask.Name);
        if (line.State != Wire.ClaimLineState.Ready)
            return new Problem.Conflict("NC-BILL-010", $"the line is {WireCode.Lower(line.State)}; only a ready one is voided");
        if (line.Authorization.Length > 0 && !(await coverage.Release(line.Authorization, line.Id, ask.RequestId, stop)).Is(out _, out var unreleased))
            return unreleased;
        var now = clock.GetUtcNow();
        line.State = Wire.ClaimLineState.Void;
        line.VoidedAt = now;
        if (!await db.ClaimLines.AnyAsync(l => l.MilestoneId == line.MilestoneId && l.Id != line.Id && l.State == Wire.ClaimLineState.Ready, stop))
            (await db.Milestones.SingleAsync(m => m.Id == line.MilestoneId, stop)).State = Wire.MilestoneState.Billable;
        db.Add(new ClaimLineVoidedV1(
            Guid.CreateVersion7(now), now, id.Value, line.MilestoneId.Value, line.IndividualId.Value, line.Provider, line.Program, line.MilestoneNumber, line.ServiceDate,
            line.PayableUnits, line.Charge, "USD"));
        await db.SaveChangesAsync(stop);
        return line.ToWire(line.Decision!.ToWire(), db.Etag(line), stored: true);
    }
}
