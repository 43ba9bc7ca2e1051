using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Runs the decision cases that ship with the tests.</summary>
public sealed class CaseTests
{
    public static TheoryData<string> Cases => [.. CaseRunner.Read(Repo.Path("tests", "cases")).Select(c => c.Id)];

    [Theory, MemberData(nameof(Cases))]
    public void Case_book_passes(string id)
    {
        var @case = CaseRunner.Read(Repo.Path("tests", "cases")).Single(c => c.Id == id);
        Assert.Empty(CaseRunner.Run(PolicyEngine.Shipped, @case));
    }
}
