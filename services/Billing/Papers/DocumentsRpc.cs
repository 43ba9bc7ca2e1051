using Grpc.Core;
using Ips.Contracts.Common.V1;
using Document = Ips.Contracts.Common.V1.Document;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Papers;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class DocumentsRpc(Lazy<UploadDocument> upload, Lazy<DocumentReader> documents) : Proto.Documents.DocumentsBase
{
    public override async Task<Document> UploadDocument(IAsyncStreamReader<UploadDocumentRequest> requestStream, ServerCallContext context) =>
        (await upload.Value.Handle(requestStream, context.CancellationToken)).OrThrow();

    public override Task DownloadDocument(DocumentRequest request, IServerStreamWriter<DocumentPiece> responseStream, ServerCallContext context) =>
        documents.Value.Handle(request, responseStream, context.CancellationToken);

    public override async Task<Document> GetDocument(DocumentRequest request, ServerCallContext context) =>
        (await documents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<ListDocumentsResponse> ListDocuments(ListDocumentsRequest request, ServerCallContext context) =>
        (await documents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Document> HoldDocument(HoldDocumentRequest request, ServerCallContext context) =>
        (await documents.Value.Handle(request, context.CancellationToken)).OrThrow();
}
