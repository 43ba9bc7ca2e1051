using Ips.Testing;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>
/// What the tests of this project received from the service for each rule that a decision of Staffing evaluates: <c>answered-rules.tsv</c>, written by a run of all
/// tests with <c>UPDATE_ANSWERED=1</c>.
/// </summary>
public sealed class AnsweredRulesTests
{
    public static TheoryData<string> Rules() => [.. StaffingService.Answered.Rules.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_answered_on_both_sides_by_an_rpc_in_a_test(string rule) =>
        StaffingService.Answered.AssertAnswered(rule, typeof(AnsweredRulesTests).Assembly,
            // No last day is printed for its topics: one that is open is reported to a person and is no no.
            rule == "LA-TRN-006" ? [AnsweredRule.Met, "NEEDSREVIEW"] : []);
}
