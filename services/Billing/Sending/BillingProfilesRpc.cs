using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class BillingProfilesRpc(Lazy<RecordBillingProfile> record) : Proto.BillingProfiles.BillingProfilesBase
{
    public override async Task<Proto.BillingProfile> RecordBillingProfile(Proto.RecordBillingProfileRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListBillingProfilesResponse> ListBillingProfiles(Proto.ListBillingProfilesRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimFacts> RecordClaimFacts(Proto.RecordClaimFactsRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListClaimFactsResponse> ListClaimFacts(Proto.ListClaimFactsRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();
}
