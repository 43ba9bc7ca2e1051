using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.LegalHolds;

/// <summary>Places and lifts the hold on a person's record. The audit log records who did it.</summary>
public sealed class HoldRecord(EligibilityDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.LegalHold>> Handle(Proto.PlaceLegalHoldRequest request, CancellationToken cancellationToken) =>
        Change(request.Individual, request.RequestId, request, (id, hold, changes) =>
            hold ?? changes.Insert(new LegalHold { IndividualId = id, PlacedAt = changes.Now }), cancellationToken);

    public Task<Result<Proto.LegalHold>> Handle(Proto.LiftLegalHoldRequest request, CancellationToken cancellationToken) =>
        Change(request.Individual, request.RequestId, request, (_, hold, changes) =>
        {
            if (hold is not null)
                changes.Remove(hold);
            return null;
        }, cancellationToken);

    private Task<Result<Proto.LegalHold>> Change(string individual, string requestId, IMessage request, Func<IndividualId, LegalHold?, Changes, LegalHold?> change,
        CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", individual);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.LegalHold>>(bad);
        return requests.Run(requestId, request, async s =>
        {
            if (!await db.Individuals.AnyAsync(i => i.Id == id, s))
                return new Problem.NotFound("individual", individual);
            Changes changes = new(clock.GetUtcNow());
            var hold = change(id, await db.LegalHolds.AsNoTracking().SingleOrDefaultAsync(h => h.IndividualId == id, s), changes);
            return (Result<Decided<Proto.LegalHold>>)new Decided<Proto.LegalHold>(
                new() { Individual = id.Name, Held = hold is not null, PlaceTime = hold?.PlacedAt.ToTimestamp() }, changes);
        }, cancellationToken);
    }
}

/// <summary>A record that retention may not change, because a court or an inquiry may require it. Lifting the hold removes the row.</summary>
public sealed class LegalHold
{
    /// <summary>The person whose record is held.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>When it was placed, UTC.</summary>
    public required DateTimeOffset PlacedAt { get; init; }
}
