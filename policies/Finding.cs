namespace Ips.Policies;

/// <summary>The result of one rule.</summary>
/// <param name="Entry">The rule as the pack states it, with its citation.</param>
/// <param name="Verdict">The result.</param>
/// <param name="Decides">Whether the overall verdict depends on it; false for branches and remarks.</param>
/// <param name="Reason">The reason in plain words, with the numbers.</param>
/// <param name="MissingFacts">Names of the absent facts, when the verdict is <see cref="Verdict.NeedsFacts"/> or <see cref="Verdict.NeedsReview"/>.</param>
/// <param name="Remedy">The smallest change that would make it a yes, where there is one.</param>
public sealed record Finding(RuleEntry Entry, Verdict Verdict, bool Decides, string Reason, IReadOnlyList<string> MissingFacts, string? Remedy)
{
    /// <summary>The catalogue id.</summary>
    public RuleId Rule => Entry.Id;

    /// <summary>Names of the facts that the rule read, known or not, as the evaluator lists them.</summary>
    public IReadOnlyList<string> FactsRead { get; init; } = [];
}
