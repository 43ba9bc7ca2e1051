using Grpc.Core;
using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Who pays: what covers the person on the day, what VR decided, and what is paid by another payer after a change.</summary>
[Collection("billing")]
public sealed class PayerRouteTests(BillingService billing)
{
    private const string Day = BillingService.Day;

    private static readonly LiveCoverage Medicaid = new() { Payer = "organizations/alliance", Funding = Funding.Medicaid };
    private static readonly LiveCoverage State = new() { Payer = "organizations/alliance", Funding = Funding.State };
    private static readonly LiveCoverage OtherPayer = new() { Payer = "organizations/vaya", Funding = Funding.Medicaid };

    // What covers the person, the milestone, what VR did; the verdict, who pays, and the coverage that the order of payers names first.
    [Theory]
    [InlineData("medicaid", 2, "", Verdict.Met, "Alliance", Funding.Medicaid)]
    [InlineData("state", 2, "", Verdict.Met, "Alliance", Funding.State)]
    [InlineData("state medicaid", 2, "", Verdict.NeedsReview, "", Funding.Medicaid)]
    [InlineData("medicaid other", 2, "", Verdict.NeedsReview, "", Funding.Medicaid)]
    [InlineData("", 2, "", Verdict.NotMet, "", Funding.Unspecified)]
    [InlineData("medicaid", 3, "", Verdict.NeedsFacts, "", Funding.Medicaid)]
    [InlineData("medicaid", 3, "eligible_open", Verdict.Met, "VR", Funding.Medicaid)]
    [InlineData("state medicaid", 3, "eligible_open", Verdict.Met, "VR", Funding.Medicaid)]
    [InlineData("medicaid", 4, "dvrs_determining", Verdict.NeedsFacts, "", Funding.Medicaid)]
    [InlineData("medicaid", 5, "ineligible", Verdict.Met, "Alliance", Funding.Medicaid)]
    [InlineData("state medicaid", 5, "closed", Verdict.NeedsReview, "", Funding.Medicaid)]
    [InlineData("medicaid", 0, "", Verdict.Met, "LME_MCO", Funding.Medicaid)]
    public async Task The_route_names_the_payer_and_the_rules(string covers, int number, string vr, Verdict verdict, string paidBy, Funding first)
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, covers);
        if (vr.Length > 0)
            await billing.Referred(individual, vr, "2025-01-20");
        var routing = await Route(individual, number);
        Assert.Equal((verdict, paidBy, first), (routing.Decision.Verdict, routing.Route.PaidBy, routing.Route.Funding));
        Assert.Contains("NC-EXCL-024", routing.Decision.Findings.Select(f => f.RuleId));
        Assert.Equal(covers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, routing.Coverages.Count);
        Assert.Equal(0, await billing.Count("decisions", $"subject = '{individual}'"));
    }

    [Fact]
    public async Task The_route_names_every_wrong_field()
    {
        var (individual, _) = billing.Eligibility.Person();
        async Task<string[]> Fields(Action<Proto.RoutePayerRequest> change)
        {
            Proto.RoutePayerRequest request = new() { Individual = individual, Program = "nc-core", ServiceDate = Day, MilestoneNumber = 2 };
            change(request);
            return (await billing.Claims.RoutePayerAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields();
        }

        Assert.Equal(["program"], await Fields(r => r.Program = "nowhere"));
        Assert.Equal(["program"], await Fields(r => r.Program = "mo-dmh-vr"));
        Assert.Equal(["milestone_number"], await Fields(r => r.MilestoneNumber = 10));
        Assert.Equal(["service_date"], await Fields(r => r.ServiceDate = "2025-02-30"));
        await billing.Claims.RoutePayerAsync(new() { Individual = $"individuals/{Guid.CreateVersion7()}", Program = "nc-core", ServiceDate = Day }, billing.Us)
            .Refused(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_line_of_a_day_with_two_live_coverages_is_held_until_a_person_chooses_one_of_them()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "state medicaid");
        var milestone = await billing.Submitted(BillingService.Second(individual));
        Assert.Equal((Proto.MilestoneState.Billable, Funding.Medicaid), (milestone.State, milestone.Route.Funding));
        var held = await billing.Claimed(billing.Line(milestone.Name));
        Assert.Equal((Proto.ClaimLineState.Held, "NC-EXCL-024", Verdict.NeedsReview), (held.State, held.Refusals[0].RuleId, held.Refusals[0].Verdict));
        Assert.Empty(person.Drawn);

        var request = billing.Line(milestone.Name);
        request.Coverage = new() { Payer = OtherPayer.Payer, Funding = OtherPayer.Funding };
        Assert.Equal(["coverage"], (await billing.Claims.CreateClaimLineAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        request.Coverage = new() { Payer = State.Payer, Funding = State.Funding };
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Ready, Funding.State, true, "Alliance"), (line.State, line.Route.Funding, line.Route.Chosen, line.Route.PaidBy));
        Assert.Equal(["Z2"], line.Modifiers);

        // The choice stays while the coverage is live.
        await Again(individual);
        Assert.Equal(line, await Read(line));
    }

    [Fact]
    public async Task A_choice_where_one_coverage_is_live_answers_no_later_question()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "state");
        var request = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        request.Coverage = new() { Payer = State.Payer, Funding = State.Funding };
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Ready, false), (line.State, line.Route.Chosen));
        Cover(person, "state medicaid");
        await Again(individual);
        Assert.Equal(Proto.ClaimLineState.Attention, (await Read(line)).State);
    }

    [Fact]
    public async Task Medicaid_that_comes_late_is_proposed_and_a_person_confirms_that_it_pays()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "state");
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Assert.Equal((Proto.ClaimLineState.Ready, Funding.State), (line.State, line.Route.Funding));

        Cover(person, "state medicaid");
        // The event of the coverage alone re-opens the line.
        await billing.Cover(individual, sequence: 7);
        await Poll.Until(async () => (await Read(line)).State == Proto.ClaimLineState.Attention);
        var proposal = Assert.Single(await Proposals(individual));
        Assert.Equal((line.Name, Funding.State, Funding.Medicaid, "2000.00", ""),
            (proposal.ClaimLine, proposal.From.Funding, proposal.To.Funding, proposal.AtStake.Amount, proposal.Claim));
        Assert.Equal([Proto.RerouteStep.VoidLine, Proto.RerouteStep.NewLine], proposal.Steps);
        Assert.Contains("NC-EXCL-024", proposal.Reasons.Select(f => f.RuleId));
        Assert.Empty((await billing.Claims.ListReroutesAsync(new() { Individual = individual }, billing.As(Roles.Provider, "another-agency"))).Reroutes);

        var confirm = Confirm(proposal);
        confirm.ValidateOnly = true;
        Assert.Equal("", (await billing.Claims.ConfirmRerouteAsync(confirm, billing.Us)).Replacement.Name);
        Assert.Equal(Proto.ClaimLineState.Attention, (await Read(line)).State);

        confirm.ValidateOnly = false;
        var confirmed = await billing.Claims.ConfirmRerouteAsync(confirm, billing.Us);
        var made = confirmed.Replacement;
        Assert.Equal((Proto.ClaimLineState.Void, Proto.ClaimLineState.Ready, Funding.Medicaid, true, "2000.00"),
            (confirmed.Line.State, made.State, made.Route.Funding, made.Route.Chosen, made.Amount.Amount));
        Assert.Equal(["U4", "Z2"], made.Modifiers);
        Assert.Equal(confirmed, await billing.Claims.ConfirmRerouteAsync(confirm, billing.Us));
        Assert.Equal(made, await Read(made));
        Assert.Equal([made.Name], person.Drawn.Keys);
        Assert.Equal(1, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}' and state = 'Ready'"));
        Assert.Equal(Proto.MilestoneState.Claimed, (await billing.Milestones.GetMilestoneAsync(new() { Name = made.Milestone }, billing.Us)).State);
        Assert.Empty(await Proposals(individual));
    }

    [Fact]
    public async Task A_person_may_keep_the_payer_that_the_line_was_made_for()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "state");
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Cover(person, "state medicaid");
        await Again(individual);
        var confirm = Confirm(Assert.Single(await Proposals(individual)));
        confirm.Coverage = new() { Payer = State.Payer, Funding = State.Funding };
        var confirmed = await billing.Claims.ConfirmRerouteAsync(confirm, billing.Us);
        Assert.Equal((line.Name, Proto.ClaimLineState.Ready, true), (confirmed.Line.Name, confirmed.Line.State, confirmed.Line.Route.Chosen));
        Assert.Null(confirmed.Replacement);
        await Again(individual);
        Assert.Equal(Proto.ClaimLineState.Ready, (await Read(line)).State);
        Assert.Empty(await Proposals(individual));
    }

    [Fact]
    public async Task Coverage_that_ended_voids_the_line_and_no_one_else_pays()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "medicaid");
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Cover(person, "");
        person.Eligible = false;
        await Again(individual);
        var proposal = Assert.Single(await Proposals(individual));
        Assert.Equal(("", Funding.Unspecified), (proposal.To.Payer, proposal.To.Funding));
        Assert.Equal([Proto.RerouteStep.VoidLine], proposal.Steps);
        var confirmed = await billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us);
        Assert.Equal(Proto.ClaimLineState.Void, confirmed.Line.State);
        Assert.Null(confirmed.Replacement);
        Assert.Empty(person.Drawn);
        Assert.Equal(Proto.MilestoneState.Billable, (await billing.Milestones.GetMilestoneAsync(new() { Name = line.Milestone }, billing.Us)).State);
    }

    [Fact]
    public async Task A_line_by_units_of_the_state_is_a_question_too_and_takes_its_units_along()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "state");
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 4));
        var note = await billing.Noted(individual, 60, program: "nc-state");
        var line = await billing.Claimed(billing.NoteLine(Day, note));
        Assert.Equal((Proto.ClaimLineState.Ready, 4), (line.State, line.PayableUnits));
        Cover(person, "state medicaid");
        await Again(individual);
        var confirmed = await billing.Claims.ConfirmRerouteAsync(Confirm(Assert.Single(await Proposals(individual))), billing.Us);
        var made = confirmed.Replacement;
        Assert.Equal((Proto.ClaimLineState.Ready, 4, Funding.Medicaid), (made.State, made.PayableUnits, made.Route.Funding));
        Assert.Equal([note], made.ServiceNotes);
        Assert.Equal([(made.Name, 4)], person.Drawn.Select(d => (d.Key, d.Value)));
    }

    [Fact]
    public async Task A_line_that_was_refused_is_proposed_when_coverage_comes_late_and_made_once()
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 4));
        var note = await billing.Noted(individual, 60, program: "nc-state");
        Uncovered();
        var first = await billing.Claimed(billing.NoteLine(Day, note));
        var refused = await billing.Claimed(billing.NoteLine(Day, note));
        Assert.Equal((Proto.ClaimLineState.Refused, ""), (refused.State, refused.Route.Payer));
        await Again(individual);
        Assert.Empty(await Proposals(individual));

        Covered();
        await Again(individual);
        var proposal = Assert.Single(await Proposals(individual));
        Assert.Equal((refused.Name, "", Funding.Medicaid, "80.00"), (proposal.ClaimLine, proposal.From.Payer, proposal.To.Funding, proposal.AtStake.Amount));
        Assert.Equal([Proto.RerouteStep.NewLine], proposal.Steps);
        Assert.Equal(refused.Refusals, proposal.Reasons);
        Assert.Equal(Proto.ClaimLineState.Refused, (await Read(refused)).State);
        // It ends again, and comes again.
        Uncovered();
        await Again(individual);
        Assert.Empty(await Proposals(individual));
        Covered();
        await Again(individual);
        proposal = Assert.Single(await Proposals(individual));

        var ends = await BillingService.AtOnce(answer => answer.Replacement is null ? "none" : "made",
            () => billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us).ResponseAsync,
            () => billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us).ResponseAsync);
        // The second finds the line changed, or its units with the first.
        Assert.Equal("made", Assert.Single(ends, end => end is not ("Aborted" or "FailedPrecondition")));
        var made = Assert.Single((await billing.Claims.ListClaimLinesAsync(new() { Individual = individual }, billing.Us)).ClaimLines, l => l.State == Proto.ClaimLineState.Ready);
        Assert.Equal((4, Funding.Medicaid), (made.PayableUnits, made.Route.Funding));
        Assert.Equal([(made.Name, 4)], person.Drawn.Select(d => (d.Key, d.Value)));
        Assert.Equal(Proto.ClaimLineState.Refused, (await Read(refused)).State);
        await Again(individual);
        Assert.Empty(await Proposals(individual));
        Assert.Null((await Read(first)).ProposedRoute);

        void Uncovered()
        {
            Cover(person, "");
            person.Eligible = false;
        }

        void Covered()
        {
            Cover(person, "medicaid");
            person.Eligible = true;
        }
    }

    [Fact]
    public async Task A_refused_line_that_was_made_again_by_hand_is_no_proposal_any_more()
    {
        var (individual, person) = billing.Eligibility.Person();
        var milestone = await billing.Submitted(BillingService.Second(individual));
        Cover(person, "");
        person.Eligible = false;
        var refused = await billing.Claimed(billing.Line(milestone.Name));
        Assert.Equal(Proto.ClaimLineState.Refused, refused.State);
        Cover(person, "medicaid");
        person.Eligible = true;
        await Again(individual);
        var confirm = Confirm(Assert.Single(await Proposals(individual)));
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(billing.Line(milestone.Name))).State);
        Assert.Empty(await Proposals(individual));
        await billing.Claims.ConfirmRerouteAsync(confirm, billing.Us).Refused(StatusCode.Aborted);
        Assert.Equal(1, person.Drawn.Values.Sum());
    }

    [Fact]
    public async Task What_VR_comes_to_pay_is_proposed_to_be_voided()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "medicaid");
        var referral = await billing.Referred(individual, "ineligible", "2025-01-20");
        await billing.Hired(individual, "2025-02-03", worked: ["2025-02-03", "2025-02-04", "2025-02-05"]);
        var milestone = await billing.Submitted(BillingService.Later(individual, 3, "2025-02-05", new()
        {
            Documents =
            {
                Proto.MilestoneDocument.CareerProfileWithFasp, Proto.MilestoneDocument.MonthlyJobDevNotesWithEmployerContacts,
                Proto.MilestoneDocument.JobStartForm,
            },
        }));
        var line = await billing.Claimed(billing.Line((await billing.Approved(milestone)).Name, "2025-02-05"));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        await billing.Referred(individual, "eligible_open", "2025-02-20", referral, sequence: 2);
        var proposal = Assert.Single(await Proposals(individual));
        Assert.Equal(("", "VR", "3200.00"), (proposal.To.Payer, proposal.To.PaidBy, proposal.AtStake.Amount));
        var confirmed = await billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us);
        Assert.Equal((Proto.ClaimLineState.Void, null), (confirmed.Line.State, confirmed.Replacement));
        Assert.Equal(Proto.MilestoneState.PaidByVr, (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us)).State);
    }

    [Fact]
    public async Task A_proposal_is_confirmed_once_and_only_where_the_other_payer_would_pay()
    {
        var (individual, person) = billing.Eligibility.Person();
        Cover(person, "state");
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        await billing.Claims.ConfirmRerouteAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us)
            .Refused(StatusCode.FailedPrecondition);
        Cover(person, "state medicaid");
        await Again(individual);
        var proposal = Assert.Single(await Proposals(individual));
        await billing.Claims.ConfirmRerouteAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us)
            .Refused(StatusCode.Aborted);
        await billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        var foreign = Confirm(proposal);
        foreign.Coverage = new() { Payer = OtherPayer.Payer, Funding = OtherPayer.Funding };
        Assert.Equal(["coverage"], (await billing.Claims.ConfirmRerouteAsync(foreign, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());

        // The order ended: for no payer the line can be made.
        var order = person.Order;
        person.Order = ("", "");
        await billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us).Refused(StatusCode.FailedPrecondition);
        Assert.Equal(Proto.ClaimLineState.Attention, (await Read(line)).State);
        person.Order = order;

        var ends = await BillingService.AtOnce(answer => answer.Replacement is null ? "stands" : "replaced",
            () => billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us).ResponseAsync,
            () => billing.Claims.ConfirmRerouteAsync(Confirm(proposal), billing.Us).ResponseAsync);
        Assert.Equal(["Aborted", "replaced"], ends);
        Assert.Equal(1, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}' and state = 'Ready'"));
    }

    private static void Cover(KnownPerson person, string covers)
    {
        person.Coverages.Clear();
        person.Coverages.AddRange(covers.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(c => c switch { "state" => State, "other" => OtherPayer, _ => Medicaid }));
        // As Eligibility does: one of them, or none.
        (person.Payer, person.Funding) = person.Coverages is [var first, ..] ? (first.Payer, first.Funding) : ("", default);
    }

    private async Task<Proto.PayerRouting> Route(string individual, int number) => await billing.Claims.RoutePayerAsync(
        new() { Individual = individual, Program = number == 0 ? "nc-state" : "nc-core", ServiceDate = Day, MilestoneNumber = number }, billing.Us);

    private async Task<IReadOnlyList<Proto.Reroute>> Proposals(string individual) =>
        (await billing.Claims.ListReroutesAsync(new() { Individual = individual }, billing.Us)).Reroutes;

    private static Proto.ConfirmRerouteRequest Confirm(Proto.Reroute proposal) =>
        new() { Name = proposal.ClaimLine, Etag = proposal.Etag, RequestId = BillingService.NewId() };

    private async Task<Proto.ClaimLine> Read(Proto.ClaimLine line) => await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);

    private Task Again(string individual) => billing.Use<ReconsiderClaimLines>(lines => lines.Handle(
        new IndividualId(Guid.Parse(individual["individuals/".Length..])),
        new InboxRow { MessageId = Guid.CreateVersion7(), Consumer = "test", ReceivedAt = TimeProvider.System.GetUtcNow() }, default));
}
