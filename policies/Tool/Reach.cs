using Ips.Policies.Tool.Guarding;

namespace Ips.Policies.Tool;

/// <summary>
/// The rules of each program that a service answers today: every row and every case is asked once more without the facts that no service gives,
/// and without the decisions that no service asks. A rule counts when it is then met, not met or for review.
/// </summary>
public sealed class Reach
{
    private readonly Dictionary<(string Program, RuleId Rule), SortedSet<string>> _kinds = [];
    private readonly ServiceUse _use;

    private Reach(ServiceUse use) => _use = use;

    /// <summary>Asks every question of a checkout.</summary>
    public static Reach Of(Checkout checkout, PolicyEngine engine)
    {
        var use = ServiceUse.Read(checkout);
        using StreamReader limits = new(Path.Combine(checkout.Root, "policies", "Tool", "asked-only.txt"));
        return Of(engine, checkout.ReadQuestions(), use, [.. Unproved.Read(limits).Select(limit => Limit.Read(limit.Key))]);
    }

    private static Reach Of(PolicyEngine engine, IReadOnlyList<DecisionCase> questions, ServiceUse use, IReadOnlyList<Limit> limits)
    {
        Reach reach = new(use);
        foreach (var question in questions)
        {
            if (DecisionKinds.Find(question.Decision) is { } kind && use.Asks(kind.Name).Count > 0 && limits.All(limit => limit.Allows(question)))
                reach.Add(question.Program, Evidence.Decide(engine, question, use.Given(kind, question.Facts)));
        }

        return reach;
    }

    /// <summary>Whether a service has to answer the rule or keep its clock.</summary>
    public static bool IsDue(RuleEntry rule) => rule.Kind is RuleKind.Evaluated or RuleKind.Scheduled;

    /// <summary>The rules of the program that no service answers and whose clock none keeps, in the order of the pack.</summary>
    public IReadOnlyList<RuleEntry> NotYet(Pack program) => [.. program.Rules.Where(r => IsDue(r) && !_kinds.ContainsKey((program.Id, r.Id)))];

    /// <summary>The RPCs by which a service answers the rule in the program; empty where none does.</summary>
    public IReadOnlyList<ServiceAsks> By(Pack program, RuleEntry rule) => !_kinds.TryGetValue((program.Id, rule.Id), out var kinds) ? []
        : [.. kinds.SelectMany(_use.Asks).GroupBy(asks => asks.Service, StringComparer.Ordinal)
            .Select(asks => new ServiceAsks(asks.Key, [.. asks.SelectMany(a => a.Rpcs).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))];

    private void Add(string program, Decision? decision)
    {
        foreach (var (rule, verdict) in decision?.Verdicts ?? [])
        {
            if (verdict == Verdict.NeedsFacts)
                continue;
            _kinds.TryAdd((program, rule), new(StringComparer.Ordinal));
            _kinds[(program, rule)].Add(decision!.Name);
        }
    }

    /// <summary>A decision that services ask only for some values of a fact.</summary>
    private sealed record Limit(string Decision, string Fact, IReadOnlyList<string> Values)
    {
        public static Limit Read(string line) => line.Split(' ') is [var decision, var fact, var values] ? new(decision, fact, values.Split(','))
            : throw new InvalidDataException($"asked-only.txt: \"{line}\"; expected a decision, a fact and its values with commas between them");

        public bool Allows(DecisionCase question) => question.Decision != Decision
            || (question.Facts.TryGetProperty(Fact, out var value) && Values.Contains(value.ToString(), StringComparer.Ordinal));
    }
}
