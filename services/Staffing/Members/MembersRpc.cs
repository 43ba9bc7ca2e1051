using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Members;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class MembersRpc(Lazy<CreateMember> create, Lazy<ChangeMember> change, Lazy<Delegate> delegations, Lazy<FindMembers> find)
    : Proto.Members.MembersBase
{
    public override async Task<Proto.Member> CreateMember(Proto.CreateMemberRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Member> ChangeMember(Proto.ChangeMemberRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Member> EndMember(Proto.EndMemberRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Member> GetMember(Proto.GetMemberRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListMembersResponse> ListMembers(Proto.ListMembersRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Delegation> CreateDelegation(Proto.CreateDelegationRequest request, ServerCallContext context) =>
        (await delegations.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Delegation> EndDelegation(Proto.EndDelegationRequest request, ServerCallContext context) =>
        (await delegations.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDelegationsResponse> ListDelegations(Proto.ListDelegationsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task<Proto.OwnAccess> GetOwnAccess(Proto.GetOwnAccessRequest request, ServerCallContext context) =>
        Task.FromResult(find.Value.Handle());
}
