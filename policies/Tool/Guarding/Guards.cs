using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ips.Policies.Tool.Guarding;

/// <summary>
/// Everything that must hold between packs, evaluators, rows and cases beyond what the reader itself refuses.
/// The command <c>check</c> and the tests use it alike.
/// </summary>
public static class Guards
{
    /// <summary>Reads the packs of a checkout and checks them; an empty list means no problem.</summary>
    public static IReadOnlyList<PackProblem> Check(Checkout checkout)
    {
        try
        {
            var packs = checkout.ReadPacks();
            return
            [
                .. Check(packs, Evidence.Gather(new(packs), RowFiles.Read(checkout.Packs), [.. CaseRunner.Read(checkout.Cases)]), checkout.ReadCatalogue()),
                .. FactSources.Check(FactSources.WithoutSource(checkout), ServiceUse.Read(checkout)),
                .. Releases.Unversioned(packs, checkout),
            ];
        }
        catch (BadPackException e)
        {
            return e.Problems;
        }
        catch (Exception e) when (e is BadCaseFileException or InvalidDataException)
        {
            return [new("rows and cases", 1, e.Message, "fix the file")];
        }
    }

    /// <summary>All guards over packs that could be read.</summary>
    public static IReadOnlyList<PackProblem> Check(IReadOnlyList<Pack> packs, Evidence evidence, IReadOnlyList<string>? catalogue = null)
    {
        var rules = packs.SelectMany(p => p.Own).ToDictionary(r => r.Id);
        return
        [
            .. Catalogue(rules, catalogue ?? CatalogueIds),
            .. packs.SelectMany(p => p.Own.SelectMany(r => Entry(r, p, evidence))),
            .. packs.SelectMany(p => p.Own.SelectMany(r => Values(r))),
            .. ParameterGuards.Check(rules),
            .. packs.SelectMany(Calendar),
            .. packs.SelectMany(Places),
            .. evidence.Failures.Select(f => new PackProblem(Short(f.Question.File), 1, f.Failure.ToString(),
                "fix the row, the pack or the evaluator: they must agree")),
        ];
    }

    /// <summary>The ids of the catalogue, one entry each; the list is frozen beside the packs.</summary>
    public static IReadOnlyList<string> CatalogueIds { get; } = ReadCatalogue();

    /// <summary>The file of a rule's entry below the packs folder.</summary>
    public static string FileOf(RuleEntry rule) => $"{rule.Pack}/{rule.Topic}.yaml";

    internal static PackProblem At(RuleEntry rule, string wrong, string instead) => new(FileOf(rule), rule.Line, wrong, instead);

    private static IEnumerable<PackProblem> Catalogue(Dictionary<RuleId, RuleEntry> rules, IReadOnlyList<string> ids)
    {
        HashSet<string> known = new(ids, StringComparer.Ordinal);
        if (known.Count != ids.Count)
            yield return new("../catalogue-ids.txt", 1, "an id is listed twice", "write every id once");
        foreach (var id in ids.Where(id => !rules.ContainsKey(RuleId.Of(id))))
            yield return new("../catalogue-ids.txt", 1, $"{id} is in no pack", "add its entry to the pack it belongs to, with its true kind");
        foreach (var rule in rules.Values.Where(r => !known.Contains(r.Id.Value)))
            yield return At(rule, $"{rule.Id} is not in the catalogue", "correct the id, or add it to policies/catalogue-ids.txt if the rule is new");
        RunStaticConstructors();
        foreach (var (field, rule) in RulesNamedInCode().Where(f => !known.Contains(f.Rule.Value)))
            yield return new($"{field.DeclaringType!.FullName}", 1, $"the evaluator names {rule}, which is not in the catalogue", "correct the id");
    }

