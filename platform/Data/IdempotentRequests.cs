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

    /// <summary>
    /// The same for a use case that needs other services: <paramref name="gather"/> calls them before the transaction begins, <paramref name="write"/> decides
    /// in it and reads again what another request may have changed since. A retry returns the original response and gathers nothing.
    /// </summary>
    public async Task<Result<TReply>> Run<TEvidence, TReply>(
        bool validateOnly, string requestId, IMessage request, Func<CancellationToken, Task<Result<TEvidence>>> gather,
        Func<TEvidence, bool, CancellationToken, Task<Result<TReply>>> write, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new()
    {
        if (!validateOnly && await Idempotency.Find<TReply>(db, caller, requestId, request, cancellationToken, protector) is { } answered)
            return answered;
        return (await gather(cancellationToken)).Is(out var evidence, out var problem)
            ? await Run(validateOnly, requestId, request, (store, s) => write(evidence, store, s), cancellationToken)
            : problem;
    }
}
