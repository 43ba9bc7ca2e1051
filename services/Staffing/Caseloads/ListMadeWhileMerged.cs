using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Lists assignments and meetings that were recorded for the survivor of a merge until the merge was undone: a person has to look whose they are.
/// </summary>
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
        var reviewed = await db.ReviewedIndividuals.AsNoTracking().Where(r => r.IndividualId == person).Select(r => new { r.Id, r.MeetingId }).ToListAsync(cancellationToken);
        IReadOnlyList<(string Table, Guid Id, string Name)> rows =
        [
            .. assignments.Select(a => (FollowMerge.Table, a.Value, a.Name)),
            .. reviewed.Select(r => (FollowMerge.Reviewed, r.Id, r.MeetingId.Name)),
        ];
        var keys = rows.Select(row => row.Id.ToString()).ToList();
        var moved = await db.Set<MovedRow>().AsNoTracking().Where(r => keys.Contains(r.RowKey)).Select(r => r.RowKey).ToHashSetAsync(cancellationToken);
        return rows.Where(row => !moved.Contains(row.Id.ToString())).Select(row => new MadeWhileMerged(row.Table, row.Name, MadeWhileMerged.TimeOf(row.Id) ?? default));
    }
}
