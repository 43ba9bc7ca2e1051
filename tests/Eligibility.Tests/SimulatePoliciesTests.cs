using Ips.Platform.Decisions;
using Ips.Policies;
using Ips.Testing;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>What a draft of a policy would change in the decisions that are stored.</summary>
[Collection("eligibility")]
public sealed class SimulatePoliciesTests(EligibilityService service)
{
    [Fact]
    public async Task A_draft_names_who_gets_another_verdict_and_by_which_rule_and_changes_nothing()
    {
        var one = await PersonBuilder.Register(service);
        await one.WithFacts();
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        var before = await service.Everything();
        var none = await Compare(_ => _);
        Assert.Equal((0, 0m, 0), (none.Changed, none.MoneyBefore, none.Days));
        Assert.True(none.Decisions > 0);

        var found = await Compare(text => text.Replace("min_age: { unit: years, values: [{ from: 2021-12-01, value: 16 }] }",
            "min_age: { unit: years, values: [{ from: 2021-12-01, value: 99 }] }", StringComparison.Ordinal));
        var changed = Assert.Single(found.Subjects[one.Name]);
        Assert.StartsWith($"admission of {service.Day()}: Met becomes NotMet (NCC-ELIG-001", changed, StringComparison.Ordinal);
        Assert.Contains(found.Changes, c => c.Key == "admission verdict: Met becomes NotMet" && c.Value >= 1);
        Assert.Equal(before, await service.Everything());

        await using StringWriter report = new();
        found.Print(report, 0);
        Assert.StartsWith($"nc-core: {found.Decisions} stored decisions, {found.Changed} change", report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(one.Name, report.ToString(), StringComparison.Ordinal);
        // No fact and no reason: the person's birth date is in the reason of the rule.
        await using StringWriter named = new();
        found.Print(named, int.MaxValue);
        Assert.Contains(one.Name, named.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("1991", named.ToString(), StringComparison.Ordinal);
    }

    private async Task<SimulatedPolicies> Compare(Func<string, string> change)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var draft = Path.Combine(folder.CreateSubdirectory("nc-core").FullName, "eligibility.yaml");
            await File.WriteAllTextAsync(draft, change(PackFiles.Shipped()["nc-core/eligibility.yaml"]));
            PolicyEngine engine = new(PackReader.Read(PackFiles.With(PackFiles.Shipped(), "nc-core", draft)));
            SimulatedPolicies? found = null;
            await service.Use<ComparedDecisions>(async compared => found = await compared.Simulate(engine, "nc-core", default, null, default));
            return found!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
