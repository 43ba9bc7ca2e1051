using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>simulate</c>: which decisions change under a draft of a pack file, and how.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        Option<string> program = new("--program") { Required = true, Description = "Id of the program whose decisions are compared." };
        Option<string> change = new("--change") { Required = true, Description = "A draft pack file; it replaces the pack file of the same path." };
        Option<string?> cases = new("--cases") { Description = "Case files to decide; without it, every row and case of the checkout." };
        Command command = new("simulate", "Decides cases under the packs and under a draft, and prints what changes.") { program, change, cases, Output.Json };
        command.SetAction(result => Output.InCheckout(checkout =>
        {
            var id = result.GetRequiredValue(program);
            var files = PackFiles.Below(checkout.Packs);
            PolicyEngine now = new(PackReader.Read(files));
            if (!now.Programs.ContainsKey(id))
                return Output.Refuse($"'{id}' is no program; write one of {string.Join(", ", now.Programs.Keys.Order(StringComparer.Ordinal))}");
            PolicyEngine draft = new(PackReader.Read(PackFiles.With(files, id, result.GetRequiredValue(change))));
            var questions = (result.GetValue(cases) is { } path ? CaseRunner.Read(path) : checkout.ReadQuestions()).Where(q => q.Program == id).ToList();
            var changed = Simulation.Run(now, draft, questions).ToList();
            if (result.GetValue(Output.Json))
                Output.Write(changed);
            else
                Print(changed, questions.Count);
            return 0;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<ChangedDecision> changed, int questions)
    {
        foreach (var decision in changed)
        {
            Console.WriteLine(decision.About.Length == 0 ? decision.Case : $"{decision.Case}: {decision.About}");
            foreach (var change in decision.Changes)
                Console.WriteLine($"  {change}");
        }

        Console.WriteLine($"{changed.Count} of {questions} decisions change");
    }
}
