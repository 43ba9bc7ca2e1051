using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>The steps for a new program in docs/how-to-change-a-rule.md work as they are printed; until they are done, check names what is missing.</summary>
public sealed partial class NewProgramTests : IDisposable
{
    private const string Command = "dotnet run --project policies/Tool -- ";

    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("ips-new-program");

    public void Dispose() => _copy.Delete(recursive: true);

    [Fact]
    public void The_printed_steps_make_a_program_that_answers()
    {
        Copy("policies/packs");
        Copy("tests/cases");
        File.Copy(Repo.Path("policies", "catalogue-ids.txt"), InCopy("policies/catalogue-ids.txt"));
        Directory.CreateDirectory(InCopy("policies/Tool"));
        foreach (var list in (string[])["used.tsv", "asked-only.txt", "facts-without-source.txt"])
            File.Copy(Repo.Path("policies", "Tool", list), InCopy($"policies/Tool/{list}"));
        List<string> missing = [];
        var answers = Steps().SelectMany(step => Run(step, missing)).ToList();

        Assert.Equal(
            [
                "tn-tdmhsas/pack.yaml:1: has the decision 'continued-service', but no rule of the program has it in in:; add the rules, or remove the decision",
                "tn-tdmhsas/services.yaml:2: TN-CONT-001 is not in the catalogue; correct the id, or add it to policies/catalogue-ids.txt if the rule is new",
                "tn-tdmhsas/services.yaml:2: TN-CONT-001 has in: continued-service, but no row and no case of that decision evaluates it; "
                    + "add a row that shows it, or remove the decision from in:",
            ], missing);
        Assert.Contains(answers, a => a.Contains("rules checked, no problem", StringComparison.Ordinal));
        Assert.Contains(answers, a => a.StartsWith("continued-service under tn-tdmhsas on 2027-03-01: Met", StringComparison.Ordinal)
            && a.Contains("TN-CONT-001", StringComparison.Ordinal));
        Assert.True(File.Exists(InCopy("docs/programs/tn-tdmhsas.md")));
        Assert.Single(Directory.GetDirectories(InCopy("policies/released/tn-tdmhsas")));
    }

    /// <summary>Writes the file of a step, and notes the first problem that check then has; or runs the commands of a step.</summary>
    private IEnumerable<string> Run((string File, string Text) step, List<string> missing)
    {
        if (step.Text.Contains(Command, StringComparison.Ordinal))
            return [.. step.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Tool(line.Trim()[Command.Length..].Split(' '), 0))];
        if (step.File.EndsWith("catalogue-ids.txt", StringComparison.Ordinal))
            File.AppendAllText(InCopy(step.File), step.Text);
        else
            File.WriteAllText(InCopy(step.File), step.Text);
        if (step.File.StartsWith("policies/packs", StringComparison.Ordinal) || step.File.EndsWith(".txt", StringComparison.Ordinal))
            missing.AddRange(Tool(["check"], null).Split('\n').Where(line => line.StartsWith("tn-", StringComparison.Ordinal)).Take(1));
        return [];
    }

    private string Tool(string[] arguments, int? expected)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ips-policies.dll"), .. arguments])
        {
            WorkingDirectory = _copy.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        var errors = tool.StandardError.ReadToEndAsync();
        var output = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        Assert.True(expected is null || tool.ExitCode == expected, $"{string.Join(' ', arguments)}: {output}{errors.Result}");
        return output + errors.Result;
    }

    /// <summary>Every code block of the section, with the last path that the text before it names.</summary>
    private static IEnumerable<(string File, string Text)> Steps()
    {
        var page = File.ReadAllText(Repo.Path("docs", "how-to-change-a-rule.md"));
        var section = page.Split("## A new state's pack, in one folder")[1].Split("\n## ")[0];
        var file = "";
        var parts = section.Split("```");
        for (var i = 1; i < parts.Length; i += 2)
        {
            file = PathInText().Matches(parts[i - 1]).LastOrDefault()?.Groups["path"].Value ?? file;
            var lines = parts[i].Split('\n')[1..^1].Select(line => line.StartsWith("   ", StringComparison.Ordinal) ? line[3..] : line);
            yield return (file, string.Join('\n', lines) + "\n");
        }
    }

    private void Copy(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Repo.Path(folder.Split('/')), "*", SearchOption.AllDirectories))
        {
            var to = InCopy(Path.GetRelativePath(Repo.Path(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    private string InCopy(string path) => Path.Combine([_copy.FullName, .. path.Split('/')]);

    [GeneratedRegex(@"`(?<path>[\w/.-]+\.(yaml|txt|json))`:", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathInText();
}
