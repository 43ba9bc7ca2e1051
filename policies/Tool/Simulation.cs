namespace Ips.Policies.Tool;

/// <summary>A decision whose answer differs under another text.</summary>
/// <param name="Case">Id of the case.</param>
/// <param name="About">What the case is about.</param>
/// <param name="Changes">What is different, in words.</param>
internal sealed record ChangedDecision(string Case, string About, IReadOnlyList<string> Changes);

/// <summary>Decides the same cases under two sets of packs and lists what changes.</summary>
internal static class Simulation
{
    /// <summary>The decisions that change, in the order of the questions.</summary>
    public static IEnumerable<ChangedDecision> Run(PolicyEngine now, PolicyEngine draft, IEnumerable<DecisionCase> questions) =>
        from question in questions
        let changes = Compare(question, now, draft)
        where changes.Count > 0
        select new ChangedDecision(question.Id, question.About, changes);

    private static List<string> Compare(DecisionCase question, PolicyEngine now, PolicyEngine draft) =>
    [
        .. AnswerChanges.Between(now, draft, question.Program, question.Decision, question.AsOf, question.Facts).Select(change => change.IsRule
            ? $"{change.What}: {change.Before ?? CaseRunner.NotEvaluated} becomes {change.After ?? CaseRunner.NotEvaluated}{(change.After is null ? "" : $" ({change.Reason})")}"
            : $"{change.What}: {change.Before ?? "no value"} becomes {change.After ?? "no value"}"),
    ];
}
