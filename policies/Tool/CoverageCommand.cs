using System.CommandLine;
using Ips.Policies.Tool.Guarding;

namespace Ips.Policies.Tool;

/// <summary><c>coverage</c>: what the platform does with every rule of the catalogue, and what is not proved.</summary>
internal static class CoverageCommand
{
    public static Command Create()
    {
        Command command = new("coverage", "Rules by pack, service and kind; rules without boundary rows; rules that are never evaluated; rules that no service answers yet.") { Output.Json };
        command.SetAction(result => Output.InCheckout(checkout =>
        {
            var packs = checkout.ReadPacks();
            PolicyEngine engine = new(packs);
            var coverage = Coverage.Of(packs, Evidence.Gather(engine, RowFiles.Read(checkout.Packs), [.. CaseRunner.Read(checkout.Cases)]),
                Reach.Of(checkout, engine));
            if (result.GetValue(Output.Json))
                Output.Write(coverage);
            else
                Print(coverage);
            return coverage.Explained == coverage.Catalogue ? 0 : 1;
        }));
        return command;
    }

    private static void Print(Coverage coverage)
    {
        var kinds = Codes.All<RuleKind>();
        Output.Table(["pack", "service", .. kinds, "all"],
            coverage.Groups.Select(g => (string[])[g.Pack, g.Service, .. kinds.Select(k => g.Kinds.GetValueOrDefault(k).ToString()),
                g.Kinds.Values.Sum().ToString()]));
        List("without an entry in any pack", coverage.WithoutEntry);
        List("evaluated without rows on two sides", coverage.WithoutBoundaryRows);
        List("never evaluated", coverage.NeverEvaluated);
        foreach (var (program, rules) in coverage.NotYetAnswered)
            List($"{program}: not yet answered by a service", rules);
        Console.WriteLine($"{coverage.Explained} of {coverage.Catalogue}");
    }

    private static void List(string title, IReadOnlyList<string> rules) =>
        Console.WriteLine($"{title}: {(rules.Count == 0 ? "none" : $"{rules.Count} ({string.Join(", ", rules)})")}");
}

/// <summary>What the platform does with the catalogue.</summary>
/// <param name="Groups">Rules by pack and service.</param>
/// <param name="WithoutEntry">Catalogue ids that are in no pack.</param>
/// <param name="WithoutBoundaryRows">Evaluated rules whose rows do not show two answers.</param>
/// <param name="NeverEvaluated">Evaluated rules that no row and no case reaches.</param>
/// <param name="NotYetAnswered">By program, the evaluated and scheduled rules that no service answers yet.</param>
/// <param name="Explained">Catalogue rules with an entry that holds what its kind promises.</param>
/// <param name="Catalogue">Rules of the catalogue.</param>
internal sealed record Coverage(
    IReadOnlyList<CoverageGroup> Groups, IReadOnlyList<string> WithoutEntry, IReadOnlyList<string> WithoutBoundaryRows,
    IReadOnlyList<string> NeverEvaluated, IReadOnlyDictionary<string, IReadOnlyList<string>> NotYetAnswered, int Explained, int Catalogue)
{
    public static Coverage Of(IReadOnlyList<Pack> packs, Evidence evidence, Reach reach)
    {
        var rules = packs.SelectMany(p => p.Own).ToDictionary(r => r.Id.Value, StringComparer.Ordinal);
        var evaluated = rules.Values.Where(r => r.Kind == RuleKind.Evaluated).ToList();
        string[] withoutEntry = [.. Guards.CatalogueIds.Where(id => !rules.ContainsKey(id))];
        string[] withoutRows = [.. evaluated.Where(r => evidence.SidesOf(r.Id).Count < (r.Always is null ? 2 : 1)).Select(r => r.Id.Value)];
        string[] byNobody = [.. evaluated.Where(r => evidence.DecisionsOf(r.Id).Count == 0).Select(r => r.Id.Value)];
        var explained = Guards.CatalogueIds.Except([.. withoutEntry, .. withoutRows, .. byNobody], StringComparer.Ordinal).Count();
        var groups = rules.Values.GroupBy(r => (r.Pack, r.Service)).OrderBy(g => g.Key.Pack, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Service, StringComparer.Ordinal)
            .Select(g => new CoverageGroup(g.Key.Pack, g.Key.Service, g.GroupBy(r => Codes.Of(r.Kind), StringComparer.Ordinal)
                .ToDictionary(k => k.Key, k => k.Count(), StringComparer.Ordinal)));
        var notYet = packs.Where(p => p.Header.IsProgram)
            .ToDictionary(p => p.Id, p => (IReadOnlyList<string>)[.. reach.NotYet(p).Select(r => r.Id.Value)], StringComparer.Ordinal);
        return new([.. groups], withoutEntry, withoutRows, byNobody, notYet, explained, Guards.CatalogueIds.Count);
    }
}

/// <summary>The rules of a pack for which one service answers, counted by kind.</summary>
internal sealed record CoverageGroup(string Pack, string Service, IReadOnlyDictionary<string, int> Kinds);
