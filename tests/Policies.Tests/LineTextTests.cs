using Ips.Policies.ClaimLines;
using Ips.Policies.Fidelity;
using Ips.Policies.LouisianaEncounters;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>What a service takes from the text of a day to put on a line, and the facts that a finding names.</summary>
public sealed class LineTextTests
{
    private static PackDay Text(string program) => PolicyEngine.Shipped.Programs[program].On(new(2026, 3, 2));

    [Theory]
    [InlineData("la-lhcc", 1, "H2024", "")]
    [InlineData("la-lhcc", 6, "H2024", "")]
    [InlineData("la-lhcc", 7, "H2024", "TG")]
    [InlineData("la-acla", 7, null, "")]
    [InlineData("nc-core", 7, null, "")]
    public void A_Louisiana_encounter_has_its_code_and_from_the_seventh_of_the_month_its_modifier(string program, int number, string? code, string modifiers)
    {
        Assert.Equal(code, LaEncounterDecision.CodeOf(Text(program)));
        Assert.Equal(modifiers, string.Join(' ', LaEncounterDecision.ModifiersOf(Text(program), number)));
    }

    [Fact]
    public void A_reviewed_milestone_needs_its_letter()
    {
        Assert.Equal([3, 4, 5, 7, 8, 9], Enumerable.Range(1, 9).Where(milestone => ContractLineRules.NeedsLetter(Text("nc-core"), milestone)));
        Assert.DoesNotContain(Enumerable.Range(1, 9), milestone => ContractLineRules.NeedsLetter(Text("nc-state"), milestone));
    }

    [Fact]
    public void Only_the_state_text_has_a_code_by_the_unit_of_time()
    {
        Assert.Equal("YP630", StateLineRules.StateCodeOf(Text("nc-state")));
        Assert.Null(StateLineRules.StateCodeOf(Text("la-acla")));
    }

    [Fact]
    public void A_finding_names_every_fact_that_its_rule_read()
    {
        var decision = PolicyEngine.Shipped.Decide("nc-core", FidelityResultDecision.Kind, new DateOnly(2024, 9, 1), new FidelityResultFacts { FinalScore = 100 });
        Assert.Equal(["finalScore", "finalReportReceivedDate"], decision.Findings.Single(f => f.Rule.Value == "NC-FID-009").FactsRead);
        Assert.Equal(["evaluator"], decision.Findings.Single(f => f.Rule.Value == "NC-FID-002").FactsRead);
    }
}
