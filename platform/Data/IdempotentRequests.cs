using Google.Protobuf;

namespace Ips.Platform.Data;

/// <summary><see cref="Idempotency"/> for the request being answered: use cases call it to store something once.</summary>
public sealed class IdempotentRequests(ServiceDb db, Caller caller, TimeProvider clock, ITextProtector? protector = null)
{
    /// <summary>Runs the handler in one transaction with the record of its answer, or returns the original response.</summary>
    public Task<Result<TReply>> Run<TReply>(
        string requestId, IMessage request, Func<CancellationToken, Task<Result<TReply>>> handler, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new() =>
        Idempotency.Run(db, caller, requestId, request, handler, clock, cancellationToken, protector);

    /// <summary>The same; with <c>validate_only</c> only the handler runs, and nothing is stored.</summary>
    public Task<Result<TReply>> Run<TReply>(
        bool validateOnly, string requestId, IMessage request, Func<bool, CancellationToken, Task<Result<TReply>>> handler, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new() =>
        validateOnly ? handler(false, cancellationToken) : Run(requestId, request, s => handler(true, s), cancellationToken);
}
