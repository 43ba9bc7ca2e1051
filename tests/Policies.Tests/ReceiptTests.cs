using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>The bytes of a receipt: order of members and values, what is left out, and no white space.</summary>
public sealed class ReceiptTests
{
    [Fact]
    public void Receipt_has_remedies_and_sorted_values()
    {
        var receipt = Decide("nc-state", "training", """{"role":"BENEFITS_COUNSELOR","hireDate":"2024-02-05","trainingYear":1,"annualTraining":[]}""",
            new(2025, 2, 5));
        Assert.StartsWith("""{"decision":"training","program":"nc-state","packVersion":""", receipt, StringComparison.Ordinal);
        Assert.Contains(""","engineVersion":"2","asOf":"2025-02-05","verdict":"NotMet","findings":[{"rule":""", receipt, StringComparison.Ordinal);
        Assert.Contains(
            """
            {"rule":"NC-TRN-006","verdict":"NotMet","decides":true,"because":"0 of 600 minutes from 2024-02-05 to 2025-02-04, overdue on 2025-02-05","citation":{"document":
            """, receipt, StringComparison.Ordinal);
        Assert.Contains(""","remedy":"600 more minutes from 2024-02-05 to 2025-02-04"}""", receipt, StringComparison.Ordinal);
        Assert.EndsWith(""""values":{"minutesShort":600,"requirements":{"NC-TRN-001":{"dueOn":"2024-05-05"},"NC-TRN-005":{"dueOn":"2024-08-05"},"NC-TRN-006":{"dueOn":"2025-02-04","status":"overdue"}}}}"""", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_open_findings_name_a_reviewer_or_missing_facts()
    {
        var receipt = Decide("nc-state", "admission", """{"desireToWork":false}""", new(2024, 3, 1));
        Assert.Contains("""{"rule":"NC-ELIG-009","verdict":"NeedsReview","decides":true,"because":"medical necessity finding: not known","citation":{""", receipt, StringComparison.Ordinal);
        Assert.Matches("""
            "rule":"NC-ELIG-009"[^}]*},"decidedBy":"[^"]+","missingFacts":\["medicalNecessityFinding"\]}
            """.Trim(), receipt);
        Assert.Matches("""
            "rule":"NC-ELIG-003"[^}]*},"missingFacts":\["birthDate"\]}
            """.Trim(), receipt);
        Assert.Matches("""
            "rule":"NC-ELIG-005","verdict":"NotMet"[^}]*},"remedy":"[^"]+"}
            """.Trim(), receipt);
    }

    [Fact]
    public void A_number_that_no_text_prints_shows_its_reading()
    {
        var referral = Decide("nc-state", "dvrs-referral", """{"serviceInitiationDate":"2024-01-08","referralSent":true,"referralDate":"2024-01-09"}""", new(2024, 3, 1));
        Assert.Matches("""
            "rule":"NC-DVRS-002"[^}]*},"reading":"The text gives no number of days; up to 30 [^"]+"}
            """.Trim(), referral);
        Assert.Matches("""
            "rule":"NC-DVRS-001"[^}]*}}
            """.Trim(), referral);
        var held = Decide("nc-core", "tcl-invoice", """{"letterReceivedDate":"2024-04-18","submittedDate":"2024-05-20"}""", new(2024, 5, 20));
        Assert.Matches("""
            "rule":"NCC-TCL-007"[^}]*},"reading":
            """.Trim(), held);
        Assert.Matches("""
            "rule":"NCC-TCL-006"[^}]*}}
            """.Trim(), held);
    }

    private static string Decide(string program, string decision, string facts, DateOnly day)
    {
        using var json = JsonDocument.Parse(facts);
        return PolicyEngine.Shipped.Decide(program, decision, day, json.RootElement).Json;
    }

    [Fact]
    public void A_citation_has_the_law_that_the_text_names()
    {
        var named = PolicyEngine.Shipped.Programs["la-acla"].Find(RuleId.Of("ACLA-ELIG-001"))!.Citation;
        Assert.Equal("LAC 50:I.1101", named.Law);
        Assert.EndsWith($"{named.Section}; LAC 50:I.1101", named.ToString(), StringComparison.Ordinal);
        var unnamed = PolicyEngine.Shipped.Programs["nc-state"].Find(RuleId.Of("NC-ELIG-001"))!.Citation;
        Assert.EndsWith(", Provisions > General (a)", unnamed.ToString(), StringComparison.Ordinal);
    }
}
