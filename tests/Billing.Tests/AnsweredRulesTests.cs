using Ips.Testing;
using Xunit;

namespace Ips.Billing.Tests;

/// <summary>
/// What the tests of this project received from the service for each rule that a decision of Billing evaluates: <c>answered-rules.tsv</c>, written by a run of all
/// tests with <c>UPDATE_ANSWERED=1</c>.
/// </summary>
public sealed class AnsweredRulesTests
{
    // Rules about money that only a decision of Eligibility evaluates: its tests call its service on both sides.
    private static readonly Dictionary<string, string> OfEligibility = new()
    {
        ["LA-EXCL-002"] = "admission",
        ["MO-DEF-003"] = "discharge",
        ["NCC-MS-06e"] = "authorization-request",
    };

    private const string NeedsFacts = "NEEDSFACTS";

    // Rules of which the service can answer other sides only.
    private static readonly Dictionary<string, string[]> OtherSides = new()
    {
        // A line of a milestone leaves in a file of claims only, which goes to the claims system that the rule names.
        ["NCC-FIN-001"] = [AnsweredRule.Met],
        // The days on which the code was in use are under a text that is not on file: a person decides them.
        ["NC-HIST-002"] = [AnsweredRule.NotMet],
        // The place is on the note, or it is not known: no place is a wrong one.
        ["NC-NOTE-005"] = [AnsweredRule.Met, NeedsFacts],
        // The letter was received and uploaded, or nothing is known of it: a day ahead is refused as bad input.
        ["NCC-UM-004"] = [AnsweredRule.Met, NeedsFacts],
        ["NCC-UM-005"] = [AnsweredRule.Met, NeedsFacts],
    };

    public static TheoryData<string> Rules() =>
        [.. BillingService.Answered.Rules.Keys.Where(rule => !OfEligibility.ContainsKey(rule)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_answered_on_both_sides_by_an_rpc_in_a_test(string rule) => BillingService.Answered.AssertAnswered(
        rule, typeof(AnsweredRulesTests).Assembly, OtherSides.GetValueOrDefault(rule, []));

    [Fact]
    public void A_rule_that_is_left_out_is_in_no_decision_of_Billing() =>
        Assert.All(OfEligibility, rule => Assert.Equal([rule.Value], BillingService.Answered.Rules[rule.Key].In));
}
