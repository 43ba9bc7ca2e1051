using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Runs every row beside the packs.</summary>
public sealed class RowTests
{
    private static readonly IReadOnlyList<RuleRow> All = RowFiles.Read(Repo.Path("policies", "packs"));

    public static TheoryData<string, string> Rows
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (var row in All)
                rows.Add(row.File, row.ToString());
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void Every_row_holds(string file, string name)
    {
        var row = All.Single(r => r.File == file && r.ToString() == name);
        Assert.Empty(CaseRunner.Run(PolicyEngine.Shipped, row.ToCase()));
    }
}
