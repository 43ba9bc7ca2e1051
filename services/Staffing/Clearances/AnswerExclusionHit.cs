using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>A person answers whether an entry of a list is the staff member.</summary>
public sealed class AnswerExclusionHit(
    StaffingDb db, StaffRecords records, Gatekeeper gate, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.ExclusionHit>> Handle(Proto.AnswerExclusionHitRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ExclusionHitId>("name", request.Name);
        fields.Choice("answer", request.Answer);
        fields.Require(request.Answer != Proto.ExclusionHitState.Possible, "answer", "is not an answer; send CONFIRMED or CLEARED");
        fields.Choice("reason", request.Reason);
        fields.Require(request.Reason != Proto.ExclusionHitReason.SameNpi, "reason", "is the import's own reason; send another");
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var confirmed = request.Answer == Proto.ExclusionHitState.Confirmed;
        DateOnly? known = confirmed ? fields.Day("known_on", request.KnownOn) : null;
        fields.Require(confirmed || request.KnownOn.Length == 0, "known_on", "belongs to CONFIRMED");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.ExclusionHit>>(bad);
        return requests.Run<Proto.ExclusionHit>(request.RequestId, request, async s =>
        {
            // read
            if (await db.ExclusionHits.AsNoTracking().SingleOrDefaultAsync(h => h.Id == id, s) is not { } hit
                || await records.Read(hit.StaffMemberId, s) is not { } found)
                return new Problem.NotFound("exclusion hit", request.Name);
            var today = clock.UtcDay();
            var people = await db.Assignments.Where(a => a.StaffMemberId == hit.StaffMemberId && a.From <= today && (a.Through == null || a.Through >= today))
                .Select(a => a.IndividualId).Distinct().ToListAsync(s);

            // decide
            if (!hit.Expects(request.Etag))
                return new Problem.Stale("exclusion hit", request.Name);

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Insert(EarlierRecord.Of(found, changes.Now));
            (hit.State, hit.Reason, hit.KnownOn, hit.AnsweredBy, hit.AnsweredAt) = (request.Answer, request.Reason, known, caller.Subject, changes.Now);
            changes.Update(hit);
            changes.Update(found.Member);
            gate.Publish(gate.Of(found), found with { Hits = [.. found.Hits.Where(h => h.Id != id), hit] }, changes);
            return new Decided<Proto.ExclusionHit>(hit.ToProto(protector, people.OrderBy(p => p.Value)), changes);
        }, cancellationToken);
    }
}
