using System.CommandLine;
using Ips.Policies.Tool.Guarding;

namespace Ips.Policies.Tool;

/// <summary><c>check</c>: everything that guards the packs.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Command command = new("check", "Checks packs, rows, cases and evaluators against each other. Exit code 1 if there is a problem.") { Output.Json };
        command.SetAction(result => Output.InCheckout(checkout =>
        {
            var problems = Guards.Check(checkout);
            if (result.GetValue(Output.Json))
                Output.Write(problems);
            else
                Print(problems, checkout.ReadCatalogue().Count);
            return problems.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<PackProblem> problems, int rules)
    {
        foreach (var problem in problems)
            Console.WriteLine(problem);
        Console.WriteLine(problems.Count == 0 ? $"{rules} rules checked, no problem" : $"{problems.Count} problems");
    }
}
