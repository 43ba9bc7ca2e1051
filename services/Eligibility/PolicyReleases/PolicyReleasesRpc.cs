using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.PolicyReleases;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class PolicyReleasesRpc(Lazy<FindPolicyReleases> find, Lazy<ActivatePolicy> activate) : Proto.PolicyReleases.PolicyReleasesBase
{
    public override Task<Proto.ListPolicyReleasesResponse> ListPolicyReleases(Proto.ListPolicyReleasesRequest request, ServerCallContext context) =>
        Task.FromResult(find.Value.Handle(request).OrThrow());

    public override Task<Proto.DiffPolicyReleasesResponse> DiffPolicyReleases(Proto.DiffPolicyReleasesRequest request, ServerCallContext context) =>
        Task.FromResult(find.Value.Handle(request).OrThrow());

    public override async Task<Proto.PolicyActivation> ProposePolicyActivation(Proto.ProposePolicyActivationRequest request, ServerCallContext context) =>
        (await activate.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PolicyActivation> AcceptPolicyActivation(Proto.AcceptPolicyActivationRequest request, ServerCallContext context) =>
        (await activate.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PolicyActivation> WithdrawPolicyActivation(Proto.WithdrawPolicyActivationRequest request, ServerCallContext context) =>
        (await activate.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListPolicyActivationsResponse> ListPolicyActivations(
        Proto.ListPolicyActivationsRequest request, ServerCallContext context) => (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
