using System.CommandLine;
using Ips.Policies.Tool.Guarding;

namespace Ips.Policies.Tool;

/// <summary><c>explain RULE</c>: a rule with its history, readings, citations, and where it is evaluated and tested.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string> id = new("RULE") { Description = "A catalogue id such as NC-ELIG-003." };
        Command command = new("explain", "A rule with its history, readings and citations, where it is evaluated and where it is tested.") { id, Output.Json };
        command.SetAction(result => Output.InCheckout(checkout =>
        {
            var packs = checkout.ReadPacks();
            if (packs.SelectMany(p => p.Own).FirstOrDefault(r => r.Id.Value == result.GetRequiredValue(id)) is not { } rule)
                return Output.Refuse($"No pack states '{result.GetRequiredValue(id)}'. The ids are in policies/catalogue-ids.txt and in docs/programs.");
            var evidence = Evidence.Gather(new(packs), RowFiles.Read(checkout.Packs), [.. CaseRunner.Read(checkout.Cases)]);
            var explained = Explained.Of(rule, packs, evidence);
            if (result.GetValue(Output.Json))
                Output.Write(explained);
            else
                Print(explained);
            return 0;
        }));
        return command;
    }

    private static void Print(Explained rule)
    {
        Console.WriteLine($"{rule.Rule}: {rule.Says}");
        foreach (var (label, text) in new[]
        {
            ("written in", rule.Citation), ("in force", rule.InForce), ("programs", string.Join(", ", rule.Programs)), ("kind", rule.Kind),
                ("service", rule.Service),
            ("boundary", rule.Boundary), ("reading", rule.NeedsConfirmation ? $"{rule.Reading} (to be confirmed by the owner of the policy)"
                : rule.Reading), ("not taken", rule.Alternative),
            ("entry", rule.Entry), ("evaluated", rule.Decisions.Count == 0 ? "in no decision" : "in " + string.Join(", ", rule.Decisions)),
            ("cases", rule.Cases.Count == 0 ? "none" : string.Join(", ", rule.Cases)),
        })
        {
            if (text is not null)
                Console.WriteLine($"  {label + ":",-12}{text}");
        }

        if (rule.Values.Count > 0)
            Output.Table(["value", "is", "in force", "picked by", "written in"],
                rule.Values.Select(v => (string[])[v.Name, v.Is, v.InForce, v.PickedBy, v.Citation]));
        if (rule.Rows.Count > 0)
            Output.Table(["row", "program", "decision", "shows"], rule.Rows.Select(r => (string[])[r.Name, r.Program, r.Decision, r.Verdict]));
    }
}

/// <summary>A rule, explained.</summary>
internal sealed record Explained(
    string Rule, string Says, string Citation, string InForce, IReadOnlyList<string> Programs, string Kind, string Service, string? Boundary,
        string? Reading, string? Alternative,
    bool NeedsConfirmation, string Entry, IReadOnlyList<ExplainedValue> Values, IReadOnlyList<string> Decisions, IReadOnlyList<ExplainedRow> Rows,
        IReadOnlyList<string> Cases)
{
    public static Explained Of(RuleEntry rule, IReadOnlyList<Pack> packs, Evidence evidence) => new(
        rule.Id.Value, rule.Says, rule.Citation.ToString(), RuleWords.Span(rule.From, rule.Through),
        [.. packs.Where(p => p.Header.IsProgram && p.Find(rule.Id) is not null).Select(p => p.Id).Order(StringComparer.Ordinal)],
        RuleWords.Kind(rule), rule.Service, rule.Boundary, rule.Reading, rule.Alternative, rule.NeedsConfirmation,
            $"policies/packs/{Guards.FileOf(rule)}:{rule.Line}",
        [.. rule.Parameters.SelectMany(p => p.Values.Select(v => new ExplainedValue(p.Name, RuleWords.Value(v.Value, p.Unit), RuleWords.Span(v.From, v.Through), p.PickedBy, v.Citation.ToString())))],
        [.. evidence.DecisionsOf(rule.Id)],
        [.. evidence.RowsOf(rule.Id).Select(r => new ExplainedRow(r.Name, r.Program, r.Decision, r.Verdict ?? "values only"))],
        [.. evidence.CasesOf(rule.Id)]);
}

/// <summary>A dated value of a rule in words.</summary>
internal sealed record ExplainedValue(string Name, string Is, string InForce, string PickedBy, string Citation);

/// <summary>A row that tests a rule.</summary>
internal sealed record ExplainedRow(string Name, string Program, string Decision, string Verdict);
