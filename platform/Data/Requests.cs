using System.Data;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>What a use case decided: its answer and what it wants written.</summary>
/// <param name="Reply">The answer, as the caller gets it once the changes are stored.</param>
/// <param name="Changes">The rows and events.</param>
/// <param name="Stored">Runs once, when the changes are stored: what is counted or logged then, so that no attempt counts that stored nothing.</param>
public sealed record Decided<TReply>(TReply Reply, Changes Changes, Action? Stored = null);

/// <summary>Sees every use case's changes before they are written, and may add to them, such as an entry of the audit log.</summary>
public interface IChangesObserver
{
    /// <summary>Called once for each attempt to write.</summary>
    void Observe(Changes changes);
}

/// <summary>
/// Runs use cases in their one form: read, decide, write. A request with the same <c>request_id</c> runs once: its answer is stored with its changes, and a
/// retry gets it.
/// </summary>
public sealed class Requests(
    Lazy<ServiceDb> db, Caller caller, IChangesWriter writer, IEnumerable<IChangesObserver> observers, TimeProvider clock,
    ITextProtector? protector = null, IAnswerParts? parts = null)
{
    private const int Attempts = 20;

    /// <summary>
    /// Reads and decides, then writes the changes and the answer together. When a row that the decision rests on changed in between, or another caller wrote
    /// first what a constraint of the database allows once, it reads and decides again.
    /// A <see cref="Problem"/> stores nothing, so the same id may be tried again. The same id with other content is <see cref="Problem.Invalid"/>.
    /// </summary>
    /// <param name="requestId">A UUID chosen by the caller, field <c>request_id</c>.</param>
    /// <param name="request">The request; its content is compared when the id comes again.</param>
    /// <param name="decide">Reads what it needs and decides. It writes nothing, and may be called several times.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <param name="refused">The problem that a constraint of the database stands for, by the constraint's name; null to decide again.</param>
    /// <exception cref="DBConcurrencyException">What it reads is changed by others each time; the caller receives ABORTED.</exception>
    public async Task<Result<TReply>> Run<TReply>(
        string requestId, IMessage request, Func<CancellationToken, Task<Result<Decided<TReply>>>> decide, CancellationToken cancellationToken,
        Func<string, Problem?>? refused = null)
        where TReply : class, IMessage<TReply>, new()
    {
        if (!RequestKey.Read(caller, requestId, request).Is(out var key, out var bad))
            return bad;
        return await UntilStored(s => Attempt(key, decide, refused, s), cancellationToken);
    }

    /// <summary>
    /// The same; with <c>validate_only</c> it only decides, and nothing is stored. <paramref name="decide"/> gets whether its answer is stored.
    /// </summary>
    public async Task<Result<TReply>> Run<TReply>(
        bool validateOnly, string requestId, IMessage request, Func<bool, CancellationToken, Task<Result<Decided<TReply>>>> decide,
        CancellationToken cancellationToken, Func<string, Problem?>? refused = null)
        where TReply : class, IMessage<TReply>, new() => validateOnly
        ? (await decide(false, cancellationToken)).Then(decided => decided.Reply)
        : await Run(requestId, request, s => decide(true, s), cancellationToken, refused);

    /// <summary>
    /// The same for a use case that needs other services: <paramref name="gather"/> asks them once, before the decision. A retry of an answered request gets
    /// its answer and gathers nothing.
    /// </summary>
    public async Task<Result<TReply>> Run<TEvidence, TReply>(
        bool validateOnly, string requestId, IMessage request, Func<CancellationToken, Task<Result<TEvidence>>> gather,
        Func<TEvidence, bool, CancellationToken, Task<Result<Decided<TReply>>>> decide, CancellationToken cancellationToken,
        Func<string, Problem?>? refused = null)
        where TReply : class, IMessage<TReply>, new()
    {
        if (!validateOnly)
        {
            if (!RequestKey.Read(caller, requestId, request).Is(out var key, out var bad))
                return bad;
            if (await Answered<TReply>(key, cancellationToken) is { } answered)
                return answered;
        }

        return (await gather(cancellationToken)).Is(out var evidence, out var problem)
            ? await Run(validateOnly, requestId, request, (store, s) => decide(evidence, store, s), cancellationToken, refused)
            : problem;
    }

    /// <summary>
    /// The same for a message, which gets no answer: the row that marks it as processed is written with its changes, so that a repetition has no effect. A
    /// message that ends in a <see cref="Problem"/> has none either, and is processed too.
    /// </summary>
    public Task Run(IProcessedOnce message, Func<CancellationToken, Task<Result<Changes>>> decide, CancellationToken cancellationToken) =>
        UntilStored(s => Attempt(message, decide, s), cancellationToken);

    /// <summary>The same without a <c>request_id</c>: no answer is stored, so it has the same effect when it runs again.</summary>
    public Task<Result<TReply>> Run<TReply>(Func<CancellationToken, Task<Result<Decided<TReply>>>> decide, CancellationToken cancellationToken) =>
        UntilStored(s => Attempt(decide, s), cancellationToken);

    // An attempt without a result found a row changed by another caller.
    private async Task<Result<TReply>> UntilStored<TReply>(Func<CancellationToken, Task<Result<TReply>?>> attempt, CancellationToken cancellationToken)
    {
        if (await attempt(cancellationToken) is { } first)
            return first;
        var turn = writer.Again(caller);
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (var count = 2; count <= Attempts; count++)
            {
                if (await attempt(cancellationToken) is { } late)
                    return late;
            }
        }
        finally
        {
            turn.Release();
        }

        throw new DBConcurrencyException($"What the use case reads was changed by others {Attempts} times.");
    }

    private async Task<Result<TReply>?> Attempt<TReply>(
        RequestKey key, Func<CancellationToken, Task<Result<Decided<TReply>>>> decide, Func<string, Problem?>? refused, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new()
    {
        // Of a repeated request the first answer counts, also when it could not be decided the same way any more: it is looked up only then.
        if (!(await decide(cancellationToken)).Is(out var decided, out var problem))
            return await Answered<TReply>(key, cancellationToken) ?? problem;
        var (reply, changes, stored) = decided;
        Observe(changes);
        changes.Insert(key.Answer(parts?.Without(reply) ?? reply, clock.GetUtcNow(), protector));
        if (!(await Write(changes, refused, cancellationToken)).Is(out var written, out var known))
            return known;
        if (written == Written.Stored)
        {
            stored?.Invoke();
            return reply;
        }

        return written == Written.Repeated ? await Answered<TReply>(key, cancellationToken) : null;
    }

    private async Task<Result<TReply>?> Attempt<TReply>(Func<CancellationToken, Task<Result<Decided<TReply>>>> decide, CancellationToken cancellationToken)
    {
        if (!(await decide(cancellationToken)).Is(out var decided, out var problem))
            return problem;
        Observe(decided.Changes);
        if (!(await Write(decided.Changes, null, cancellationToken)).Is(out var written, out var known))
            return known;
        if (written == Written.Changed)
            return null;
        decided.Stored?.Invoke();
        return decided.Reply;
    }

    private async Task<Result<Written>?> Attempt(
        IProcessedOnce message, Func<CancellationToken, Task<Result<Changes>>> decide, CancellationToken cancellationToken)
    {
        if (!(await decide(cancellationToken)).Is(out var changes, out _))
            changes = new(clock.GetUtcNow());
        Observe(changes);
        changes.Insert(message);
        var written = (await Write(changes, null, cancellationToken)).OrThrow();
        if (written == Written.Repeated)
            message.Repeated();
        return written == Written.Changed ? null : written;
    }

    private void Observe(Changes changes)
    {
        foreach (var observer in observers)
            observer.Observe(changes);
    }

    private async Task<Result<Written>> Write(Changes changes, Func<string, Problem?>? refused, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.Write(caller, changes, cancellationToken);
        }
        catch (PostgresException constraint) when (constraint.ConstraintName is { } name && refused?.Invoke(name) is { } known)
        {
            return known;
        }
        catch (PostgresException late) when (
            late.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation or PostgresErrorCodes.SerializationFailure)
        {
            return Written.Changed;
        }
    }

    private async Task<Result<TReply>?> Answered<TReply>(RequestKey key, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new()
    {
        var rows = db.Value.AnsweredRequests.AsNoTracking();
        if (await rows.SingleOrDefaultAsync(r => r.RequestId == key.Id && r.Caller == key.Caller, cancellationToken) is not { } stored)
            return null;
        var answer = key.Read<TReply>(stored, protector);
        if (answer.Is(out var reply, out _) && parts is not null)
            await parts.PutBack(reply, db.Value, cancellationToken);
        return answer;
    }
}
