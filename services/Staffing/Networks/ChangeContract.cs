using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Networks;

/// <summary>The provider or operations accepts a contract; its payer or operations ends it.</summary>
public sealed class ChangeContract(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Contract>> Handle(Proto.AcceptContractRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.RequestId, request, contract =>
        {
            var proposed = !contract.Accepted;
            contract.Accepted = true;
            return proposed;
        }, cancellationToken);

    public Task<Result<Proto.Contract>> Handle(Proto.EndContractRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var through = fields.Day("through", request.Through);
        return Change(fields, request.Name, request.Etag, request.RequestId, request, contract =>
        {
            if (Problem.Invalid.IfBefore("through", through, contract.From, "the first day of the contract") is { } early)
                return early;
            contract.Through = through;
            return true;
        }, cancellationToken);
    }

    /// <param name="change">Makes the change: true when it changed the contract.</param>
    private Task<Result<Proto.Contract>> Change(
        RequestValidator fields, string name, string etag, string requestId, Google.Protobuf.IMessage request, Func<Contract, Result<bool>> change,
        CancellationToken cancellationToken)
    {
        var id = fields.Id<ContractId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Contract>>(bad);
        return requests.Run<Proto.Contract>(requestId, request, async s =>
        {
            if (await db.Contracts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, s) is not { } contract)
                return new Problem.NotFound("contract", name);
            if (!contract.Expects(etag))
                return new Problem.Stale("contract", name);
            if (!change(contract).Is(out var changed, out var problem))
                return problem;
            Changes changes = new(clock.GetUtcNow());
            if (changed)
            {
                changes.Update(contract);
                changes.PublishMove(contract);
            }

            return new Decided<Proto.Contract>(contract.ToProto(), changes);
        }, cancellationToken);
    }
}
