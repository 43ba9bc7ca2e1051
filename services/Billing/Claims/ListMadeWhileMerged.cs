using Ips.Billing.Db;
using Ips.Contracts;
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
        return (await followed.MadeMeanwhile(id, page, survivor => merges.Own(survivor, cancellationToken)))
            .Then(made => new Proto.ListMadeWhileMergedResponse { Survivor = made.Survivor.Name, Records = { made.Records }, NextPageToken = made.NextPageToken });
    }
}
