using Grpc.Core;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class VisitsRpc(
    Lazy<ScheduleVisit> schedule, Lazy<ChangeVisit> change, Lazy<CancelVisit> cancel, Lazy<ScoreItems> score, Lazy<ImportScoreSheet> import,
        Lazy<ConfirmMeasures> confirm,
    Lazy<RecordConsensus> consensus, Lazy<IssueDraft> issue, Lazy<FindVisits> find) : Proto.Visits.VisitsBase
{
    public override async Task<Proto.Visit> ScheduleVisit(Proto.ScheduleVisitRequest request, ServerCallContext context) =>
        (await schedule.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Visit> ChangeVisit(Proto.ChangeVisitRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Visit> CancelVisit(Proto.CancelVisitRequest request, ServerCallContext context) =>
        (await cancel.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Visit> ScoreItems(Proto.ScoreItemsRequest request, ServerCallContext context) =>
        (await score.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ScoreSheetImport> ImportScoreSheet(Proto.ImportScoreSheetRequest request, ServerCallContext context) =>
        (await import.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Visit> ConfirmMeasures(Proto.ConfirmMeasuresRequest request, ServerCallContext context) =>
        (await confirm.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Visit> RecordConsensus(Proto.RecordConsensusRequest request, ServerCallContext context) =>
        (await consensus.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> IssueDraft(Proto.IssueDraftRequest request, ServerCallContext context) =>
        (await issue.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Visit> GetVisit(Proto.GetVisitRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListVisitsResponse> ListVisits(Proto.ListVisitsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
