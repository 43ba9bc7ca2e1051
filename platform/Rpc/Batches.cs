using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Status = Google.Rpc.Status;

namespace Ips.Platform.Rpc;

/// <summary>
/// Streams of many questions: one answer for each item, in the order of the items, as they come. An error of one item is the answer to that item
/// and does not end the stream. Memory does not grow with the stream: at most one batch of items is in memory.
/// </summary>
public sealed partial class Batches(TimeProvider clock, ILogger<Batches> log)
{
    /// <summary>Answers the items that have arrived in batches of at most <paramref name="together"/>.</summary>
    /// <param name="answer">Returns one answer for each item, in their order; it does not throw for a single item (<see cref="Try"/>).</param>
    public static async Task Answer<TItem, TAnswer>(
        IAsyncStreamReader<TItem> items, IServerStreamWriter<TAnswer> answers, int together, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TAnswer>>> answer,
            CancellationToken cancellationToken)
    {
        List<TItem> handful = new(together);
        var next = items.MoveNext(cancellationToken);
        while (await next)
        {
            do
            {
                handful.Add(items.Current);
                next = items.MoveNext(cancellationToken);
            }
            while (handful.Count < together && next.IsCompletedSuccessfully && await next);

            var given = await answer(handful);
            for (var i = 0; i < given.Count; i++)
            {
                // Only the last of a batch is flushed.
                answers.WriteOptions = i < given.Count - 1 ? new WriteOptions(WriteFlags.BufferHint) : WriteOptions.Default;
                await answers.WriteAsync(given[i], cancellationToken);
            }

            handful.Clear();
        }
    }

    /// <summary>Processes one item: its value, or the status that describes its error. The whole stream ends only when the caller hangs up.</summary>
    /// <param name="request">The item's request, checked like a separate request.</param>
    public async Task<(T? Value, Status? Problem)> Try<T>(IMessage? request, string field, ServerCallContext context, Func<Task<Result<T>>> handle)
        where T : class
    {
        try
        {
            if (request is null)
                return (null, new Problem.Invalid(field, "is missing; send the question of the item").ToStatus());
            RequestChecks.Demand(request, clock.UtcDay());
            return (await handle()).Is(out var value, out var problem) ? (value, null) : (null, problem.ToStatus());
        }
        catch (Exception fault) when (!context.CancellationToken.IsCancellationRequested)
        {
            var status = Faults.StatusOf(fault, context.Deadline, clock.GetUtcNow(), context.CancellationToken)
                ?? new Status { Code = (int)((RpcException)fault).StatusCode, Message = ((RpcException)fault).Status.Detail };
            if ((StatusCode)status.Code == StatusCode.Internal)
                Bug(log, context.Method, fault);
            return (null, status);
        }
    }

    [LoggerMessage(1005, LogLevel.Error, "An item of {Method} failed with a bug")]
    private static partial void Bug(ILogger log, string method, Exception fault);
}
