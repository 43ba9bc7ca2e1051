using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class IncentivesRpc(
    Lazy<RecordIncentiveLetter> letters, Lazy<FindIncentives> find, Lazy<CreateIncentiveInvoice> create, Lazy<MoveIncentiveInvoice> move,
    Lazy<DownloadIncentiveInvoice> download) : Proto.Incentives.IncentivesBase
{
    public override async Task<Proto.IncentiveLetter> RecordIncentiveLetter(Proto.RecordIncentiveLetterRequest request, ServerCallContext context) =>
        (await letters.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveLetter> GetIncentiveLetter(Proto.GetIncentiveLetterRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListIncentiveLettersResponse> ListIncentiveLetters(Proto.ListIncentiveLettersRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveReview> CheckIncentiveReview(Proto.CheckIncentiveReviewRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveInvoice> CreateIncentiveInvoice(Proto.CreateIncentiveInvoiceRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveInvoice> GetIncentiveInvoice(Proto.GetIncentiveInvoiceRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListIncentiveInvoicesResponse> ListIncentiveInvoices(
        Proto.ListIncentiveInvoicesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveFile> DownloadIncentiveInvoice(Proto.DownloadIncentiveInvoiceRequest request, ServerCallContext context) =>
        (await download.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveInvoice> SubmitIncentiveInvoice(Proto.SubmitIncentiveInvoiceRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveInvoice> RecordIncentiveStep(Proto.RecordIncentiveStepRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IncentiveInvoice> VoidIncentiveInvoice(Proto.VoidIncentiveInvoiceRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();
}
