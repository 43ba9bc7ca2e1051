using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>mutate PACKS</c>: changes every value of the packs one at a time and lists the changes that no row notices.</summary>
internal static class MutateCommand
{
    public static Command Create()
    {
        Argument<string> packs = new("PACKS") { Description = "The packs folder with its rows." };
        Option<string> only = new("--only") { Description = "Only rules whose id begins so." };
        Command command = new("mutate", "Changes every number, day and list of the packs one at a time and lists the changes that no row notices. Exit code 1 if there is one.");
        command.Arguments.Add(packs);
        command.Options.Add(only);
        command.SetAction(result => Run(result.GetRequiredValue(packs), result.GetValue(only) ?? ""));
        return command;
    }

    private static int Run(string folder, string only)
    {
        var rows = RowFiles.Read(folder).ToLookup(r => r.Rule, r => r.ToCase(), StringComparer.Ordinal);
        var (noticed, unnoticed) = (0, 0);
        foreach (var mutation in Mutations.Of(PackFiles.Below(folder)).Where(m => m.Rule.StartsWith(only, StringComparison.Ordinal)))
        {
            if (Mutations.IsNoticed(mutation, rows))
            {
                noticed++;
                continue;
            }

            unnoticed++;
            Console.WriteLine($"{mutation.Rule} {mutation.What}");
        }

        Console.WriteLine($"{noticed} noticed, {unnoticed} not noticed");
        return unnoticed == 0 ? 0 : 1;
    }
}
