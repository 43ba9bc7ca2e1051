using Xunit;

namespace Ips.X12.Tests;

/// <summary>What must come of the acceptance inputs (acceptance/expected.json), as far as a document says it.</summary>
public sealed class AcceptanceTests
{
    [Fact]
    public void TA1_before_the_group_and_a_999_are_both_read()
    {
        var documents = Read("999_with_ta1_before_gs.txt");
        var ta1 = Assert.IsType<InterchangeAcknowledgement>(documents[0]);
        Assert.Equal(("000000007", "A", "000", true), (ta1.Control, ta1.Result, ta1.Note, ta1.IsAccepted));
        var group = Assert.IsType<Acknowledgement>(documents[1]);
        Assert.Equal(("HC", "7", "P", 2, 1), (group.Kind, group.Control, group.Result, group.Received, group.Accepted));
        Assert.Equal([("0001", false), ("0002", true)], group.Sets.Select(s => (s.Control, s.IsAccepted)));
        var error = Assert.Single(group.Sets[0].Segments);
        Assert.Equal(["HW-2026-0017"], error.Claims);
        Assert.Equal("NM1 in loop 2010, position 12, element 9: missing", error.Text);
    }

    [Fact]
    public void A_999_may_answer_a_group_without_listing_sets()
    {
        var group = Assert.IsType<Acknowledgement>(Assert.Single(Read("999_for_an_unknown_group.txt")));
        Assert.Equal(("4711", "A", 0), (group.Control, group.Result, group.Sets.Count));
    }

    [Fact]
    public void A_277CA_accepts_one_claim_and_rejects_the_other()
    {
        var report = Assert.IsType<ClaimStatusReport>(Assert.Single(Read("277ca_one_accepted_one_rejected.txt")));
        Assert.True(report.IsAcknowledgement);
        Assert.Equal("HARBOR-BATCH-7", report.Batch);
        var (accepted, rejected) = (report.Claims[0], report.Claims[1]);
        Assert.Equal(("HW-2026-0018", ClaimAcceptance.Accepted, "26331000018"), (accepted.Claim, accepted.Acceptance, accepted.PayerClaim));
        Assert.Equal(("HW-2026-0019", ClaimAcceptance.Rejected, null), (rejected.Claim, rejected.Acceptance, rejected.PayerClaim));
        Assert.Equal(["A3:562 entity 85", "A8:746 entity 40"], rejected.Statuses.Select(s => s.ToString()));
        Assert.Equal(new DateOnly(2026, 11, 21), rejected.Service!.Value.From);
    }

    [Fact]
    public void A_line_control_number_comes_back_when_the_modifier_does_not()
    {
        var line = Assert.Single(Assert.Single(Remittance("835_modifier_not_returned.txt").Claims).Lines);
        Assert.Equal(("L-0020-1", "H2023", 2000m, 1m), (line.LineControl, line.Procedure!.ToString(), line.Paid, line.Units));
    }

    [Fact]
    public void A_denial_for_authorization_has_its_reason_and_remark()
    {
        var claim = Assert.Single(Remittance("835_denied_for_authorization.txt").Claims);
        Assert.Equal((ClaimDecision.Denied, "26331000021", 0m), (claim.Decision, claim.PayerClaim, claim.Paid));
        Assert.Equal(["CO 197 2000.00"], claim.AllAdjustments.Select(a => a.ToString()));
        Assert.Equal(["M62"], claim.Lines[0].Remarks);
    }

    [Fact]
    public void A_reversal_and_its_correction_balance_to_nothing_paid_and_an_amount_carried_forward()
    {
        var remittance = Remittance("835_reversal_and_correction.txt");
        var (reversal, correction) = (remittance.Claims[0], remittance.Claims[1]);
        Assert.Equal((ClaimDecision.Reversal, -172.41m, null), (reversal.Decision, reversal.Paid, reversal.Corrects));
        Assert.Equal((ClaimDecision.Primary, 147.78m, "26331000022", "26331000023"), (correction.Decision, correction.Paid, correction.Corrects,
            correction.PayerClaim));
        Assert.Equal(("CO 45 24.63", 6m, 7m), (correction.Lines[0].Adjustments[0].ToString(), correction.Lines[0].Units, correction.Lines[0].SentUnits));
        var carried = Assert.Single(remittance.ProviderAdjustments);
        Assert.Equal(("FB", "26331000022", -24.63m), (carried.Reason, carried.Reference, carried.Amount));
        Assert.Equal((0m, -24.63m, -24.63m, 0m, true), (remittance.Balance.Payment, remittance.Balance.Paid, remittance.Balance.ProviderAdjustments,
            remittance.Balance.Difference, remittance.Balance.IsBalanced));
    }

