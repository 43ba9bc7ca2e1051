using Ips.Policies.Tool;
using Ips.Policies.Tool.Guarding;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Each guard reports what it guards: the shipped packs are broken one thing at a time.</summary>
public sealed class GuardTests
{
    private static readonly Checkout Checkout = new(Repo.Path());

    public static TheoryData<string, string, string, string> Breaks => new()
    {
        // file, text, what it becomes, the expected problem
        { "nc-state/eligibility.yaml", "- id: NC-ELIG-001\n", "- id: NC-ELIG-999\n", "NC-ELIG-001 is in no pack" },
        { "nc-state/eligibility.yaml", "- id: NC-ELIG-001\n", "- id: NC-ELIG-999\n", "NC-ELIG-999 is not in the catalogue" },
        { "nc-state/eligibility.yaml", "in: [admission]", "in: [admission, caseload]", "has in: caseload, but no row" },
        { "nc-state/eligibility.yaml", "min_age: {", "least_age: {", "reads NC-ELIG-003.min_age, which the entry does not have" },
        { "nc-state/eligibility.yaml", "min_age: {", "least_age: {", "no evaluator reads NC-ELIG-003.least_age" },
        { "nc-state/eligibility.yaml", "min_age: { unit: years", "min_age: { unit: usd", "its evaluator reads a whole number" },
        { "nc-state/eligibility.yaml", "min_age: { unit: years, values: [{ from: 2023-10-01", "min_age: { unit: years, values: [{ from: 2024-10-01",
            "begins on 2024-10-01, the rule on 2023-10-01" },
        { "nc-state/eligibility.yaml", "min_age: { unit: years, values: [{ from: 2023-10-01, value: 16 }]",
            "min_age: { unit: years, values: [{ from: 2023-10-01, through: 2024-12-31, value: 16 }]", "has no value after 2024-12-31" },
        { "nc-state/eligibility.yaml", "min_age: { unit: years, values: [{ from: 2023-10-01, value: 16 }]",
            "min_age: { unit: years, values: [{ from: 2023-10-01, value: 17 }]", "NC-ELIG-003: the 16th birthday is the admission day" },
        { "nc-state/eligibility.yaml", "min_age: { unit: years, values: [{ from: 2023-10-01, value: 16 }]",
            "min_age: { unit: years, values: [{ from: 2023-10-01, through: 2028-12-31, value: 16 }, { from: 2029-01-01, value: 16 }]",
            "a value changes on 2029-01-01, the calendar" },
    };

    [Theory, MemberData(nameof(Breaks))]
    public void Broken_pack_is_reported(string file, string text, string becomes, string expected)
    {
        var files = PackFiles.Below(Checkout.Packs).ToDictionary(StringComparer.Ordinal);
        Assert.Contains(text, files[file], StringComparison.Ordinal);
        var at = files[file].IndexOf(text, StringComparison.Ordinal);
        files[file] = files[file][..at] + becomes + files[file][(at + text.Length)..];
        var packs = PackReader.Read(files);
        var problems = Guards.Check(packs, Evidence.Gather(new(packs), RowFiles.Read(Checkout.Packs), [.. CaseRunner.Read(Checkout.Cases)]));
        Assert.Contains(problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Rule_without_rows_is_reported()
    {
        var packs = Checkout.ReadPacks();
        var rows = RowFiles.Read(Checkout.Packs).Where(r => r.Rule != "NC-ELIG-003").ToList();
        var problems = Guards.Check(packs, Evidence.Gather(new(packs), rows, []));
        Assert.Contains(problems, p => p.Wrong == "NC-ELIG-003 is evaluated; its rows show none");
    }
}
