using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class AppealsRpc(Lazy<FileAppeal> file, Lazy<AnswerAppeal> answer, Lazy<DecideAppeal> decide, Lazy<FindAppeals> find,
    Lazy<FairHearing> hearing) : Proto.Appeals.AppealsBase
{
    public override async Task<Proto.Appeal> FileAppeal(Proto.FileAppealRequest request, ServerCallContext context) =>
        (await file.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Appeal> AcknowledgeAppeal(Proto.AcknowledgeAppealRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Appeal> DecideAppeal(Proto.DecideAppealRequest request, ServerCallContext context) =>
        (await decide.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Appeal> WithdrawAppeal(Proto.WithdrawAppealRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Appeal> RequestFairHearing(Proto.RequestFairHearingRequest request, ServerCallContext context) =>
        (await hearing.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Appeal> RecordHearingOutcome(Proto.RecordHearingOutcomeRequest request, ServerCallContext context) =>
        (await hearing.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Appeal> GetAppeal(Proto.GetAppealRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListAppealsResponse> ListAppeals(Proto.ListAppealsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.AppealLetter> ExplainAppeal(Proto.ExplainAppealRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
