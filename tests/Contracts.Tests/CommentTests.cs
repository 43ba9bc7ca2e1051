using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>Comments are not in the descriptors, so the proto files are read as text.</summary>
public sealed partial class CommentTests
{
    public static TheoryData<string> Files => [.. Contract.Sources.Keys.Order()];

    [Theory, MemberData(nameof(Files))]
    public void Every_rpc_message_field_and_value_says_what_it_means(string file) => Assert.Empty(Silent(Contract.Sources[file]));

    [Theory, MemberData(nameof(Files))]
    public void Every_day_says_how_it_is_written(string file)
    {
        var lines = Contract.Sources[file];
        Assert.Empty(lines
            .Select((line, at) => (line, at))
            .Where(entry => Day().IsMatch(entry.line) && !CommentAbove(lines, entry.at).Contains("YYYY-MM-DD", StringComparison.Ordinal))
            .Select(entry => $"line {entry.at + 1}: {entry.line.Trim()}"));
    }

    [Fact]
    public void A_declaration_without_a_comment_is_found()
    {
        string[] lines =
        [
            "// Speaks.", "", "message Silent {", "  string field = 1;", "}", "enum E {", "  VALUE = 0;", "}",
            "// Speaks.", "service S {", "  rpc Quiet(Silent) returns (Silent);", "}",
        ];

        Assert.Equal(
            ["line 3: message Silent {", "line 4: string field = 1;", "line 6: enum E {", "line 7: VALUE = 0;", "line 11: rpc Quiet(Silent) returns (Silent);"],
            Silent(lines));
    }

    private static string[] Silent(string[] lines) =>
    [
        .. lines
            .Select((line, at) => (line, at))
            .Where(entry => Declaration().IsMatch(entry.line) && CommentAbove(lines, entry.at).Trim().Length == 0)
            .Select(entry => $"line {entry.at + 1}: {entry.line.Trim()}"),
    ];

    private static string CommentAbove(string[] lines, int at)
    {
        var text = "";
        while (--at >= 0 && lines[at].TrimStart().StartsWith("//", StringComparison.Ordinal))
            text = lines[at].Trim().TrimStart('/') + " " + text;
        return text;
    }

    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // A named thing, a field, or an enum value.
    [GeneratedRegex(@"^\s*((message|enum|service|rpc)\s+\w+|((repeated|optional)\s+)?[\w.]+\s+\w+\s*=\s*\d+\s*(\[.*\])?;|[A-Z][A-Z0-9_]*\s*=\s*\d+;)", Plain, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\s*(optional )?string (\w+_(date|on|from|through|start|day|due)|from|through|day|as_of|last_onsite_day|other_bh_service_last_contact) = \d+", Plain, 1000)]
    private static partial Regex Day();
}
