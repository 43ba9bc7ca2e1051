using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

[Collection("billing")]
public sealed class MilestoneTests(BillingService billing)
{
    [Fact]
    public async Task Milestone_1_pays_by_the_unit_and_above_forty_a_year_the_rest_stays_payable()
    {
        var (individual, _) = billing.Eligibility.Person();
        var first = await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual, 37 * 15)));
        Assert.Equal((Proto.MilestoneState.Billable, 37, 37, "911.31", "Alliance"),
            (first.State, first.Units, first.PayableUnits, first.Amount.Amount, first.Funder));
        await billing.Claimed(billing.Line(first.Name));

        var above = await billing.Submitted(BillingService.First(individual, "2025-03-05", await billing.Noted(individual, 60, "2025-03-05")));
        Assert.Equal((Proto.MilestoneState.Billable, 4, 3, "73.89"), (above.State, above.Units, above.PayableUnits, above.Amount.Amount));
        Assert.Equal(Verdict.NotMet, Assert.Single(above.Decision.Findings, f => f.RuleId == "NCC-MS-01c").Verdict);
        // Every unit of the day that can be paid; all of them when the agency says so.
        foreach (var (units, claimed, charge) in new[] { (0, 3, "73.89"), (4, 4, "98.52") })
        {
            var request = billing.Line(above.Name, "2025-03-05");
            (request.Units, request.ValidateOnly) = (units, true);
            var line = await billing.Claimed(request);
            Assert.Equal((Proto.ClaimLineState.Ready, claimed, charge, 3, "73.89"),
                (line.State, line.Units, line.Charge.Amount, line.PayableUnits, line.Amount.Amount));
            Assert.Empty(line.Refusals);
        }

        await billing.Claimed(billing.Line(above.Name, "2025-03-05"));

        var over = await billing.Submitted(BillingService.First(individual, "2025-03-06", await billing.Noted(individual, 15, "2025-03-06")));
        Assert.Equal((Proto.MilestoneState.Denied, 0, "0.00"), (over.State, over.PayableUnits, over.Amount.Amount));
        var next = await billing.Submitted(BillingService.First(individual, "2026-01-02", await billing.Noted(individual, 15, "2026-01-02")));
        Assert.Equal((Proto.MilestoneState.Billable, 1), (next.State, next.PayableUnits));
    }

    [Fact]
    public async Task A_note_is_billed_once()
    {
        var (individual, _) = billing.Eligibility.Person();
        var note = await billing.Noted(individual);
        var calls = Enumerable.Range(0, 2)
            .Select(_ => billing.Milestones.SubmitMilestoneAsync(BillingService.First(individual, BillingService.Day, note), billing.Us)).ToList();
        var outcomes = await Task.WhenAll(calls.Select(async a =>
        {
            try
            {
                return (await a).State.ToString();
            }
            catch (RpcException e)
            {
                return string.Join(',', e.GetRpcStatus()!.Fields());
            }
        }));
        Assert.Equal(["Billable", "evidence.service_notes[0]"], outcomes.Order());
        var (other, _) = billing.Eligibility.Person();
        await billing.Milestones.SubmitMilestoneAsync(BillingService.First(other, BillingService.Day, note), billing.Us).Refused(StatusCode.NotFound);
    }

    [Fact]
    public async Task Milestone_2_needs_the_plan_and_a_unit_of_the_authorization()
    {
        var (individual, person) = billing.Eligibility.Person();
        var planless = await billing.Submitted(BillingService.Second(individual, plan: false));
        Assert.Equal(Proto.MilestoneState.Collecting, planless.State);
        Assert.Equal(Verdict.NeedsFacts, Assert.Single(planless.Decision.Findings, f => f.RuleId == "NCC-MS-02d").Verdict);
        var poor = BillingService.Second(individual);
        poor.Evidence.PcpContents.RemoveAt(2);
        Assert.Equal(Proto.MilestoneState.Denied, (await billing.Submitted(poor)).State);

        person.Authorized = null;
        var unauthorized = await billing.Submitted(BillingService.Second(individual));
        Assert.Equal((Proto.MilestoneState.Collecting, Verdict.NeedsFacts),
            (unauthorized.State, Assert.Single(unauthorized.Decision.Findings, f => f.RuleId == "NCC-MS-02c").Verdict));
        person.Authorized = ("2025-03-05", "2025-06-01", 1);
        Assert.Equal(Proto.MilestoneState.Denied, (await billing.Submitted(BillingService.Second(individual))).State);

        person.Authorized = ("2025-03-04", "2025-06-01", 1);
        var reached = await billing.Submitted(BillingService.Second(individual));
        Assert.Equal((Proto.MilestoneState.Billable, 1, "2000.00", "H2023", "U4 Z2"),
            (reached.State, reached.PayableUnits, reached.Amount.Amount, reached.Code, string.Join(' ', reached.Modifiers)));
        var again = await billing.Submitted(BillingService.Second(individual, day: "2025-03-05"));
        Assert.Equal((Proto.MilestoneState.Denied, Verdict.NotMet),
            (again.State, Assert.Single(again.Decision.Findings, f => f.RuleId == "NCC-MS-02b").Verdict));
    }

    [Fact]
    public async Task Of_two_submissions_of_milestone_2_at_once_one_can_be_billed()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Authorized = ("2025-01-01", "2025-12-31", 5);
        var both = await Task.WhenAll(new[] { "clerk-one", "clerk-two" }.Select(subject => billing.Milestones.SubmitMilestoneAsync(
            BillingService.Second(individual), billing.As(Roles.Provider, BillingService.Provider, subject)).ResponseAsync));
        Assert.Single(both, milestone => milestone.State == Proto.MilestoneState.Billable);
        var denied = Assert.Single(both, milestone => milestone.State == Proto.MilestoneState.Denied);
        Assert.Equal(Verdict.NotMet, Assert.Single(denied.Decision.Findings, finding => finding.RuleId == "NCC-MS-02b").Verdict);
    }

    [Fact]
    public async Task A_retry_returns_the_original_response_and_other_content_is_refused()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = BillingService.Second(individual);
        var first = await billing.Submitted(request);
        Assert.Equal(first, await billing.Submitted(request));
        Assert.Equal(1, await billing.Count("milestones", $"individual_id = '{individual[12..]}'"));
        request.EventDate = "2025-03-05";
        Assert.Equal(["request_id"], (await billing.Milestones.SubmitMilestoneAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        request.RequestId = "";
        Assert.Equal(["request_id"], (await billing.Milestones.SubmitMilestoneAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task Foreign_providers_and_payers_do_not_see_a_milestone()
    {
        var (individual, _) = billing.Eligibility.Person();
        Proto.GetMilestoneRequest request = new() { Name = (await billing.Submitted(BillingService.Second(individual))).Name };
        await billing.Cover(individual);
        await billing.Milestones.GetMilestoneAsync(request, billing.As(Roles.Provider, "other-agency")).Refused(StatusCode.NotFound);
        await billing.Milestones.GetMilestoneAsync(request, billing.As(Roles.Mco, "vaya")).Refused(StatusCode.NotFound);
        Assert.Equal(request.Name, (await billing.Milestones.GetMilestoneAsync(request, billing.As(Roles.Mco, "alliance"))).Name);
        Assert.Empty((await billing.Milestones.ListMilestonesAsync(
            new() { Individual = individual }, billing.As(Roles.Provider, "other-agency"))).Milestones);
    }
}
