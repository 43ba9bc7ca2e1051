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
        if (rule.Alternative is not null && rule.Reading is null)
            problems.Add(At(pack, rule.Id, $"{rule.Id} has an alternative without a reading", "write reading: what was adopted"));
        if (rule.Through < rule.From)
            problems.Add(At(pack, rule.Id, $"{rule.Id} ends before it begins", "write a later through"));
    }

    private static bool HasJurisdiction(PackDraft? pack, IReadOnlyCollection<PackDraft> packs) => pack is not null
        && (pack.Header.Jurisdiction is not null || HasJurisdiction(packs.FirstOrDefault(p => p.Header.Id == pack.Header.Extends), packs));

    private static bool ExtendsItself(PackDraft pack, IReadOnlyCollection<PackDraft> packs)
    {
        HashSet<string> seen = [];
        for (var at = pack; at is not null; at = packs.FirstOrDefault(p => p.Header.Id == at.Header.Extends))
        {
            if (!seen.Add(at.Header.Id))
                return true;
        }

        return false;
    }

    private static PackProblem At(PackDraft pack, RuleId rule, string wrong, string instead)
    {
        var (file, line) = pack.Places[rule];
        return new(file, line, wrong, instead);
    }
}
