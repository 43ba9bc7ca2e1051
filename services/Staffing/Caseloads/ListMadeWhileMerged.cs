using Google.Protobuf.WellKnownTypes;
using Ips.Staffing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Common = Ips.Contracts.Common.V1;
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
        if (!followed.Undone(id).Is(out var merge, out var problem))
            return problem;
        var survivor = followed.Survivor(merge.SurvivorId);
        var came = await db.Set<MovedRow>().AsNoTracking().Where(r => r.TableName == FollowMerge.Table).Select(r => r.RowKey).ToListAsync(cancellationToken);
        var own = await db.Assignments.AsNoTracking().Where(a => a.IndividualId == survivor).Select(a => a.Id).ToListAsync(cancellationToken);
        var (records, next) = own.Where(a => !came.Contains(a.ToString(), StringComparer.Ordinal))
            .Select(a => new MadeWhileMerged(FollowMerge.Table, a.Name, MadeWhileMerged.TimeOf(a.Value) ?? default))
            .Where(row => row.IsWithin(merge)).ToPage(page, row => row.Code);
        Proto.ListMadeWhileMergedResponse reply = new() { Survivor = survivor.Name, NextPageToken = next };
        reply.Records.AddRange(records.Select(row => new Common.MadeWhileMerged { Kind = row.Kind, Name = row.Name, CreateTime = row.RecordedAt.ToTimestamp() }));
        return reply;
    }
}
