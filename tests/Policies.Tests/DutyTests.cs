using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Services ask the packs for the rule of a duty; they write no rule id.</summary>
public sealed partial class DutyTests
{
    private static readonly string[] Programmatic = ["services", "platform", "web", "AppHost", "ServiceDefaults", "hosting"];

    [Fact]
    public void No_rule_id_stands_in_the_code_of_services_and_platform()
    {
        var found = from folder in Programmatic
                    from file in Directory.EnumerateFiles(Repo.Path(folder), "*.*", SearchOption.AllDirectories)
                    where Path.GetExtension(file) is ".cs" or ".razor" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")
                    from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
                    where Names(line.Text)
                    select $"{Path.GetRelativePath(Repo.Path(), file)}:{line.Number}: {line.Text.Trim()}";
        Assert.Equal([], found);
    }

    [Theory]
    [InlineData("return \"NC-AUTH-005\";", true)]
    [InlineData("x => x.Rule == \"NCC-MS-02c\" || true // NC-LIM-001", true)]
    [InlineData("    /// The request is late (NC-AUTH-005).", false)]
    [InlineData("var due = day; // NC-AUTH-005", false)]
    [InlineData("const string Law = \"42-CFR-438.210(d)\";", false)]
    public void A_comment_may_cite_a_rule_and_code_may_not(string line, bool names) => Assert.Equal(names, Names(line));

    [Fact]
    public void Every_duty_is_given_in_some_program() => Assert.All(Enum.GetValues<RuleDuty>(), duty =>
        Assert.Contains(PolicyEngine.Shipped.Programs.Values, program => program.RuleFor(duty) is not null));

    [Fact]
    public void A_program_without_a_rule_for_a_duty_has_none_of_another_program()
    {
        Assert.Equal("NC-SO-004", RuleDuty.OrderRenewal.FindIn("nc-core"));
        Assert.Null(RuleDuty.OrderRenewal.FindIn("mo-dmh-vr"));
        Assert.Null(RuleDuty.OrderRenewal.FindIn("xx"));
        Assert.True(RuleDuty.Lasting.IsOf("mo-dmh-vr", "MO-VR-002"));
        Assert.False(RuleDuty.Lasting.IsOf("nc-core", "MO-VR-002"));
    }

    /// <summary>The value says which rule set it, where the rule depends on the score.</summary>
    [Theory]
    [InlineData("nc-state", 73, null, "NC-FID-008")]
    [InlineData("nc-core", 80, null, "NC-FID-010")]
    [InlineData("nc-state", 114, null, "NC-FID-011")]
    [InlineData("nc-state", 115, null, "NC-FID-012")]
    [InlineData("la-acla", 90, null, "LA-FID-008")]
    [InlineData("la-acla", 100, null, "LA-FID-010")]
    [InlineData("la-lhcc", 120, 24, "LA-FID-012")]
    [InlineData("mo-dmh-vr", 99, null, "MO-FID-002")]
    public void The_next_review_is_set_by_a_rule_of_its_program(string program, int score, int? granted, string rule)
    {
        var decided = PolicyEngine.Shipped.Decide(program, Fidelity.FidelityResultDecision.Kind, new(2024, 6, 1), new()
        {
            FinalScore = score,
            ReviewDate = new(2024, 3, 1),
            FinalReportReceivedDate = new(2024, 3, 20),
            TeamStatus = score < 100 ? Fidelity.TeamStatus.New : Fidelity.TeamStatus.Existing,
            GrantedIntervalMonths = granted,
        });
        Assert.NotNull(decided.Values.GetValueOrDefault("nextReviewDue"));
        Assert.Equal(rule, decided.SetBy("nextReviewDue")?.Value);
        Assert.Null(decided.SetBy("tier"));
    }

    private static bool Names(string line) => RuleIds().IsMatch(Comment().Replace(line, ""));

    [GeneratedRegex(@"\b[A-Z]{2,4}-[A-Z]+-\d{2,3}[a-z]?\b", RegexOptions.None, 1000)]
    private static partial Regex RuleIds();

    // An address has a colon before its slashes.
    [GeneratedRegex("(?<!:)//.*$", RegexOptions.None, 1000)]
    private static partial Regex Comment();
}
