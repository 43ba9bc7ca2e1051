using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Networks;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ContractsRpc(Lazy<CreateContract> create, Lazy<ChangeContract> change, Lazy<FindContracts> find) : Proto.Contracts.ContractsBase
{
    public override async Task<Proto.Contract> CreateContract(Proto.CreateContractRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Contract> AcceptContract(Proto.AcceptContractRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Contract> EndContract(Proto.EndContractRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Contract> GetContract(Proto.GetContractRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListContractsResponse> ListContracts(Proto.ListContractsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
