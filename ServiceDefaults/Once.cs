using Google.Protobuf;

namespace Ips.ServiceDefaults;

/// <summary><see cref="Idempotent"/> for the request being answered: the use cases' one way to store something once.</summary>
public sealed class Once(ServiceDb db, Caller caller, TimeProvider clock, Particulars? particulars = null)
{
    /// <summary>Runs the handler in one transaction with the record of its answer, or gives the first answer again.</summary>
    public Task<Result<TReply>> Run<TReply>(string requestId, IMessage ask, Func<CancellationToken, Task<Result<TReply>>> handler, CancellationToken stop)
        where TReply : class, IMessage<TReply>, new() =>
        Idempotent.Run(db, caller, requestId, ask, handler, clock, stop, particulars);

    /// <summary>The same, or with <c>validate_only</c> the handler alone: it then stores nothing.</summary>
    public Task<Result<TReply>> Run<TReply>(bool validateOnly, string requestId, IMessage ask, Func<bool, CancellationToken, Task<Result<TReply>>> handler, CancellationToken stop)
        where TReply : class, IMessage<TReply>, new() =>
        validateOnly ? handler(false, stop) : Run(requestId, ask, s => handler(true, s), stop);
}
