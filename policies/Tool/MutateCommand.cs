using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>mutate PACKS</c>: changes every value of the packs one at a time and lists the changes that no row notices.</summary>
internal static class MutateCommand
{
    public static Command Create()
    {
        Argument<string> packs = new("PACKS") { Description = "The packs folder with its rows." };
        Option<string> only = new("--only") { Description = "Only rules whose id begins so." };
        Command command = new("mutate",
            "Changes every number, day and list of the packs one at a time and lists the changes that no row notices and explained-values.txt does not explain. Exit code 1 if there is one.");
        command.Arguments.Add(packs);
        command.Options.Add(only);
        command.SetAction(result => Run(result.GetRequiredValue(packs), result.GetValue(only) ?? ""));
        return command;
    }

    private static int Run(string folder, string only)
    {
        var rows = RowFiles.Read(folder).ToLookup(r => r.Rule, r => r.ToCase(), StringComparer.Ordinal);
        var explained = ReadExplained().Where(e => e.Key.StartsWith(only, StringComparison.Ordinal)).ToList();
        List<string> survivors = [];
        var noticed = 0;
        foreach (var mutation in Mutations.Of(PackFiles.Below(folder)).Where(m => m.Rule.StartsWith(only, StringComparison.Ordinal)))
        {
            if (Mutations.IsNoticed(mutation, rows))
                noticed++;
            else
                survivors.Add($"{mutation.Rule} {mutation.What}");
        }

        var unexplained = survivors.Where(s => !explained.Exists(e => e.Explains(s))).ToList();
        var stale = explained.Where(e => !survivors.Exists(e.Explains)).ToList();
        foreach (var survivor in unexplained)
            Console.WriteLine(survivor);
        foreach (var entry in stale)
            Console.WriteLine($"explained-values.txt explains what does not happen any more, take it out: {entry.Key}");
        Console.WriteLine($"{noticed} noticed, {unexplained.Count} not, {survivors.Count - unexplained.Count} explained");
        return unexplained.Count + stale.Count == 0 ? 0 : 1;
    }

    private static IReadOnlyList<Unproved> ReadExplained()
    {
        using StreamReader reader = new(typeof(MutateCommand).Assembly.GetManifestResourceStream("explained-values.txt")!);
        return Unproved.Read(reader);
    }
}
