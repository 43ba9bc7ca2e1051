using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class DeterminationsRpc(
    Determine determine, DetermineBatch determineBatch, FindDeterminations find, Redetermine redetermine, ReviewDetermination review, DenyAdmission deny,
    WithdrawDetermination withdraw, Reverify reverify, ReviewContinuedService continued, DischargeIndividual discharge, VerifyEligibility verify, VerifyBatch verifyBatch)
    : Wire.Determinations.DeterminationsBase
{
    public override async Task<Wire.Determination> Determine(Wire.DetermineRequest request, ServerCallContext context) =>
        (await determine.Handle(request, context.CancellationToken)).OrThrow();

    public override Task DetermineBatch(
        IAsyncStreamReader<Wire.DetermineBatchRequest> requestStream, IServerStreamWriter<Wire.DetermineBatchResponse> responseStream, ServerCallContext context) =>
        determineBatch.Handle(requestStream, responseStream, context);

    public override async Task<Wire.Determination> GetDetermination(Wire.GetDeterminationRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListDeterminationsResponse> ListDeterminations(Wire.ListDeterminationsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> Redetermine(Wire.RedetermineRequest request, ServerCallContext context) =>
        (await redetermine.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> ReviewDetermination(Wire.ReviewDeterminationRequest request, ServerCallContext context) =>
        (await review.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> DenyAdmission(Wire.DenyAdmissionRequest request, ServerCallContext context) =>
        (await deny.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> WithdrawDetermination(Wire.WithdrawDeterminationRequest request, ServerCallContext context) =>
        (await withdraw.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> Reverify(Wire.ReverifyRequest request, ServerCallContext context) =>
        (await reverify.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> ReviewContinuedService(Wire.ReviewContinuedServiceRequest request, ServerCallContext context) =>
        (await continued.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DeterminationStep> Discharge(Wire.DischargeRequest request, ServerCallContext context) =>
        (await discharge.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.VerifyResponse> Verify(Wire.VerifyRequest request, ServerCallContext context) =>
        (await verify.Handle(request, context.CancellationToken)).OrThrow();

    public override Task VerifyBatch(
        IAsyncStreamReader<Wire.VerifyBatchRequest> requestStream, IServerStreamWriter<Wire.VerifyBatchResponse> responseStream, ServerCallContext context) =>
        verifyBatch.Handle(requestStream, responseStream, context);
}
