using Ips.Testing;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>
/// What the tests of this project received from the service for each rule that a decision of Staffing evaluates: <c>answered-rules.tsv</c>, written by a run of all
/// tests with <c>UPDATE_ANSWERED=1</c>. Where the platform holds what its other rules leave to a person stands in <c>kept-rules.tsv</c>.
/// </summary>
public sealed class AnsweredRulesTests
{
    public static TheoryData<string> Rules() => [.. StaffingService.Answered.Rules.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_answered_on_both_sides_in_each_of_its_programs_by_an_rpc_in_a_test(string rule) =>
        StaffingService.Answered.AssertAnsweredInItsPrograms(rule, StaffingService.Answered.AssertAnswered(rule, typeof(AnsweredRulesTests).Assembly,
            // No last day is printed for its topics: one that is open is reported to a person and is no no.
            rule == "LA-TRN-006" ? [AnsweredRule.Met, "NEEDSREVIEW"] : []));

    public static TheoryData<string> KeptRules() => [.. StaffingService.Answered.Human.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void The_list_of_human_rules_names_each_rule_that_a_person_decides_and_no_other() => Assert.Equal(
        StaffingService.Answered.Human.Keys.Order(StringComparer.Ordinal), StaffingService.Answered.ReadKept().Select(line => line.Rule).Distinct(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(KeptRules))]
    public void What_a_rule_leaves_to_a_person_has_a_field_that_one_rpc_takes_and_another_shows(string rule) =>
        StaffingService.Answered.AssertKept(rule, typeof(AnsweredRulesTests).Assembly);
}
