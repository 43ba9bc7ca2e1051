using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Networks;

/// <summary>Reads contracts: a payer and a provider see their own, operations all.</summary>
public sealed class FindContracts(StaffingDb db)
{
    public async Task<Result<Proto.Contract>> Handle(Proto.GetContractRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ContractId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Contracts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is { } found
            ? found.ToProto()
            : new Problem.NotFound("contract", request.Name);
    }

    public async Task<Result<Proto.ListContractsResponse>> Handle(Proto.ListContractsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.Contracts.AsNoTracking().ToPage(page, c => c.Id, cancellationToken);
        return new Proto.ListContractsResponse { Contracts = { items.Select(c => c.ToProto()) }, NextPageToken = next };
    }
}
