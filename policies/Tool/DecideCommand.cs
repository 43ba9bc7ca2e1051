using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Ips.Policies.Tool;

/// <summary><c>decide</c>: prints the receipt of one question.</summary>
internal static class DecideCommand
{
    public static Command Create()
    {
        Option<string> program = new("--program") { Required = true, Description = "Id of a program." };
        Option<string> decision = new("--decision") { Required = true, Description = "Name of a decision." };
        Option<string> asOf = new("--as-of") { Required = true, Description = "The as-of day, YYYY-MM-DD." };
        Option<string> facts = new("--facts") { Required = true, Description = "A file with a JSON object of facts; - reads standard input." };
        Command command = new("decide", "Decides one question and prints the receipt.") { program, decision, asOf, facts, Output.Json };
        command.SetAction(result => Output.Guarded(() =>
        {
            if (!DateOnly.TryParseExact(result.GetRequiredValue(asOf), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return Output.Refuse($"asOf: found \"{result.GetRequiredValue(asOf)}\"; expected a day YYYY-MM-DD");
            var file = result.GetRequiredValue(facts);
            var engine = Checkout.Here() is { } checkout ? new PolicyEngine(checkout.ReadPacks()) : PolicyEngine.Shipped;
            try
            {
                using var json = JsonDocument.Parse(file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file));
                Print(engine.Decide(result.GetRequiredValue(program), result.GetRequiredValue(decision), day, json.RootElement), result.GetValue(Output.Json));
                return 0;
            }
            catch (JsonException e)
            {
                return Output.Refuse($"{file}: not readable as JSON: {e.Message}");
            }
        }));
        return command;
    }

    private static void Print(Decision decision, bool json)
    {
        if (json)
        {
            Console.WriteLine(decision.Json);
            return;
        }

        Console.WriteLine($"{decision.Name} under {decision.Program} on {RuleWords.Day(decision.AsOf)}: {decision.Verdict}");
        Console.WriteLine($"pack version {decision.PackVersion}, {decision.PackHash}");
        Output.Table(["rule", "verdict", "because", "missing", "to meet", "written in"], decision.Findings.Select(f => (string[])
            [f.Rule.Value, f.Decides ? f.Verdict.ToString() : $"({f.Verdict})", f.Reason, string.Join(", ", f.MissingFacts), f.Remedy ?? "", f.Entry.Citation.Section]));
        foreach (var (name, value) in decision.Values.OrderBy(v => v.Key, StringComparer.Ordinal))
            Console.WriteLine($"{name}: {RuleWords.Answer(value)}");
    }
}