    private static IEnumerable<PackProblem> Entry(RuleEntry rule, Pack pack, Evidence evidence)
    {
        var seen = evidence.DecisionsOf(rule.Id);
        var answersForEarlierDays = rule.Id == pack.Header.Before?.Rule || rule.Id == pack.Header.WithoutParent;
        foreach (var decision in rule.In.Where(d => !seen.Contains(d, StringComparer.Ordinal)))
            yield return At(rule, $"{rule.Id} has in: {decision}, but no row and no case of that decision evaluates it",
                "add a row that shows it, or remove the decision from in:");
        if (!answersForEarlierDays)
        {
            foreach (var decision in seen.Where(d => !rule.In.Contains(d, StringComparer.Ordinal)))
                yield return At(rule, $"{rule.Id} is evaluated in {decision}, which its in: does not list", $"add {decision} to in:");
        }

        var sides = evidence.SidesOf(rule.Id);
        if (rule.Kind == RuleKind.Evaluated && (rule.Always is null ? sides.Count < 2 : sides.Count < 1))
        {
            var found = sides.Count == 0 ? "none" : $"only {string.Join(", ", sides)}";
            yield return At(rule, $"{rule.Id} is evaluated; its rows show {found}", rule.Always is null
                ? "add rows on both sides of its boundary, or write always: with the one verdict it can give" : "add a row");
        }

        foreach (var row in evidence.RowsOf(rule.Id).Where(r => rule.Always is { } always && r.Verdict is { } v && v != CaseRunner.NotEvaluated
            && v != always.ToString()))
            yield return At(rule, $"{rule.Id} has always: {rule.Always}, but the row '{row.Name}' shows {row.Verdict}", "remove always:");
        if (rule.Citation.Document.Length == 0 || rule.Citation.Section.Length == 0)
            yield return At(rule, $"{rule.Id} has a citation without document or section", "write source: (a key of pack.yaml) and at: (the section)");
        if (rule.Says.Contains('\n', StringComparison.Ordinal) || rule.Says.Length > 300)
            yield return At(rule, $"{rule.Id} has a says: of more than one line", "write one line of at most 300 characters");
        if (rule.UsedBy.Contains(rule.Id))
            yield return At(rule, $"{rule.Id} lists itself in used_by:", "name the rules that use it");
    }

    /// <summary>A text that plans share names its place in the document of each plan.</summary>
    private static IEnumerable<PackProblem> Places(Pack plan) => plan.Parent is not { Header.IsProgram: false } shared ? [] : shared.Own
        .Where(rule => !rule.Places.ContainsKey(plan.Id))
        .Select(rule => At(rule, $"{rule.Id} names no place in the document of {plan.Id}", $"write at: {{ {plan.Id}: the section, ... }}"));

    /// <summary>A rule that is in force has its values on every one of its days; by another date they may begin and end elsewhere.</summary>
    private static IEnumerable<PackProblem> Values(RuleEntry rule)
    {
        foreach (var parameter in rule.Parameters.Where(p => p.PickedBy == "as_of"))
        {
            if (parameter.Values[0].From > rule.From)
                yield return At(rule,
                    $"{rule.Id}.{parameter.Name} begins on {parameter.Values[0].From:yyyy-MM-dd}, the rule on {rule.From:yyyy-MM-dd}",
                    "let the first value begin with the rule, or write picked_by: the date that selects it");
            if (parameter.Values[^1].Through is { } end && !(rule.Through <= end))
                yield return At(rule, $"{rule.Id}.{parameter.Name} has no value after {end:yyyy-MM-dd}, but the rule continues",
                    "add the next value, or end the rule with through:");
        }
    }

    private static IEnumerable<PackProblem> Calendar(Pack pack)
    {
        if (pack.Calendar is not { FirstYear: { } first, LastYear: { } last })
            yield break;
        if (pack.Header.InForceFrom.Year < first)
            yield return new($"{pack.Id}/pack.yaml", 1,
                $"the text begins in {pack.Header.InForceFrom.Year}, the calendar '{pack.Calendar.Name}' in {first}",
                "add the missing years to the calendars folder");
        var newest = pack.Rules.SelectMany(r => r.Parameters).SelectMany(p => p.Values).SelectMany(v => new[] { v.From, v.Through }).Max();
        if (newest is { } day && day.Year > last)
            yield return new($"{pack.Id}/pack.yaml", 1, $"a value changes on {day:yyyy-MM-dd}, the calendar '{pack.Calendar.Name}' ends with {last}",
                "add the missing years to the calendars folder");
    }

    internal static void RunStaticConstructors()
    {
        foreach (var type in typeof(PolicyEngine).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
    }

    private static IEnumerable<(FieldInfo Field, RuleId Rule)> RulesNamedInCode() =>
        from type in typeof(PolicyEngine).Assembly.GetTypes()
        where !type.ContainsGenericParameters
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where field.FieldType == typeof(RuleId)
        select (field, (RuleId)field.GetValue(null)!);

    private static string Short(string path) => Path.IsPathRooted(path) ? Path.GetFileName(path) : path;

    internal static string[] Ids(string catalogue) => catalogue.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] ReadCatalogue()
    {
        using StreamReader reader = new(typeof(Guards).Assembly.GetManifestResourceStream("catalogue-ids.txt")!);
        return Ids(reader.ReadToEnd());
    }
}
