using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Questions that a program does not have are refused; judged by no rule they would be answered with a yes.</summary>
public sealed class EligibilityRequestTests
{
    [Theory]
    [InlineData("nc-state", "authorization-request", """{ "requestKind": "m6" }""", "requestKind")]
    [InlineData("nc-core", "authorization-request", """{ "requestKind": "la-prior-auth" }""", "requestKind")]
    [InlineData("la-acla", "authorization-request", """{ "requestKind": "ips" }""", "requestKind")]
    [InlineData("nc-core", "authorization-request", """{ }""", "requestKind")]
    [InlineData("nc-state", "report-due", """{ "report": "nc_core_monthly" }""", "report")]
    [InlineData("la-lhcc", "report-due", """{ "report": "dhhs_quarterly_outcome" }""", "report")]
    [InlineData("nc-core", "report-due", """{ "report": "accreditation_change_notice" }""", "report")]
    [InlineData("nc-state", "report-due", """{ "report": "outcome_review", "period": "2024-Q1" }""", "report")]
    [InlineData("nc-state", "support-contact", """{ "contact": "after_job_start" }""", "program")]
    [InlineData("nc-core", "report-due", """{ "report": "nc_core_monthly", "period": "2024-Q1" }""", "period")]
    [InlineData("nc-core", "report-due", """{ "report": "dhhs_quarterly_outcome", "period": "2024-03" }""", "period")]
    [InlineData("nc-core", "admission", """{ "diagnoses": [{ "severity": "mild" }] }""", "diagnoses[0].class")]
    [InlineData("nc-core", "admission", """{ "benefitPlan": "x" }""", "benefitPlan")]
    [InlineData("nc-state", "service-order", """{ "orderDate": "2024-02-30" }""", "orderDate")]
    [InlineData("mo-dmh-vr", "reauthorization", """{ }""", "program")]
    public void Unsupported_decision_is_refused(string program, string decision, string facts, string field)
    {
        using var json = JsonDocument.Parse(facts);
        var refused = Assert.Throws<InvalidRequestException>(() => PolicyEngine.Shipped.Decide(program, decision, new(2024, 3, 1), json.RootElement));
        Assert.Contains(refused.Problems, p => p.Field == field);
    }

    [Fact]
    public void Day_before_the_Missouri_text_is_refused()
    {
        using var json = JsonDocument.Parse("{}");
        var refused = Assert.Throws<InvalidRequestException>(() => PolicyEngine.Shipped.Decide("mo-dmh-vr", "admission", new(2017, 4, 30),
            json.RootElement));
        Assert.Contains(refused.Problems, p => p.Field == "asOf" && p.Expected.Contains("2017-05-01", StringComparison.Ordinal));
    }
}
