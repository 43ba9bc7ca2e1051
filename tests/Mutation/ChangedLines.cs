using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ips.Mutation;

/// <summary>The lines of the evaluators that differ from a commit, as git reports them. Removed lines leave nothing to change.</summary>
internal sealed partial class ChangedLines
{
    private readonly HashSet<(string File, int Line)> _lines;

    private ChangedLines(HashSet<(string File, int Line)> lines) => _lines = lines;

    /// <summary>How many lines differ.</summary>
    public int Count => _lines.Count;

    /// <summary>Whether the changed expression begins on one of the lines.</summary>
    public bool Has(Mutant mutant) => _lines.Contains((mutant.File, mutant.Line));

    /// <summary>Whether a line of the file differs.</summary>
    public bool In(string file) => _lines.Any(line => line.File == file);

    /// <summary>The lines that differ from <paramref name="commit"/>, or <see langword="null"/> when this clone does not have the commit.</summary>
    public static ChangedLines? Since(string commit, string root) => Git(root,
        "diff", "--unified=0", "--no-color", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/", "--end-of-options", commit, "--", "policies/*.cs")
        is { } diff ? Of(diff) : null;

    private static ChangedLines Of(string diff)
    {
        HashSet<(string, int)> lines = [];
        var file = "";
        foreach (var line in diff.Split('\n'))
        {
            if (line.StartsWith("+++ b/policies/", StringComparison.Ordinal))
                file = line["+++ b/policies/".Length..];
            else if (Hunk().Match(line) is { Success: true } hunk && !file.StartsWith("Tool/", StringComparison.Ordinal))
                lines.UnionWith(Enumerable.Range(Number(hunk.Groups["first"], 0), Number(hunk.Groups["count"], 1)).Select(n => (file, n)));
        }

        return new(lines);
    }

    private static int Number(Group digits, int otherwise) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : otherwise;

    private static string? Git(string root, params string[] arguments)
    {
        ProcessStartInfo start = new("git", ["-C", root, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start)!;
        git.ErrorDataReceived += (_, _) => { };
        git.BeginErrorReadLine();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : null;
    }

    [GeneratedRegex(@"^@@ -\S+ \+(?<first>\d+)(,(?<count>\d+))? @@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hunk();
}
