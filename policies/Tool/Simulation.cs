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

    /// <summary>The pack files with a draft in the place of the file of the same path.</summary>
    /// <exception cref="InvalidDataException">The draft replaces no file and belongs to no pack.</exception>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> files, string program, string draft)
    {
        var parts = Path.GetFullPath(draft).Replace('\\', '/').Split('/');
        var byFolder = $"{parts[^2]}/{parts[^1]}";
        var byProgram = $"{program}/{parts[^1]}";
        var target = files.ContainsKey(byFolder) ? byFolder : files.ContainsKey(byProgram) ? byProgram
            : files.ContainsKey($"{parts[^2]}/pack.yaml") ? byFolder
            : throw new InvalidDataException($"{draft} has the path of no pack file: name it as the file it replaces, such as {program}/eligibility.yaml");
        return new Dictionary<string, string>(files, StringComparer.Ordinal) { [target] = File.ReadAllText(draft) };
    }

    private static List<string> Compare(DecisionCase question, PolicyEngine now, PolicyEngine draft)
    {
        var (before, after) = (Answer.To(question, now), Answer.To(question, draft));
        List<string> changes = [];
        if (before.Verdict != after.Verdict)
            changes.Add($"verdict: {before.Verdict} becomes {after.Verdict}");
        foreach (var rule in before.Rules.Keys.Union(after.Rules.Keys, StringComparer.Ordinal))
        {
            var (was, becomes) = (before.Rules.GetValueOrDefault(rule), after.Rules.GetValueOrDefault(rule));
            if (was?.Verdict != becomes?.Verdict)
                changes.Add($"{rule}: {was?.Verdict ?? CaseRunner.NotEvaluated} becomes {becomes?.Verdict ?? CaseRunner.NotEvaluated}{(becomes is null ? "" : $" ({becomes.Reason})")}");
        }

        foreach (var name in before.Values.Keys.Union(after.Values.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, becomes) = (before.Values.GetValueOrDefault(name), after.Values.GetValueOrDefault(name));
            if (was != becomes)
                changes.Add($"{name}: {was ?? "no value"} becomes {becomes ?? "no value"}");
        }

        return changes;
    }

    private sealed record RuleAnswer(string Verdict, string Reason);

    private sealed record Answer(string Verdict, IReadOnlyDictionary<string, RuleAnswer> Rules, IReadOnlyDictionary<string, string> Values)
    {
        public static Answer To(DecisionCase question, PolicyEngine engine)
        {
            try
            {
                var decision = engine.Decide(question.Program, question.Decision, question.AsOf, question.Facts);
                return new(
                    decision.Verdict.ToString(),
                    decision.Findings.GroupBy(f => f.Rule.Value, StringComparer.Ordinal)
                        .ToDictionary(f => f.Key, f => new RuleAnswer(f.First().Verdict.ToString(), f.First().Reason), StringComparer.Ordinal),
                    decision.Values.ToDictionary(v => v.Key, v => RuleWords.Answer(v.Value), StringComparer.Ordinal));
            }
            catch (Exception e) when (e is InvalidRequestException or NotInForceException)
            {
                return new($"refused ({e.Message})", new Dictionary<string, RuleAnswer>(StringComparer.Ordinal), new Dictionary<string,
                    string>(StringComparer.Ordinal));
            }
        }
    }
}
