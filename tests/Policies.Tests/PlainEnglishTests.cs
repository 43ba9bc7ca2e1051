using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>The words that docs/plain-english.md lists do not appear in the source.</summary>
public sealed partial class PlainEnglishTests
{
    /// <summary>What is checked: folders and files below the checkout.</summary>
    private static readonly string[] Covered =
    [
        "AppHost", "ServiceDefaults", "bench", "contracts", "deploy", "docs", "hosting", "platform", "policies", "services", "tests", "web", "x12", "README.md",
    ];

    private static readonly string[] Endings = [".cs", ".proto", ".md", ".yaml", ".razor"];
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "Migrations"];
    private static readonly string ListOfWords = Repo.Path("docs", "plain-english.md");
    private static readonly List<BannedWord> Banned = [.. Row().Matches(File.ReadAllText(ListOfWords)).Select(BannedWord.Of)];

    [Fact]
    public void Source_is_plain_English()
    {
        var found = Covered.SelectMany(Files).SelectMany(Problems).ToList();
        Assert.True(found.Count == 0, $"{found.Count} words that docs/plain-english.md lists:\n" + string.Join('\n', found));
    }

    [Fact]
    public void Every_covered_folder_has_source() => Assert.All(Covered, folder => Assert.NotEmpty(Files(folder)));

    [Theory]
    [InlineData("The caller is Told twice.", "a.md", true)]
    [InlineData("// the told caller", "a.cs", true)]
    [InlineData("var asked = 1;", "a.cs", true)]
    [InlineData("// the documents asked for", "a.cs", false)]
    [InlineData("log(\"documents asked for\");", "a.cs", false)]
    [InlineData("the documents asked for", "a.md", false)]
    [InlineData("stolded", "a.md", false)]
    public void Words_are_found_whole(string line, string file, bool expected) => Assert.Equal(expected, Problems(file, 1, line).Any());

    private static IEnumerable<string> Files(string covered)
    {
        var path = Repo.Path(covered.Split('/'));
        return File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(f => Endings.Contains(Path.GetExtension(f)) && f != ListOfWords && !Path.GetRelativePath(path, f)
                .Split(Path.DirectorySeparatorChar).Any(Skipped.Contains))
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Problems(string file)
    {
        var name = Path.GetRelativePath(Repo.Path(), file);
        return name.EndsWith("PlainEnglishTests.cs", StringComparison.Ordinal) ? [] : File.ReadLines(file).SelectMany((line, i) => Problems(name, i + 1, line));
    }

    private static IEnumerable<string> Problems(string file, int line, string text)
    {
        var code = file.EndsWith(".cs", StringComparison.Ordinal) ? CommentOrText().Replace(text, " ") : "";
        return Banned.Where(word => word.Pattern.IsMatch(word.IsName ? code : text))
            .Select(word => $"{file}:{line}: \"{word.Word}\": write {word.Instead}");
    }

    [GeneratedRegex(@"^\| (?<word>[^|]+?) \| (?<where>text|name) \| (?<instead>[^|]+?) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("""//.*|"([^"\\]|\\.)*"|^\s*\*.*""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommentOrText();

    private sealed record BannedWord(string Word, bool IsName, string Instead, Regex Pattern)
    {
        public static BannedWord Of(Match row)
        {
            var word = row.Groups["word"].Value;
            Regex pattern = new($@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return new(word, row.Groups["where"].Value == "name", row.Groups["instead"].Value, pattern);
        }
    }
}
