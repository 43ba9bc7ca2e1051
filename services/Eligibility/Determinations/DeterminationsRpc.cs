using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class DeterminationsRpc(
    Lazy<Determine> determine, Lazy<DetermineBatch> determineBatch, Lazy<FindDeterminations> find, Lazy<Redetermine> redetermine,
    Lazy<ReviewDetermination> review, Lazy<DenyAdmission> deny, Lazy<WithdrawDetermination> withdraw, Lazy<Reverify> reverify,
    Lazy<ReviewContinuedService> continued, Lazy<DischargeIndividual> discharge, Lazy<RetractDischarge> retract, Lazy<VerifyEligibility> verify, Lazy<VerifyBatch> verifyBatch,
    Lazy<OverrideDetermination> overriding, Lazy<FindReverifications> reverifications)
    : Proto.Determinations.DeterminationsBase
{
    public override async Task<Proto.Determination> Determine(Proto.DetermineRequest request, ServerCallContext context) =>
        (await determine.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task DetermineBatch(
        IAsyncStreamReader<Proto.DetermineBatchRequest> requestStream, IServerStreamWriter<Proto.DetermineBatchResponse> responseStream,
        ServerCallContext context) =>
        determineBatch.Value.Handle(requestStream, responseStream, context);

    public override async Task<Proto.Determination> GetDetermination(Proto.GetDeterminationRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDeterminationsResponse> ListDeterminations(Proto.ListDeterminationsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> Redetermine(Proto.RedetermineRequest request, ServerCallContext context) =>
        (await redetermine.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> ReviewDetermination(Proto.ReviewDeterminationRequest request, ServerCallContext context) =>
        (await review.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> OverrideDetermination(Proto.OverrideDeterminationRequest request, ServerCallContext context) =>
        (await overriding.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> ReviewOverride(Proto.ReviewOverrideRequest request, ServerCallContext context) =>
        (await overriding.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> DenyAdmission(Proto.DenyAdmissionRequest request, ServerCallContext context) =>
        (await deny.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> WithdrawDetermination(Proto.WithdrawDeterminationRequest request, ServerCallContext context) =>
        (await withdraw.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReverificationsResponse> ListReverifications(Proto.ListReverificationsRequest request, ServerCallContext context) =>
        (await reverifications.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReverificationChangesResponse> ListReverificationChanges(
        Proto.ListReverificationChangesRequest request, ServerCallContext context) =>
        (await reverifications.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> Reverify(Proto.ReverifyRequest request, ServerCallContext context) =>
        (await reverify.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> ReviewContinuedService(Proto.ReviewContinuedServiceRequest request, ServerCallContext context) =>
        (await continued.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> Discharge(Proto.DischargeRequest request, ServerCallContext context) =>
        (await discharge.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DeterminationStep> RetractDischarge(Proto.RetractDischargeRequest request, ServerCallContext context) =>
        (await retract.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.VerifyResponse> Verify(Proto.VerifyRequest request, ServerCallContext context) =>
        (await verify.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task VerifyBatch(
        IAsyncStreamReader<Proto.VerifyBatchRequest> requestStream, IServerStreamWriter<Proto.VerifyBatchResponse> responseStream, ServerCallContext context) =>
        verifyBatch.Value.Handle(requestStream, responseStream, context);
}
