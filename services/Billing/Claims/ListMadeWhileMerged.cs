using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Db;
using Ips.Contracts;
using Common = Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Lists what was recorded for the survivor of a merge until the merge was undone: a person has to look whose records they are.</summary>
public sealed class ListMadeWhileMerged(BillingDb db, FollowMerge merges, Caller caller)
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
        var (records, next) = (await merges.Own(survivor, cancellationToken)).Where(row => row.IsWithin(merge)).ToPage(page, row => row.Code);
        Proto.ListMadeWhileMergedResponse reply = new() { Survivor = survivor.Name, NextPageToken = next };
        reply.Records.AddRange(records.Select(row => new Common.MadeWhileMerged { Kind = row.Kind, Name = row.Name, CreateTime = row.RecordedAt.ToTimestamp() }));
        return reply;
    }
}
