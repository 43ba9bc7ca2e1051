using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.LegalHolds;

/// <summary>Places and lifts the hold on a person's record. Who did it is in the audit log.</summary>
public sealed class HoldRecord(EligibilityDb db, Once once, TimeProvider clock)
{
    public Task<Result<Wire.LegalHold>> Handle(Wire.PlaceLegalHoldRequest ask, CancellationToken stop) => Change(ask.Individual, ask.RequestId, ask, (id, hold) =>
    {
        if (hold is not null)
            return hold;
        LegalHold placed = new() { IndividualId = id, PlacedAt = clock.GetUtcNow() };
        db.LegalHolds.Add(placed);
        return placed;
    }, stop);

    public Task<Result<Wire.LegalHold>> Handle(Wire.LiftLegalHoldRequest ask, CancellationToken stop) => Change(ask.Individual, ask.RequestId, ask, (_, hold) =>
    {
        if (hold is not null)
            db.LegalHolds.Remove(hold);
        return null;
    }, stop);

    private Task<Result<Wire.LegalHold>> Change(string individual, string requestId, IMessage ask, Func<IndividualId, LegalHold?, LegalHold?> change, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", individual, "individuals/{uuid}", IndividualId.TryParse);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.LegalHold>>(bad);
        return once.Run(requestId, ask, async s =>
        {
            if (!await db.Individuals.AnyAsync(i => i.Id == id, s))
                return new Problem.NotFound("individual", individual);
            var hold = change(id, await db.LegalHolds.SingleOrDefaultAsync(h => h.IndividualId == id, s));
            await db.SaveChangesAsync(s);
            return (Result<Wire.LegalHold>)new Wire.LegalHold { Individual = id.Name, Held = hold is not null, PlaceTime = hold?.PlacedAt.ToTimestamp() };
        }, stop);
    }
}
