using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Ips.Rpc.Tests.V1;
using Status = Grpc.Core.Status;

namespace Ips.Rpc.Tests;

/// <summary>Returns the request and counts its calls, so that a test can distinguish "refused" from "processed and then refused".</summary>
public sealed class CatalogRpc(CatalogRpc.Probe probe) : Catalog.CatalogBase
{
    public override Task<BookRequest> GetBook(BookRequest request, ServerCallContext context) => Same(request);

    public override Task<ListBooksRequest> ListBooks(ListBooksRequest request, ServerCallContext context) => Same(request);

    public override Task<WriteBookRequest> CreateBook(WriteBookRequest request, ServerCallContext context) => Same(request);

    public override Task<WriteBookRequest> UpdateBook(WriteBookRequest request, ServerCallContext context) => Same(request);

    public override Task<WriteBookRequest> ReplaceBook(WriteBookRequest request, ServerCallContext context) => Same(request);

    public override Task<BookRequest> DeleteBook(BookRequest request, ServerCallContext context) => Same(request);

    public override Task<BookRequest> BorrowBook(BookRequest request, ServerCallContext context) => Same(request);

    public override Task<BookRequest> LockBook(BookRequest request, ServerCallContext context) => Same(request);

    public override Task<Books> SearchBooks(BookRequest request, ServerCallContext context) =>
        Same(new Books { Books_ = { new Book { Name = request.Name, Title = "First" }, new Book { Title = "Second" } }, Total = 2 });

    public override Task<TagsRequest> SetTags(TagsRequest request, ServerCallContext context) => Same(request);

    public override Task<HttpBody> GetFile(FileRequest request, ServerCallContext context) =>
        Same(new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFromUtf8("path\n" + request.Path + "\n") });

    public override Task<FileRequest> ScanFile(FileRequest request, ServerCallContext context) => Same(request);

    public override Task<UploadRequest> PutFile(UploadRequest request, ServerCallContext context) => Same(request);

    public override Task<Everything> Echo(Everything request, ServerCallContext context) => Same(request);

    public override Task<FailRequest> Fail(FailRequest request, ServerCallContext context)
    {
        if (request.Crash)
            throw new InvalidOperationException("secret of the house");
        var status = new Status((StatusCode)request.Code, "no: \u00e4\u00f6\u00fc \u65e5\u672c");
        if (request.Set)
        {
            context.Status = status;
            return Same(request);
        }

        if (!request.Rich)
            throw new RpcException(status);
        var rich = new Google.Rpc.Status { Code = request.Code, Message = "rich" };
        rich.Details.Add(Any.Pack(new ErrorInfo { Reason = "CAP_REACHED", Domain = "sample", Metadata = { ["cap"] = "3" } }));
        rich.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "code", Description = "why" } } }));
        rich.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1500)) }));
        throw new RpcException(status, new Metadata { { "grpc-status-details-bin", rich.ToByteArray() }, { "other", "stays inside" } });
    }

    public override async Task<Description> Describe(BookRequest request, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(new Metadata { { "etag", "\"7\"" }, { "proof-bin", [1, 2, 3] } });
        return new Description
        {
            Method = context.Method,
            Peer = context.Peer,
            Headers = { context.RequestHeaders.Select(h => $"{h.Key}={(h.IsBinary ? Convert.ToBase64String(h.ValueBytes) : h.Value)}") },
            HasDeadline = context.Deadline != DateTime.MaxValue,
            Trace = { context.UserState.TryGetValue("trace", out var trace) ? (List<string>)trace : [] },
            Path = context.GetHttpContext().Request.Path,
        };
    }

    public override async Task<WaitRequest> Wait(WaitRequest request, ServerCallContext context)
    {
        probe.Started.TrySetResult();
        if (request.Stubborn)
            await probe.Release.Task;
        else
            await UntilCancelled(context.CancellationToken);
        return request;
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<BookRequest> responseStream, ServerCallContext context)
    {
        for (var i = 1; i <= request.Count; i++)
        {
            await responseStream.WriteAsync(new BookRequest { Name = $"book {i}" });
            if (request.Stay)
                await probe.Step.WaitAsync(context.CancellationToken);
        }

        if (request.Fail)
            throw new RpcException(new Status(StatusCode.DataLoss, "torn page"));
        if (request.Stay)
            await UntilCancelled(context.CancellationToken);
    }

    private async Task UntilCancelled(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource();
        await using (cancellationToken.Register(cancelled.SetResult))
            await cancelled.Task;
        probe.Cancelled.TrySetResult();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private Task<T> Same<T>(T answer)
    {
        probe.Count();
        return Task.FromResult(answer);
    }

    /// <summary>What a test sees of the service, and how it steers it.</summary>
    public sealed class Probe : IDisposable
    {
        private int calls;

        public int Calls => Volatile.Read(ref calls);

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SemaphoreSlim Step { get; } = new(0);

        public void Count() => Interlocked.Increment(ref calls);

        public void Dispose() => Step.Dispose();
    }
}
