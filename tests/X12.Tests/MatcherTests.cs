using Xunit;

namespace Ips.X12.Tests;

/// <summary>Which line of ours a remittance line is about. Money for one milestone is never posted to another.</summary>
public sealed class MatcherTests
{
    private static readonly Period Day = new(new(2026, 11, 20), new(2026, 11, 20));
    private static readonly SentLine Z3 = new("HW-1", "L-1-1", "P1", new("HC", "H2023", ["U4", "Z3"]), Day, 2000m, "M1");
    private static readonly SentLine Z4 = new("HW-2", "L-2-1", null, new("HC", "H2023", ["U4", "Z4"]), Day, 2000m, "M1");

    [Fact]
    public void Line_control_number_decides_even_when_modifiers_are_missing()
    {
        var match = Match("HW-1", "", Line(["Z9"], control: "L-1-1"));
        Assert.Equal((MatchBy.LineControl, Z3), (match.By, match.Line));
    }

    [Fact]
    public void Line_control_number_of_another_claim_is_no_match()
    {
        var match = Match("HW-2", "", Line(["U4", "Z3"], control: "L-1-1"));
        Assert.Null(match.Line);
        Assert.Equal([Z3, Z4], match.Candidates);
    }

    [Fact]
    public void Claim_number_with_the_same_contents_matches() => Assert.Equal((MatchBy.Claim, Z3),
        (Match("hw-1 ", "", Line(["U4", "Z3"])).By, Match("hw-1 ", "", Line(["U4", "Z3"])).Line));

    [Fact]
    public void Only_line_of_a_claim_matches_by_day_and_charge_when_the_payer_changed_the_code() => Assert.Equal(Z4, Match("HW-2", "", Line([])).Line);

    [Fact]
    public void Only_line_of_a_claim_with_another_charge_is_no_match()
    {
        var match = Match("HW-2", "", Line(["U4", "Z4"], charge: 1999m));
        Assert.Null(match.Line);
        Assert.Equal([Z4], match.Candidates);
    }

    [Fact]
    public void Payer_claim_number_comes_after_ours() => Assert.Equal((MatchBy.PayerClaim, Z3),
        (Match("?", "P1", Line(["U4", "Z3"])).By, Match("?", "P1", Line(["U4", "Z3"])).Line));

    [Fact]
    public void Contents_match_only_with_all_modifiers()
    {
        Assert.Equal((MatchBy.Contents, Z4), (Match("?", "", Line(["U4", "Z4"])).By, Match("?", "", Line(["U4", "Z4"])).Line));
        var bare = Match("?", "", Line([]));
        Assert.Equal((MatchBy.None, null, 2), (bare.By, bare.Line, bare.Candidates.Count));
    }

    [Fact]
    public void Two_equal_lines_go_to_a_person()
    {
        var twin = Z3 with { Claim = "HW-9", LineControl = "L-9-1", PayerClaim = null };
        var match = ClaimMatcher.Match(Claim("?", "", Line(["U4", "Z3"])), Line(["U4", "Z3"]), [Z3, twin]);
        Assert.Equal((null, 2), (match.Line, match.Candidates.Count));
    }

    [Fact]
    public void Procedure_that_we_sent_is_compared_when_the_payer_decided_on_another() =>
        Assert.Equal(Z4, Match("?", "", Line(["Z9"]) with { SentProcedure = new("HC", "H2023", ["U4", "Z4"]) }).Line);

    [Fact]
    public void A_reversal_has_the_charge_with_the_other_sign() => Assert.Equal(Z3, Match("HW-1", "", Line(["U4", "Z3"], charge: -2000m)).Line);

    [Fact]
    public void Another_member_is_no_candidate() => Assert.Empty(ClaimMatcher.Match(Claim("?", "", Line(["U4", "Z3"])) with
    {
        Patient = new("QC", null, null,
        "MI", "M2")
    }, Line(["U4", "Z3"]), [Z3, Z4]).Candidates);

    [Fact]
    public void Acceptance_file_without_the_modifier_matches_its_line()
    {
        var claim = X12Documents.Read(Sample.Accepted("835_modifier_not_returned.txt")).OfType<Remittance>().Single().Claims[0];
        SentLine right = new("HW-2026-0020", "L-0020-1", null, new("HC", "H2023", ["Z2"]), Day, 2000m, "945000001K");
        SentLine wrong = right with { Claim = "HW-2026-0099", LineControl = "L-0099-1", Procedure = new("HC", "H2023", []) };
        Assert.Equal(right, ClaimMatcher.Match(claim, claim.Lines[0], [wrong, right]).Line);
    }

    private static LineMatch Match(string claim, string payerClaim, RemittanceLine line) => ClaimMatcher.Match(Claim(claim, payerClaim, line), line, [Z3, Z4]);

    private static RemittanceClaim Claim(string claim, string payerClaim, RemittanceLine line) => new(
        claim, "1", line.Charge, line.Paid, null, "MC", payerClaim, new("QC", null, null, "MI", "M1"), null, null, null, null, null, [], [], [], [], [line],
            null);

    private static RemittanceLine Line(IReadOnlyList<string> modifiers, decimal charge = 2000m, string? control = null) => new(
        new("HC", "H2023", modifiers), charge, charge, 1, null, null, Day, control, [], [], [], []);
}
