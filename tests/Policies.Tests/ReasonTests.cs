using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>What a receipt shows, checked in every row beside the packs.</summary>
public sealed class ReasonTests
{
    private static readonly ILookup<string, RuleRow> Rows = RowFiles.Read(Repo.Path("policies", "packs")).ToLookup(r => r.Rule, StringComparer.Ordinal);

    // Read a second time, so that nothing cached by the first engine can hide a difference.
    private static readonly PolicyEngine SecondEngine = new(PackReader.ReadShipped());

    public static TheoryData<string> Rules => [.. Rows.Select(r => r.Key)];

    [Theory, MemberData(nameof(Rules))]
    public void Every_finding_has_a_reason(string rule)
    {
        foreach (var row in Rows[rule])
        {
            var decision = PolicyEngine.Shipped.Decide(row.Program, row.Decision, row.AsOf, row.Facts);
            foreach (var finding in decision.Findings)
            {
                var where = $"{row}: {finding.Rule} {finding.Verdict}: {finding.Reason} / {finding.Remedy}";
                Assert.False(string.IsNullOrWhiteSpace(finding.Reason), where);
                Assert.DoesNotContain("True", finding.Reason, StringComparison.Ordinal);
                Assert.DoesNotContain("False", finding.Reason, StringComparison.Ordinal);
                Assert.DoesNotContain("`", finding.Reason + finding.Remedy, StringComparison.Ordinal);
                Assert.DoesNotContain("System.", finding.Reason + finding.Remedy, StringComparison.Ordinal);
                Assert.True(finding.Verdict != Verdict.NeedsFacts || finding.MissingFacts.Count > 0, where);
                Assert.DoesNotContain("not known", finding.Remedy ?? "", StringComparison.Ordinal);
            }
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void The_same_question_gives_the_same_bytes(string rule)
    {
        foreach (var row in Rows[rule])
        {
            var first = PolicyEngine.Shipped.Decide(row.Program, row.Decision, row.AsOf, row.Facts);
            var again = SecondEngine.Decide(row.Program, row.Decision, row.AsOf, row.Facts);
            Assert.Equal(first.Json, again.Json);
        }
    }
}
