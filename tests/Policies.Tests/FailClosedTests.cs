using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A program answers by its own rules or not at all.</summary>
public sealed class FailClosedTests
{
    private const string Decisions =
        "continued-service, training, team-composition, fidelity-result, meeting-compliance, staff-qualification, claim-line, report-due, authorization-request";

    private const string Header = $$"""
        id: xx
        title: A program
        version: "2026.1"
        in_force_from: 2026-01-01
        time_zone: America/New_York
        jurisdiction: { state: XX, state_agency: xx-agency, vr_agency: xx-vr, payer_kinds: [payer] }
        decisions: [{{Decisions}}]
        steward: The steward
        sources:
          policy: The policy
        """;

    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["xx/pack.yaml"] = Header,
        ["xx/topic.yaml"] =
            $$"""
            rules:
              - id: LA-SVC-030
                says: The service goes on as long as the person wants it.
                service: Eligibility
                kind: evaluated
                in: [{{Decisions}}]
                at: section 1
            """,
    };

    [Fact]
    public void A_program_with_one_rule_answers_by_that_rule()
    {
        var decided = Engine(Files).Decide("xx", "continued-service", new(2026, 6, 1), Json("""{"memberWantsSupport":true}"""));
        Assert.Equal((Verdict.Met, "LA-SVC-030"), (decided.Verdict, Assert.Single(decided.Findings).Rule.Value));
    }

    [Theory]
    [InlineData("training", """{"role":"ESP","hireDate":"2026-02-01","completions":[]}""")]
    [InlineData("team-composition", """{"esps":2,"teamLeads":1}""")]
    [InlineData("fidelity-result", """{"finalScore":110,"reviewDate":"2026-05-01","finalReportReceivedDate":"2026-05-20"}""")]
    [InlineData("staff-qualification", """{"role":"ESP","credentials":[]}""")]
    public void Without_a_rule_that_decides_there_is_no_answer(string decision, string facts)
    {
        var refused = Assert.Throws<NoSuchRuleException>(() => Engine(Files).Decide("xx", decision, new(2026, 6, 1), Json(facts)));
        Assert.StartsWith($"xx has no such rule: none decides {decision} on 2026-06-01", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meeting-compliance", """{"meetingKind":"vr","month":"2026-05","meetings":[]}""", "meetingKind")]
    [InlineData("report-due", """{"report":"nc_core_monthly","period":"2026-05","submitted":false}""", "report")]
    [InlineData("authorization-request", """{"requestKind":"la-prior-auth"}""", "requestKind")]
    [InlineData("service-order", """{}""", "program")]
    public void A_question_of_another_program_is_refused(string decision, string facts, string field)
    {
        var refused = Assert.Throws<InvalidRequestException>(() => Engine(Files).Decide("xx", decision, new(2026, 6, 1), Json(facts)));
        Assert.Equal(field, Assert.Single(refused.Problems).Field);
    }

    [Theory]
    [InlineData("mo-dmh-vr", "supervision", "a kind that mo-dmh-vr has: ")]
    [InlineData("nc-state", "supervision", "a kind that nc-state has: ")]
    [InlineData("la-acla", "vr", "a kind that la-acla has: ")]
    public void A_kind_of_meeting_that_a_program_lacks_is_refused_with_those_that_it_has(string program, string kind, string expected)
    {
        var facts = Json($$"""{"meetingKind":"{{kind}}","month":"2026-05","caseloadCount":9,"meetings":[]}""");
        var problem = Assert.Single(Assert.Throws<InvalidRequestException>(
            () => PolicyEngine.Shipped.Decide(program, "meeting-compliance", new(2026, 6, 1), facts)).Problems);
        Assert.StartsWith(expected, problem.Expected, StringComparison.Ordinal);
        Assert.DoesNotContain(kind, problem.Expected[expected.Length..].Split(", "));
        Assert.NotEqual("", problem.Expected[expected.Length..]);
    }

    [Fact]
    public void A_duty_that_no_rule_has_is_no_rule_of_another_program()
    {
        var pack = Assert.Single(PackReader.Read(Files));
        Assert.All(Enum.GetValues<RuleDuty>(), duty => Assert.Null(pack.RuleFor(duty)));
    }

    [Theory]
    [InlineData("[training]", "[training, lottery]", "has the decision 'lottery', which is no decision")]
    [InlineData("[training]", "[training, milestone]", "has the decision 'milestone', but no rule of the program has it in in:")]
    public void A_decision_needs_a_name_and_a_rule(string decisions, string wrong, string problem)
    {
        var files = new Dictionary<string, string>(Files, StringComparer.Ordinal);
        var header = Header.Split('\n').Select(line => line.StartsWith("decisions:", StringComparison.Ordinal) ? $"decisions: {wrong}" : line);
        files["xx/pack.yaml"] = string.Join('\n', header);
        Assert.Equal(problem, Assert.Single(Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems).Wrong);
        files["xx/pack.yaml"] = files["xx/pack.yaml"].Replace(wrong, decisions, StringComparison.Ordinal);
        Assert.Equal(["training"], Assert.Single(PackReader.Read(files)).Decisions);
    }

    private static PolicyEngine Engine(IReadOnlyDictionary<string, string> files) => new(PackReader.Read(files));

    private static JsonElement Json(string facts) => JsonDocument.Parse(facts).RootElement;
}
