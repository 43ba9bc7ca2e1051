using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Shows which assignments a merge would move, and which of both people are to one staff member on the same days.</summary>
public sealed class PreviewMerge(StaffingDb db)
{
    public async Task<Result<Proto.PreviewMergeResponse>> Handle(Proto.PreviewMergeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var survivor = fields.Id<IndividualId>("survivor", request.Survivor);
        var merged = fields.Id<IndividualId>("merged", request.Merged);
        fields.Require(survivor != merged || merged == default, "merged", "is the survivor itself");
        if (fields.Problem is { } bad)
            return bad;
        var assignments = await db.Assignments.AsNoTracking().Where(a => a.IndividualId == survivor || a.IndividualId == merged).OrderBy(a => a.Id)
            .ToListAsync(cancellationToken);
        Proto.PreviewMergeResponse reply = new() { Individuals = { survivor.Name, merged.Name } };
        var moves = assignments.Count(a => a.IndividualId == merged);
        if (moves > 0)
            reply.Moves.Add(new MovedRecords { Kind = "assignments", Count = moves });
        if (await db.ReviewedIndividuals.CountAsync(r => r.IndividualId == merged, cancellationToken) is > 0 and var reviewed)
            reply.Moves.Add(new MovedRecords { Kind = FollowMerge.Reviewed, Count = reviewed });
        reply.Conflicts.AddRange(from one in assignments
                                 where one.IndividualId == survivor
                                 from other in assignments
                                 where other.IndividualId == merged && one.StaffMemberId == other.StaffMemberId
                                     && one.From <= (other.Through ?? DateOnly.MaxValue) && other.From <= (one.Through ?? DateOnly.MaxValue)
                                 select new MergeConflict { Kind = "assignments_to_one_staff_member", SurvivorRecord = one.Id.Name, MergedRecord = other.Id.Name });
        return reply;
    }
}
