using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Data;

/// <summary>The original response to a request, stored for retries.</summary>
public sealed class AnsweredRequest : IProcessedOnce
{
    public required Guid RequestId { get; init; }

    /// <summary>Organization, role, issuer and subject of the caller (<see cref="Rpc.Caller.Key"/>): a caller never gets another caller's response.</summary>
    public required string Caller { get; init; }

    /// <summary>SHA-256 over the request's type and bytes.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>
    /// The reply in protobuf, encrypted when the service has a key ring, because it may identify a person. Empty only while its transaction runs.
    /// </summary>
    public required byte[] Answer { get; init; }

    public required DateTimeOffset AnsweredAt { get; init; }
}

/// <summary>A request with the same <c>request_id</c> runs once: a retry returns the original response.</summary>
public static class Idempotency
{
    /// <summary>
    /// Runs <paramref name="handler"/> in one transaction with the record of its answer. The second of two at the same time waits for the first.
    /// A <see cref="Problem"/> stores nothing, so the same id may be tried again. The same id with other content is <see cref="Problem.Invalid"/>.
    /// </summary>
    /// <param name="requestId">A UUID chosen by the caller, field <c>request_id</c>.</param>
    /// <param name="protector">Encrypts the stored answer; when null, the answer is stored as plain text.</param>
    public static async Task<Result<TReply>> Run<TReply>(
        ServiceDb db, Caller caller, string requestId, IMessage request, Func<CancellationToken, Task<Result<TReply>>> handler, TimeProvider clock,
        CancellationToken cancellationToken, ITextProtector? protector = null)
        where TReply : class, IMessage<TReply>, new()
    {
        if (!RequestKey.Read(caller, requestId, request).Is(out var key, out var bad))
            return bad;
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var first = await db.Database.ExecuteSqlAsync(
            $"""
            insert into answered_requests (request_id, caller, fingerprint, answer, answered_at)
            values ({key.Id}, {key.Caller}, {key.Fingerprint}, {Array.Empty<byte>()}, {now}) on conflict do nothing
            """, cancellationToken);
        if (first == 0)
            return key.Read<TReply>(await Stored(db, key).SingleAsync(cancellationToken), protector);

        var result = await handler(cancellationToken);
        if (!result.Is(out var reply, out _))
        {
            db.Forget();
            return result;
        }

        var answer = key.Answer(reply, now, protector).Answer;
        await db.Database.ExecuteSqlAsync($"update answered_requests set answer = {answer} where request_id = {key.Id} and caller = {key.Caller}",
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static IQueryable<AnsweredRequest> Stored(ServiceDb db, RequestKey key) =>
        db.AnsweredRequests.AsNoTracking().Where(r => r.RequestId == key.Id && r.Caller == key.Caller);
}
