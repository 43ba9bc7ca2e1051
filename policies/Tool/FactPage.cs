using System.Globalization;
using System.Text;
using Ips.Policies.Tool.Guarding;

namespace Ips.Policies.Tool;

/// <summary>One page with every fact: which decision reads it and which service gives it, or why none does.</summary>
internal static class FactPage
{
    public static string Write(IReadOnlyList<Pack> packs, Checkout checkout, ServiceUse use)
    {
        var without = FactSources.WithoutSource(checkout);
        StringBuilder page = new();
        page.Append("# Facts and where they come from\n\n");
        page.Append("Every fact that a rule may read, by decision. *Given by* names the service and the types of its code that set the fact. Written from the code\n");
        page.Append("of the services by `UPDATE_DOCS=1 dotnet test tests/Contracts.Tests` and `dotnet run --project policies/Tool -- docs docs/programs`.\n");
        foreach (var kind in DecisionKinds.All)
        {
            var programs = packs.Where(p => p.Header.IsProgram && kind.AppliesTo(p)).Select(p => p.Id).Order(StringComparer.Ordinal);
            page.Append(CultureInfo.InvariantCulture, $"\n## {kind.Name}\n\n{kind.About} Programs: {string.Join(", ", programs)}.\n");
            page.Append(use.Asks(kind.Name) is { Count: > 0 } services ? $"Asked by {string.Join("; ", services.Select(asks => $"{asks.Service}: {string.Join(", ", asks.Rpcs)}"))}.\n"
                : "No service asks it yet.\n");
            page.Append("\n| fact | given by |\n| --- | --- |\n");
            foreach (var (path, property) in ServiceUse.FactsOf(kind))
                page.Append(CultureInfo.InvariantCulture, $"| `{path}` | {Given(kind, path, use.Gives(property), without, requested: use.Asks(kind.Name).Count > 0)} |\n");
        }

        return page.ToString();
    }

    private static string Given(DecisionKind kind, string path, IReadOnlyList<ServiceGives> by, IReadOnlyList<Unproved> without, bool requested) =>
        requested && by.Count > 0 ? string.Join("; ", by.Select(g => $"{g.Service} ({string.Join(", ", g.By)})"))
            : $"*none:* {without.FirstOrDefault(entry => entry.Explains(FactSources.Key(kind, path)))?.Why ?? "not listed"}";
}
