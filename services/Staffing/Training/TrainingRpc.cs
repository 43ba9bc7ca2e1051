using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Training;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class TrainingRpc(Lazy<RecordCompletion> record, Lazy<ImportCompletions> import, Lazy<FindTraining> find) : Proto.Training.TrainingBase
{
    public override async Task<Proto.Completion> RecordCompletion(Proto.RecordCompletionRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Completion> WithdrawCompletion(Proto.WithdrawCompletionRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Completion> GrantWaiver(Proto.GrantWaiverRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TrainingTarget> SetTrainingTarget(Proto.SetTrainingTargetRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CompletionImport> ImportCompletions(Proto.ImportCompletionsRequest request, ServerCallContext context) =>
        (await import.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Transcript> GetTranscript(Proto.GetTranscriptRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TrainingMatrix> GetTrainingMatrix(Proto.GetTrainingMatrixRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
