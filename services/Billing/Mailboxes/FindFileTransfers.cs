using Grpc.Core;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Mailboxes;

/// <summary>Reads what is waiting in mailboxes and what was exchanged.</summary>
public sealed class FindFileTransfers(BillingDb db)
{
    public async Task<Result<Proto.ListFileTransfersResponse>> Handle(Proto.ListFileTransfersRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await filters.Of(db.FileTransfers.AsNoTracking()).By("provider", f => f.Provider).By("payer", f => f.Payer)
            .By("direction", f => f.Direction).By("state", f => f.State).When("waiting", f => f.EndedAt == null).ToPage(f => f.Id, cancellationToken);
        return new Proto.ListFileTransfersResponse { FileTransfers = { items.Select(f => f.ToProto()) }, NextPageToken = next };
    }
}

/// <summary>Maps the rpcs to the use case.</summary>
public sealed class FileTransfersRpc(Lazy<FindFileTransfers> find) : Proto.FileTransfers.FileTransfersBase
{
    public override async Task<Proto.ListFileTransfersResponse> ListFileTransfers(Proto.ListFileTransfersRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