    [Theory]
    [InlineData("2026-06-30", Coverage.NotCovered)]
    [InlineData("2026-07-01", Coverage.Covered)]
    [InlineData("2026-10-31", Coverage.Covered)]
    [InlineData("2026-11-01", Coverage.NotCovered)]
    public void A_271_answers_by_day(string day, Coverage expected)
    {
        var answer = Assert.IsType<EligibilityAnswer>(Assert.Single(Read("271_active_then_ended.txt")));
        var person = Assert.Single(answer.People);
        Assert.Equal(("ELIG-1", "945000001K"), (person.Traces[0].Number, person.Person!.Id));
        Assert.Equal(expected, person.On(DateOnly.ParseExact(day, "yyyy-MM-dd", null)));
    }

    [Theory]
    [InlineData("linuxforhealth/271_005010X279A1/subscriber-health-benefit-check.271", "2005-12-31", Coverage.NotCovered)]
    [InlineData("linuxforhealth/271_005010X279A1/subscriber-health-benefit-check.271", "2006-01-01", Coverage.Covered)]
    [InlineData("linuxforhealth/271_005010X279A1/subscriber-health-benefit-check.271", "2026-01-01", Coverage.Covered)]
    public void A_271_of_others_answers_by_day(string file, string day, Coverage expected)
    {
        var person = X12Documents.Read(Sample.Open(file)).OfType<EligibilityAnswer>().SelectMany(a => a.People).First(p => p.Benefits.Count > 0);
        Assert.Equal(expected, person.On(DateOnly.ParseExact(day, "yyyy-MM-dd", null)));
    }

    [Fact]
    public void A_refused_question_has_its_reason()
    {
        var answer = Assert.IsType<EligibilityAnswer>(Assert.Single(X12Documents.Read(Sample.Open("linuxforhealth/271_005010X279A1/subscriber-health-benefit-check-error.271"))));
        Assert.Equal(new Refusal("50", "N"), Assert.Single(answer.Refusals.Concat(answer.People.SelectMany(p => p.Refusals))));
    }

    [Theory]
    [InlineData("EB*1**30~", Coverage.Covered)]
    [InlineData("EB*6**30~", Coverage.NotCovered)]
    [InlineData("EB*B**98***27*10~", Coverage.Unknown)]
    [InlineData("EB*1**30~DTP*348*D8*20261102~", Coverage.NotCovered)]
    [InlineData("EB*1**30~DTP*348*D8*20261101~", Coverage.Covered)]
    [InlineData("EB*1**30~DTP*291*RD8*20261001-20261031~", Coverage.NotCovered)]
    [InlineData("EB*1**98~", Coverage.Unknown)]
    public void A_benefit_holds_in_its_own_dates(string benefits, Coverage expected)
    {
        var file = System.Text.Encoding.ASCII.GetString(Sample.Bytes("linuxforhealth/271_005010X279A1/subscriber-health-benefit-check.271"));
        var (from, to) = (file.IndexOf("DTP*346", StringComparison.Ordinal), file.IndexOf("SE*", StringComparison.Ordinal));
        var answer = Assert.IsType<EligibilityAnswer>(Assert.Single(X12Documents.Read(Sample.Of(file[..from] + benefits + file[to..]))));
        Assert.Equal(expected, Assert.Single(answer.People).On(new(2026, 11, 1)));
    }

    [Fact]
    public void A_278_modifies_one_service_and_pends_the_other()
    {
        var answer = Assert.IsType<ReviewAnswer>(Assert.Single(Read("278_response_modified_and_pended.txt")));
        Assert.True(answer.IsAnswer);
        var (modified, pended) = (answer.Items.Single(i => i.Traces.Any(t => t.Number == "IPS-AUTH-0001-1")),
            answer.Items.Single(i => i.Traces.Any(t => t.Number == "IPS-AUTH-0001-2")));
        Assert.Equal((ReviewDecision.Modified, "ALN000123", new Period(new(2026, 12, 1), new(2027, 2, 28)), 1m),
            (modified.Decision, modified.Number, modified.Approved!.Value, modified.Units!.Value));
        Assert.Equal((ReviewDecision.Pended, null, "0U"), (pended.Decision, pended.Number, pended.Reason));
    }

    [Theory]
    [InlineData("999_with_ta1_before_gs.txt")]
    [InlineData("999_for_an_unknown_group.txt")]
    [InlineData("277ca_one_accepted_one_rejected.txt")]
    [InlineData("835_denied_for_authorization.txt")]
    [InlineData("835_modifier_not_returned.txt")]
    [InlineData("835_reversal_and_correction.txt")]
    [InlineData("271_active_then_ended.txt")]
    [InlineData("278_response_modified_and_pended.txt")]
    public void The_acceptance_files_show_no_error_but_those_we_know(string file)
    {
        Findings findings = new();
        Assert.NotEmpty(X12Documents.Read(Sample.Accepted(file), findings).ToList());
        Assert.Equal("", string.Join('\n', findings.Stored.Where(f => f.IsError)));
    }

    private static List<X12Document> Read(string file) => [.. X12Documents.Read(Sample.Accepted(file))];

    private static Remittance Remittance(string file) => Assert.IsType<Remittance>(Assert.Single(Read(file)));
}
