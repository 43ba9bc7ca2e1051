using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>The three answers about a stored decision that a caller may see, the same in every service that stores decisions.</summary>
public sealed class DecisionAnswers(KeptPacks packs, Replaying replaying)
{
    /// <summary>The decision, byte for byte.</summary>
    public Proto.Decision Get(Result<StoredDecision> seen) => seen.Then(stored => stored.ToProto()).OrThrow();

    /// <summary>The decision computed again.</summary>
    public Proto.DecisionReplay Replay(Result<StoredDecision> seen) => seen.Then(replaying.Replay).OrThrow();

    /// <summary>The decision in the words of a letter.</summary>
    public Proto.DecisionLetter Explain(Result<StoredDecision> seen) => seen.Then(stored => Letters.Write(packs, stored, _ => null)).OrThrow();
}

/// <summary>Reads stored decisions for <see cref="DecisionAnswers"/>.</summary>
public static class NamedDecisions
{
    /// <summary>
    /// The decision with the requested name; not found when there is none, and when the caller may not see what it is about, which
    /// <paramref name="isSeen"/> answers.
    /// </summary>
    public static async Task<Result<StoredDecision>> Named(
        this IQueryable<StoredDecision> decisions, Proto.DecisionRequest request, Func<StoredDecision, Task<bool>> isSeen,
        CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DecisionId>("name", request.Name).Value;
        if (fields.Problem is { } bad)
            return bad;
        return await decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } stored && await isSeen(stored)
            ? stored : new Problem.NotFound("decision", request.Name);
    }
}
