using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ClearancesRpc(
    Lazy<RecordClearance> record, Lazy<CheckClearance> check, Lazy<ImportExclusionList> import, Lazy<AnswerExclusionHit> answer, Lazy<FindClearances> find)
    : Proto.Clearances.ClearancesBase
{
    public override async Task<Proto.Clearance> RecordClearance(Proto.RecordClearanceRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Clearance> WithdrawClearance(Proto.WithdrawClearanceRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListClearancesResponse> ListClearances(Proto.ListClearancesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClearanceStatus> CheckClearance(Proto.CheckClearanceRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListImport> ImportExclusionList(
        IAsyncStreamReader<Proto.ImportExclusionListRequest> requestStream, ServerCallContext context) =>
        (await import.Value.Handle(requestStream, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListListImportsResponse> ListListImports(Proto.ListListImportsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListExclusionHitsResponse> ListExclusionHits(Proto.ListExclusionHitsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ExclusionHit> AnswerExclusionHit(Proto.AnswerExclusionHitRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();
}
