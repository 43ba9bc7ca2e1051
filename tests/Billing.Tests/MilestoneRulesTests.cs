using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Platform.Data;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>The decision of a milestone by itself: no service runs.</summary>
public sealed class MilestoneRulesTests
{
    private static readonly FixedClock Clock = FixedClock.At("2025-03-10");
    private static readonly DateOnly Day = new(2025, 3, 4);
    private static readonly ServiceNoteId Note = ServiceNoteId.New(Clock);

    [Theory]
    [InlineData(36, 4, Proto.MilestoneState.Billable)]
    [InlineData(37, 3, Proto.MilestoneState.Billable)]
    [InlineData(40, 0, Proto.MilestoneState.Denied)]
    public void Units_of_the_year_are_counted_against_the_cap(int used, int payable, Proto.MilestoneState state)
    {
        var milestone = Decide(used: used).OrThrow().Milestone;
        Assert.Equal((4, payable, state), (milestone.Units, milestone.PayableUnits, milestone.State));
        Assert.Equal(new BilledNote(milestone.Id, Note, Day, 60), Assert.Single(milestone.Notes));
    }

    [Fact]
    public void A_note_that_is_billed_already_is_refused() =>
        Assert.Equal("evidence.service_notes[0]", Assert.IsType<Problem.Invalid>(Decide(billed: true).Problem).Field);

    [Fact]
    public void A_contact_after_the_event_is_refused() =>
        Assert.Equal("evidence.service_notes[0]", Assert.IsType<Problem.Invalid>(Decide(noted: Day.AddDays(1)).Problem).Field);

    [Fact]
    public void The_first_use_of_an_account_stores_it_and_each_further_one_raises_its_version()
    {
        Account account = new() { IndividualId = IndividualId.New(Clock), Provider = "harbor-works" };
        Changes first = new(Clock.GetUtcNow());
        account.Count(first);
        Assert.Equal((1, account), (account.Version, Assert.Single(first.Rows)));
        Changes second = new(Clock.GetUtcNow());
        account.Count(second);
        Assert.Equal((2, account), (account.Version, Assert.Single(second.Rows)));
    }

    private static Result<DecidedMilestone> Decide(int used = 0, bool billed = false, DateOnly? noted = null)
    {
        var on = noted ?? Day;
        SubmittedMilestone submitted = new(IndividualId.New(Clock), "harbor-works", "nc-core", new(2025, 3, 10), 1, Day, [Note], new());
        MilestoneEvidence evidence = new(submitted, new() { Eligible = true, Funding = Funding.Medicaid, Payer = "organizations/alliance" }, new(), new());
        MilestoneRecords records = new(
            new Dictionary<ServiceNoteId, NotedContact> { [Note] = new(on, 60) }, billed ? new HashSet<ServiceNoteId> { Note } : [],
            new Dictionary<int, int> { [on.Year] = used }, []);
        return MilestoneRules.Decide(evidence, records, new(Policies.PolicyEngine.Shipped, Clock), Clock.GetUtcNow());
    }
}
