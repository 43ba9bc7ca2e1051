using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Lists assignments that were recorded for the survivor of a merge until the merge was undone: a person has to look whose they are.</summary>
public sealed class ListMadeWhileMerged(StaffingDb db, Caller caller)
{
    public async Task<Result<Proto.ListMadeWhileMergedResponse>> Handle(Proto.ListMadeWhileMergedRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("name", request.Name);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var followed = await FollowedMerges.Read(db, caller.Organization, cancellationToken);
        return (await followed.MadeMeanwhile(id, page, survivor => Own(survivor, cancellationToken)))
            .Then(made => new Proto.ListMadeWhileMergedResponse { Survivor = made.Survivor.Name, Records = { made.Records }, NextPageToken = made.NextPageToken });
    }

    private async Task<IEnumerable<MadeWhileMerged>> Own(IndividualId person, CancellationToken cancellationToken)
    {
        var assignments = await db.Assignments.AsNoTracking().Where(a => a.IndividualId == person).Select(a => a.Id).ToListAsync(cancellationToken);
        var keys = assignments.ConvertAll(a => a.ToString());
        var moved = await db.Set<MovedRow>().AsNoTracking().Where(r => r.TableName == FollowMerge.Table && keys.Contains(r.RowKey)).Select(r => r.RowKey)
            .ToHashSetAsync(cancellationToken);
        return assignments.Where(a => !moved.Contains(a.ToString())).Select(a => new MadeWhileMerged(FollowMerge.Table, a.Name, MadeWhileMerged.TimeOf(a.Value) ?? default));
    }
}
