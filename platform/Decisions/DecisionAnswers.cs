using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>The three answers about a stored decision that a caller may see, the same in every service that stores decisions.</summary>
public sealed class DecisionAnswers(PolicyService policies, Replaying replaying)
{
    /// <summary>The decision, byte for byte.</summary>
    public Proto.Decision Get(Result<StoredDecision> seen) => seen.Then(stored => stored.ToProto()).OrThrow();

    /// <summary>The decision computed again.</summary>
    public Proto.DecisionReplay Replay(Result<StoredDecision> seen) => seen.Then(replaying.Replay).OrThrow();

    /// <summary>The decision in the words of a letter.</summary>
    public Proto.DecisionLetter Explain(Result<StoredDecision> seen) => seen.Then(stored => Letters.Write(policies.Engine, stored, _ => null)).OrThrow();
}
