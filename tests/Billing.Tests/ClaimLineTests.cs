using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

[Collection("billing")]
public sealed class ClaimLineTests(BillingService billing)
{
    [Theory]
    [InlineData(Funding.Medicaid, "U4 Z2", "U4 Z1")]
    [InlineData(Funding.State, "Z2", "Z1")]
    public async Task A_line_carries_the_code_the_modifiers_of_the_funding_and_the_charge(Funding funding, string intake, string engagement)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Funding = funding;
        var second = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Assert.Equal((Proto.ClaimLineState.Ready, "H2023", intake, 1, "2000.00", "2000.00", person.Authorization),
            (second.State, second.Code, string.Join(' ', second.Modifiers), second.Units, second.Charge.Amount, second.Amount.Amount, second.Authorization));
        Assert.Equal((1, second.Name), (person.Drawn.Values.Sum(), Assert.Single(person.Drawn).Key));
        Assert.Empty(second.Refusals);

        var first = await billing.Claimed(
            billing.Line((await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual)))).Name));
        Assert.Equal((Proto.ClaimLineState.Ready, "H2023", engagement, 4, "98.52", ""),
            (first.State, first.Code, string.Join(' ', first.Modifiers), first.Units, first.Charge.Amount, first.Authorization));
    }

    [Theory]
    [InlineData("not eligible", Proto.ClaimLineState.Refused, "NC-ELIG-008")]
    [InlineData("not authorized on the day", Proto.ClaimLineState.Refused, "NCC-MS-02c")]
    [InlineData("no unit left", Proto.ClaimLineState.Refused, "NCC-MS-02c")]
    [InlineData("no authorization", Proto.ClaimLineState.Held, "NCC-MS-02c")]
    [InlineData("ordered later", Proto.ClaimLineState.Refused, "NC-SO-007")]
    [InlineData("order run out", Proto.ClaimLineState.Refused, "NC-SO-003")]
    [InlineData("no order", Proto.ClaimLineState.Held, "NC-SO-007")]
    [InlineData("funding not known", Proto.ClaimLineState.Held, "NCC-MS-02a")]
    public async Task A_line_that_is_not_payable_names_the_rule_and_draws_no_units(string what, Proto.ClaimLineState state, string rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        var milestone = await billing.Submitted(BillingService.Second(individual));
        switch (what)
        {
            case "not eligible": person.Eligible = false; break;
            case "not authorized on the day": person.Authorized = ("2025-01-01", "2025-03-03", 1); break;
            case "no unit left": person.Drawn["claimLines/another"] = 1; break;
            case "no authorization": person.Authorized = null; break;
            case "ordered later": person.Order = ("2025-03-05", "2025-12-31"); break;
            case "order run out": person.Order = ("2024-01-01", "2025-03-03"); break;
            case "no order": person.Order = ("", ""); break;
            default: person.Funding = Funding.Unspecified; break;
        }

        var line = await billing.Claimed(billing.Line(milestone.Name));
        Assert.Equal((state, 0), (line.State, line.PayableUnits));
        Assert.Contains(line.Refusals, r => r.RuleId == rule);
        Assert.Equal(state == Proto.ClaimLineState.Refused ? "0.00" : null, line.Amount?.Amount);
        Assert.DoesNotContain(line.Name, person.Drawn.Keys);
        Assert.Equal(Proto.MilestoneState.Billable, (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us)).State);
        Assert.Equal(line, await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us));
    }

    [Theory]
    [InlineData(true, "NC-LIM-002")]
    [InlineData(false, "NC-LIM-001")]
    public async Task A_day_with_ACT_or_with_IPS_of_another_agency_is_not_paid(bool act, string rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        var milestone = (await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual)))).Name;
        (person.Overlaps.Act, person.Overlaps.OtherProvider) = (act, !act);
        var refused = await billing.Claimed(billing.Line(milestone));
        Assert.Equal((Proto.ClaimLineState.Refused, rule), (refused.State, refused.Refusals[0].RuleId));
        (person.Overlaps.Act, person.Overlaps.OtherProvider) = (false, false);
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(billing.Line(milestone))).State);
    }

    [Fact]
    public async Task Milestone_2_is_paid_once_in_an_episode_and_again_in_the_next_one_NCC_MS_02b()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Authorized = ("2025-01-01", "2025-12-31", 3);
        (person.Overlaps.EpisodeFrom, person.Overlaps.EpisodeThrough) = ("2025-01-01", "2025-06-30");
        Assert.Empty((await Line("2025-03-04")).Refusals);
        Assert.Equal("NCC-MS-02b", (await Line("2025-06-30")).Refusals[0].RuleId);
        (person.Overlaps.EpisodeFrom, person.Overlaps.EpisodeThrough) = ("2025-07-01", "");
        Assert.Empty((await Line("2025-07-01")).Refusals);
        Assert.Equal("NCC-MS-02b", (await Line("2025-08-01")).Refusals[0].RuleId);

        async Task<Proto.ClaimLine> Line(string day) =>
            await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual, day: day))).Name, day));
    }

    [Fact]
    public async Task Unqualified_staff_refuses_the_line_with_the_receipt_of_Staffing()
    {
        var (individual, person) = billing.Eligibility.Person();
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        request.RenderingStaff = $"staff/{Guid.CreateVersion7()}";
        Decision staffDecision = new()
        {
            Verdict = Verdict.NotMet,
            Findings = { new Finding { RuleId = "NC-STAFF-003", Verdict = Verdict.NotMet, Reason = "no credential" },
                new Finding { RuleId = "NC-STAFF-002", Verdict = Verdict.Met } }
        };
        billing.Staff.Qualifications[request.RenderingStaff] = new Qualification { StaffMember = request.RenderingStaff, Decision = staffDecision };
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Refused, "NC-STAFF-003", staffDecision), (line.State, Assert.Single(line.Refusals).RuleId, line.StaffDecision));
        Assert.Empty(person.Drawn);

        (request.RenderingStaff, request.RequestId) = ($"staff/{Guid.CreateVersion7()}", BillingService.NewId());
        billing.Staff.Qualifications[request.RenderingStaff] = new Qualification { StaffMember = request.RenderingStaff };
        var roleless = await billing.Claimed(request);
        var refusal = Assert.Single(roleless.Refusals);
        Assert.Equal((Proto.ClaimLineState.Refused, "NC-STAFF-002"), (roleless.State, refusal.RuleId));
        Assert.StartsWith("Table 1 Staffing, row", refusal.Citation.Section);
        Assert.Equal($"a role in a team of the program, held on {request.ServiceDate}", refusal.WouldBeMet);
    }

    [Theory]
    [InlineData(false, Proto.ClaimLineState.Held)]
    [InlineData(true, Proto.ClaimLineState.Refused)]
    public async Task A_milestone_that_is_not_billable_has_no_ready_line(bool plan, Proto.ClaimLineState state)
    {
        var (individual, person) = billing.Eligibility.Person();
        var request = BillingService.Second(individual, plan);
        if (plan)
            request.Evidence.PcpContents.RemoveAt(0);
        var line = await billing.Claimed(billing.Line((await billing.Submitted(request)).Name));
        Assert.Equal(state, line.State);
        Assert.Contains(line.Refusals, r => r.RuleId == "NCC-MS-02d");
        Assert.Empty(person.Drawn);
    }

    [Fact]
    public async Task A_code_or_modifiers_that_are_stated_must_be_the_right_ones()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        request.Modifiers.AddRange(["Z2", "U4"]);
        var swapped = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Refused, "NCC-MS-02a"), (swapped.State, swapped.Refusals[0].RuleId));
        request.Modifiers.Clear();
        (request.Code, request.RequestId) = ("H2025", BillingService.NewId());
        Assert.Equal(Proto.ClaimLineState.Refused, (await billing.Claimed(request)).State);
    }

    [Fact]
    public async Task Two_concurrent_claims_of_a_milestone_create_one_ready_line()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Authorized = ("2025-01-01", "2025-12-31", 5);
        var milestone = (await billing.Submitted(BillingService.Second(individual))).Name;
        var lines = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => billing.Claimed(billing.Line(milestone))));
        Assert.Single(lines, l => l.State == Proto.ClaimLineState.Ready);
        Assert.All(lines.Where(l => l.State != Proto.ClaimLineState.Ready), l => Assert.Contains(l.Refusals, r => r.RuleId == "NCC-MS-02b"));
        Assert.Equal(1, person.Drawn.Values.Sum());
    }

    [Fact]
    public async Task A_day_of_milestone_1_has_one_line_also_when_two_callers_claim_it_at_once()
    {
        var (individual, _) = billing.Eligibility.Person();
        var milestone = await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual)));
        Assert.Equal(["AlreadyExists", "Ready"],
            await BillingService.AtOnce(line => line.State.ToString(), () => ClaimedBy("clerk-one"), () => ClaimedBy("clerk-two")));
        Assert.Equal(1, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}'"));

        Task<Proto.ClaimLine> ClaimedBy(string subject) => billing.Claims.CreateClaimLineAsync(
            billing.Line(milestone.Name), billing.As(Roles.Provider, BillingService.Provider, subject)).ResponseAsync;
    }

    [Fact]
    public async Task The_last_units_of_a_year_go_to_one_of_two_lines()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Claimed(billing.Line(
            (await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual, 37 * 15)))).Name));
        List<(string Milestone, string Day)> last = [];
        foreach (var day in new[] { "2025-03-05", "2025-03-06" })
            last.Add(((await billing.Submitted(BillingService.First(individual, day, await billing.Noted(individual, 45, day)))).Name, day));
        var lines = await Task.WhenAll(last.Select(one => billing.Claimed(billing.Line(one.Milestone, one.Day))));
        Assert.Equal([0, 3], lines.Select(line => line.PayableUnits).Order());
        Assert.Contains(Assert.Single(lines, line => line.State == Proto.ClaimLineState.Refused).Refusals, refusal => refusal.RuleId == "NCC-MS-01c");
    }

    [Fact]
    public async Task A_milestone_that_another_agency_claimed_has_no_second_ready_line()
    {
        const string other = "other-agency";
        var (individual, person) = billing.Eligibility.Person();
        person.Authorized = ("2025-01-01", "2025-12-31", 5);
        await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        var theirs = BillingService.Second(individual);
        theirs.Provider = $"organizations/{other}";
        var milestone = await billing.Milestones.SubmitMilestoneAsync(theirs, billing.As(Roles.Provider, other));
        await billing.Claims.CreateClaimLineAsync(billing.Line(milestone.Name), billing.As(Roles.Provider, other)).Refused(StatusCode.AlreadyExists);
        Assert.Equal(1, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}' and state = 'Ready'"));
    }

    [Fact]
    public async Task Units_are_drawn_once_when_the_commit_fails_after_the_draw()
    {
        var (individual, person) = billing.Eligibility.Person();
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        await using (await billing.CommitsFail("claim_lines"))
            await billing.Claims.CreateClaimLineAsync(request, billing.Us).Refused(StatusCode.Unavailable);
        Assert.Equal(1, person.Drawn.Values.Sum());
        Assert.Equal(0, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}'"));

        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Ready, "2000.00", person.Authorization), (line.State, line.Amount.Amount, line.Authorization));
        Assert.Equal((line.Name, 1), (Assert.Single(person.Drawn).Key, person.Drawn.Values.Sum()));
        Assert.Equal(line, await billing.Claimed(request));
        Assert.Equal(1, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}'"));
    }

    [Fact]
    public async Task Two_equal_requests_at_once_store_one_line_and_get_one_answer()
    {
        var (individual, person) = billing.Eligibility.Person();
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => billing.Claimed(request)));
        Assert.Equal(Proto.ClaimLineState.Ready, answers[0].State);
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(1, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}'"));
        Assert.Equal((answers[0].Name, 1), (Assert.Single(person.Drawn).Key, person.Drawn.Values.Sum()));
        Assert.Empty(person.Released);
    }

    [Fact]
    public async Task A_retry_gets_the_stored_line_while_the_other_services_are_down()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        var line = await billing.Claimed(request);
        await using (await billing.OthersDown())
            Assert.Equal(line, await billing.Claimed(request));
    }

    [Fact]
    public async Task Units_held_for_a_line_that_another_request_overtook_are_released()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Authorized = ("2025-01-01", "2025-12-31", 5);
        var milestone = (await billing.Submitted(BillingService.Second(individual))).Name;
        Proto.ClaimLine? first = null;
        billing.Eligibility.AfterDraw = async () =>
        {
            billing.Eligibility.AfterDraw = null;
            first = await billing.Claimed(billing.Line(milestone));
        };
        var overtaken = await billing.Claimed(billing.Line(milestone));
        Assert.Equal((Proto.ClaimLineState.Refused, "NCC-MS-02b"), (overtaken.State, overtaken.Refusals[0].RuleId));
        Assert.Equal(Proto.ClaimLineState.Ready, first!.State);
        Assert.Equal([overtaken.Name], person.Released);
        Assert.Equal(first.Name, Assert.Single(person.Drawn).Key);
    }

    [Fact]
    public async Task Refusals_are_readable_in_SQL()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Eligible = false;
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Assert.Equal(1, await billing.Count(
            "claim_lines", $$"""id = '{{line.Name["claimLines/".Length..]}}' and refusals @> '[{"ruleId": "NC-ELIG-008", "verdict": "VERDICT_NOT_MET"}]'"""));
    }

    [Fact]
    public async Task Foreign_providers_and_payers_neither_see_nor_void_nor_make_a_line()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        var other = billing.As(Roles.Provider, "other-agency");
        await billing.Claims.CreateClaimLineAsync(request, other).Refused(StatusCode.NotFound);
        var line = await billing.Claimed(request);
        await billing.Cover(individual);
        await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, other).Refused(StatusCode.NotFound);
        await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.As(Roles.Mco, "vaya")).Refused(StatusCode.NotFound);
        await billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, other)
            .Refused(StatusCode.NotFound);
        Assert.Empty((await billing.Claims.ListClaimLinesAsync(new() { Individual = individual }, other)).ClaimLines);
        Assert.Single((await billing.Claims.ListClaimLinesAsync(new() { Individual = individual }, billing.As(Roles.Mco, "alliance"))).ClaimLines);
    }

    [Fact]
    public async Task Milestone_1_is_claimed_under_who_gave_the_service()
    {
        var (individual, _) = billing.Eligibility.Person();
        var milestone = await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual)));
        var request = billing.Line(milestone.Name);
        request.RenderingStaff = $"staff/{Guid.CreateVersion7()}";
        Assert.Equal(["rendering_staff"], (await billing.Claims.CreateClaimLineAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(billing.Line(milestone.Name))).State);
    }
}
