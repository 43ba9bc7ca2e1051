using Grpc.Core;
using Ips.Billing.Packets;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class RemittancesRpc(Lazy<ReceiveFile> receive, Lazy<RecordRemittance> record, Lazy<ImportRemittances> import, Lazy<RecordDeposits> deposits, Lazy<PrintPaper> print,
    Lazy<FindRemittances> find, Lazy<GetMoney> money)
    : Proto.Remittances.RemittancesBase
{
    public override async Task<Proto.ReceivedFile> ReceiveFile(Proto.ReceiveFileRequest request, ServerCallContext context) =>
        (await receive.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ReceivedFile> UploadFile(IAsyncStreamReader<Proto.UploadFileRequest> requestStream, ServerCallContext context) =>
        (await receive.Value.Handle(requestStream, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ReceivedFile> GetReceivedFile(Proto.GetReceivedFileRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PrintedRemittance> PrintRemittance(Proto.PrintRemittanceRequest request, ServerCallContext context) =>
        (await print.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReceivedFilesResponse> ListReceivedFiles(Proto.ListReceivedFilesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Posting> RecordRemittance(Proto.RecordRemittanceRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ReceivedFile> ImportRemittances(Proto.ImportRemittancesRequest request, ServerCallContext context) =>
        (await import.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.RecordDepositsResponse> RecordDeposits(Proto.RecordDepositsRequest request, ServerCallContext context) =>
        (await deposits.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListPaymentsResponse> ListPayments(Proto.ListPaymentsRequest request, ServerCallContext context) =>
        (await deposits.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListPostingsResponse> ListPostings(Proto.ListPostingsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListWorkItemsResponse> ListWorkItems(Proto.ListWorkItemsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.WorkItem> ResolveWorkItem(Proto.ResolveWorkItemRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MoneyReport> GetMoney(Proto.GetMoneyRequest request, ServerCallContext context) =>
        (await money.Value.Handle(request, context.CancellationToken)).OrThrow();
}
