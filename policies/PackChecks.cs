namespace Ips.Policies;

/// <summary>What must hold between values, rules and packs.</summary>
internal static class PackChecks
{
    /// <summary>Values of one parameter follow each other without overlap and without gap.</summary>
    public static void Timeline(ParameterEntry parameter, PackNode node)
    {
        for (var i = 0; i < parameter.Values.Count; i++)
        {
            var value = parameter.Values[i];
            if (value.Through < value.From)
                node.Problem($"a value of '{parameter.Name}' ends on {value.Through:yyyy-MM-dd}, before it begins", "write a later through");
            if (i == 0)
                continue;
            var before = parameter.Values[i - 1];
            if (before.Through is not { } end || value.From is not { } start)
                node.Problem($"values of '{parameter.Name}' overlap", "write from on every later value and through on every earlier one, oldest first");
            else if (start <= end)
                node.Problem($"values of '{parameter.Name}' overlap on {start:yyyy-MM-dd}", $"let the earlier one end on {start.AddDays(-1):yyyy-MM-dd}");
            else if (start > end.AddDays(1))
                node.Problem($"values of '{parameter.Name}' leave a gap from {end.AddDays(1):yyyy-MM-dd} to {start.AddDays(-1):yyyy-MM-dd}",
                    "let one value follow the other, or make it two parameters");
        }
    }

    public static void Run(IReadOnlyCollection<PackDraft> packs, List<PackProblem> problems)
    {
        Dictionary<RuleId, PackDraft> owners = [];
        foreach (var pack in packs)
        {
            foreach (var rule in pack.Rules)
            {
                if (!owners.TryAdd(rule.Id, pack))
                    problems.Add(At(pack, rule.Id, $"{rule.Id} stands in {owners[rule.Id].Header.Id} too", "keep one entry and extend that pack"));
            }
        }

        foreach (var pack in packs)
        {
            if (pack.Header.Extends is { } parent && !packs.Any(p => p.Header.Id == parent))
                problems.Add(new($"{pack.Header.Id}/pack.yaml", 1, $"extends '{parent}', which does not exist",
                    "write one of " + string.Join(", ", packs.Select(p => p.Header.Id))));
            else if (ExtendsItself(pack, packs))
                problems.Add(new($"{pack.Header.Id}/pack.yaml", 1, "extends itself in a circle", "break the circle"));
            else if (pack.Header.IsProgram && !HasJurisdiction(pack, packs))
                problems.Add(new($"{pack.Header.Id}/pack.yaml", 1, "has no jurisdiction",
                    "write jurisdiction: { state, state_agency, vr_agency, payer_kinds }, here or in the pack that it extends"));
            foreach (var rule in new[] { pack.Header.Before?.Rule, pack.Header.WithoutParent }.OfType<RuleId>().Where(r => !owners.ContainsKey(r)))
                problems.Add(new($"{pack.Header.Id}/pack.yaml", 1, $"names {rule}, which is no rule", "write the id of a rule of the pack"));
            foreach (var rule in pack.Rules)
                Check(rule, pack, owners, problems);
            Duties(pack, packs, problems);
            Conditions(pack, packs, problems);
            Decisions(pack, packs, problems);
        }
    }

    /// <summary>A service asks a program for the rule of a duty, so one rule has it, the pack's own or an inherited one.</summary>
    private static void Duties(PackDraft pack, IReadOnlyCollection<PackDraft> packs, List<PackProblem> problems)
    {
        Dictionary<RuleDuty, RuleId> holders = [];
        foreach (var at in Lineage(pack, packs).Reverse())
        {
            foreach (var (rule, duty) in at.Rules.SelectMany(r => r.Duties, (rule, duty) => (rule, duty)).Where(r => !r.duty.IsShared()))
            {
                if (!holders.TryAdd(duty, rule.Id) && at == pack)
                    problems.Add(At(pack, rule.Id, $"{rule.Id} has the duty {Codes.Of(duty)}, which {holders[duty]} has too", "give it to one rule"));
            }
        }
    }

