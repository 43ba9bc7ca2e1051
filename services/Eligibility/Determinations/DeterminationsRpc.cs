using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class DeterminationsRpc(
    Determine determine, DetermineBatch determineBatch, FindDeterminations find, Redetermine redetermine, ReviewDetermination review, DenyAdmission deny,
    WithdrawDetermination withdraw, Reverify reverify, ReviewContinuedService continued, DischargeIndividual discharge, VerifyEligibility verify,
    VerifyBatch verifyBatch)
    : Proto.Determinations.DeterminationsBase
{
    public override async Task<Proto.Determination> Determine(Proto.DetermineRequest request, ServerCallContext context) =>
        (await determine.Handle(request, context.CancellationToken)).OrThrow();

    public override Task DetermineBatch(
        IAsyncStreamReader<Proto.DetermineBatchRequest> requestStream, IServerStreamWriter<Proto.DetermineBatchResponse> responseStream,
        ServerCallContext context) =>
        determineBatch.Handle(requestStream, responseStream, context);

    public override async Task<Proto.Determination> GetDetermination(Proto.GetDeterminationRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDeterminationsResponse> ListDeterminations(Proto.ListDeterminationsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> Redetermine(Proto.RedetermineRequest request, ServerCallContext context) =>
        (await redetermine.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> ReviewDetermination(Proto.ReviewDeterminationRequest request, ServerCallContext context) =>
        (await review.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> DenyAdmission(Proto.DenyAdmissionRequest request, ServerCallContext context) =>
        (await deny.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> WithdrawDetermination(Proto.WithdrawDeterminationRequest request, ServerCallContext context) =>
        (await withdraw.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> Reverify(Proto.ReverifyRequest request, ServerCallContext context) =>
        (await reverify.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> ReviewContinuedService(Proto.ReviewContinuedServiceRequest request, ServerCallContext context) =>
        (await continued.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> Discharge(Proto.DischargeRequest request, ServerCallContext context) =>
        (await discharge.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.VerifyResponse> Verify(Proto.VerifyRequest request, ServerCallContext context) =>
        (await verify.Handle(request, context.CancellationToken)).OrThrow();

    public override Task VerifyBatch(
        IAsyncStreamReader<Proto.VerifyBatchRequest> requestStream, IServerStreamWriter<Proto.VerifyBatchResponse> responseStream, ServerCallContext context) =>
        verifyBatch.Handle(requestStream, responseStream, context);
}
