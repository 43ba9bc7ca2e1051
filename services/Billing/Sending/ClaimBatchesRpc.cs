using Grpc.Core;
using Ips.Billing.Packets;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ClaimBatchesRpc(Lazy<CreateClaimBatch> create, Lazy<MoveClaims> move, Lazy<FindClaims> find, Lazy<PredictClaims> predict,
    Lazy<RecordOtherPayerDecision> other, Lazy<GetAuditPacket> packet, Lazy<PrintPaper> print, Lazy<CreateInquiry> inquiry)
    : Proto.ClaimBatches.ClaimBatchesBase
{
    public override async Task<Proto.ClaimBatch> CreateClaimBatch(Proto.CreateClaimBatchRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimBatch> GetClaimBatch(Proto.GetClaimBatchRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListClaimBatchesResponse> ListClaimBatches(Proto.ListClaimBatchesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimFile> DownloadClaimBatch(Proto.DownloadClaimBatchRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimBatch> MarkClaimBatchSent(Proto.MarkClaimBatchSentRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Claim> GetClaim(Proto.GetClaimRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListClaimsResponse> ListClaims(Proto.ListClaimsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Claim> CorrectClaim(Proto.CorrectClaimRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Claim> WriteOffClaim(Proto.WriteOffClaimRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.OtherPayerDecision> RecordOtherPayerDecision(
        Proto.RecordOtherPayerDecisionRequest request, ServerCallContext context) => (await other.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.AuditPacket> GetAuditPacket(Proto.GetAuditPacketRequest request, ServerCallContext context) =>
        (await packet.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimFile> PrintClaim(Proto.PrintClaimRequest request, ServerCallContext context) =>
        (await print.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimFile> CreateInquiry(Proto.CreateInquiryRequest request, ServerCallContext context) =>
        (await inquiry.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListClaimPredictionsResponse> ListClaimPredictions(Proto.ListClaimPredictionsRequest request, ServerCallContext context) =>
        (await predict.Value.Handle(request, context.CancellationToken)).OrThrow();
}