    private static void Check(RuleEntry rule, PackDraft pack, Dictionary<RuleId, PackDraft> owners, List<PackProblem> problems)
    {
        var (needs, has) = rule.Kind switch
        {
            RuleKind.Evaluated => ("in: [the decisions that evaluate it]", rule.In.Count > 0),
            RuleKind.Recorded => ("held_by: the type that holds the fact", rule.HeldBy is not null),
            RuleKind.Scheduled => ("clock: the kind of deadline", rule.Clock is not null),
            RuleKind.Human => ("decided_by: who decides", rule.DecidedBy is not null),
            _ => ("used_by: [the rules that rest on it]", rule.UsedBy.Count > 0),
        };
        if (!has)
            problems.Add(At(pack, rule.Id, $"{rule.Id} is {Codes.Of(rule.Kind)} but does not say how", $"write {needs}"));
        foreach (var used in rule.UsedBy.Where(u => !owners.ContainsKey(u)))
            problems.Add(At(pack, rule.Id, $"{rule.Id} is used by '{used}', which is no rule", "write the id of a rule"));
        foreach (var decision in rule.In.Where(d => !DecisionKinds.Names.Contains(d, StringComparer.Ordinal)))
            problems.Add(At(pack, rule.Id, $"{rule.Id} is in '{decision}', which is no decision", "write one of " + string.Join(", ", DecisionKinds.Names)));
        if (rule.Condition is { } condition && !owners.ContainsKey(condition))
        {
            problems.Add(At(pack, rule.Id, $"{rule.Id} has the condition of '{condition}', which is no rule",
                "write the id of a rule that a decision evaluates"));
        }


        if (rule.Alternative is not null && rule.Reading is null)
            problems.Add(At(pack, rule.Id, $"{rule.Id} has an alternative without a reading", "write reading: what was adopted"));
        if (rule.Through < rule.From)
            problems.Add(At(pack, rule.Id, $"{rule.Id} ends before it begins", "write a later through"));
    }

    /// <summary>A condition is evaluated once in a program.</summary>
    private static void Conditions(PackDraft pack, IReadOnlyCollection<PackDraft> packs, List<PackProblem> problems)
    {
        foreach (var rule in pack.Rules.Where(r => r.Condition is not null))
        {
            if (Lineage(pack, packs).SelectMany(p => p.Rules).FirstOrDefault(r => r != rule && r.EvaluatedAs == rule.EvaluatedAs) is { } other)
                problems.Add(At(pack, rule.Id, $"{rule.Id} has the condition of {rule.EvaluatedAs}, which {other.Id} has too", "keep one of the two"));
        }
    }

    /// <summary>A decision needs rules: without one it could not answer.</summary>
    private static void Decisions(PackDraft pack, IReadOnlyCollection<PackDraft> packs, List<PackProblem> problems)
    {
        var file = $"{pack.Header.Id}/pack.yaml";
        foreach (var decision in pack.Header.Decisions)
        {
            if (!DecisionKinds.Names.Contains(decision, StringComparer.Ordinal))
                problems.Add(new(file, 1, $"has the decision '{decision}', which is no decision", "write one of " + string.Join(", ", DecisionKinds.Names)));
            else if (pack.Header.IsProgram && !Lineage(pack, packs).Any(p => p.Rules.Any(r => r.In.Contains(decision))))
                problems.Add(new(file, 1, $"has the decision '{decision}', but no rule of the program has it in in:", "add the rules, or remove the decision"));
        }
    }

    private static bool HasJurisdiction(PackDraft? pack, IReadOnlyCollection<PackDraft> packs) => pack is not null
        && (pack.Header.Jurisdiction is not null || HasJurisdiction(packs.FirstOrDefault(p => p.Header.Id == pack.Header.Extends), packs));

    private static bool ExtendsItself(PackDraft pack, IReadOnlyCollection<PackDraft> packs) =>
        packs.FirstOrDefault(p => p.Header.Id == Lineage(pack, packs).Last().Header.Extends) is not null;

    /// <summary>The pack, its parent and so on; a circle is left out.</summary>
    private static IEnumerable<PackDraft> Lineage(PackDraft pack, IReadOnlyCollection<PackDraft> packs)
    {
        HashSet<string> seen = [];
        for (var at = pack; at is not null && seen.Add(at.Header.Id); at = packs.FirstOrDefault(p => p.Header.Id == at.Header.Extends))
            yield return at;
    }

    private static PackProblem At(PackDraft pack, RuleId rule, string wrong, string instead)
    {
        var (file, line) = pack.Places[rule];
        return new(file, line, wrong, instead);
    }
}
