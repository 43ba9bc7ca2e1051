using Google.Protobuf;

namespace Ips.Platform.Data;

/// <summary>
/// For the rare use case that moves rows of many tables with statements of its own, such as a merge of two records. Every other use case runs by
/// <see cref="Requests"/>.
/// </summary>
public sealed class IdempotentRequests(ServiceDb db, Caller caller, TimeProvider clock, ITextProtector? protector = null)
{
    /// <summary>Runs the handler in one transaction with the record of its answer, or returns the original response.</summary>
    public Task<Result<TReply>> Run<TReply>(
        string requestId, IMessage request, Func<CancellationToken, Task<Result<TReply>>> handler, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new() =>
        Idempotency.Run(db, caller, requestId, request, handler, clock, cancellationToken, protector);
}
