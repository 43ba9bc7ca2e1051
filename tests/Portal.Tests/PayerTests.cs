using Ips.Contracts.Billing.V1;
using Ips.Contracts.Eligibility.V1;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>The reviewer of a payer: what waits, what it rests on, and the decision.</summary>
[Collection("site")]
public sealed class PayerTests(Site site)
{
    private const string Reviewer = "Reviewer at Alliance";

    [Fact]
    public async Task Reviewer_begins_with_what_waits_and_expedited_requests_come_first()
    {
        var later = site.Eligibility.Waiting(dueInHours: 1);
        var urgent = site.Eligibility.Waiting(dueInHours: 60, expedited: true);
        await using var visit = await (await site.Visit()).SignIn(Reviewer);
        Assert.Equal("Authorizations", await visit.Heading());
        var rows = await visit.Page.Locator("tbody th a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        Assert.True(Array.IndexOf(rows, $"/{urgent.Name}") < Array.IndexOf(rows, $"/{later.Name}"), string.Join(" ", rows));
        Assert.Contains("Sandbox Case One", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denial_is_sent_with_its_rule_code_and_reason_and_is_no_longer_waiting()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{waiting.Name}");
        Assert.Contains("NC-AUTH-009", await visit.Text(), StringComparison.Ordinal);
        Assert.Contains("Service Order, paragraph 2", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Deny").CheckAsync();
        await visit.Page.GetByLabel("Rule", new() { Exact = true }).FillAsync("NC-AUTH-009");
        await visit.Page.GetByLabel("Reason code").SelectOptionAsync("NotMedicallyNecessary");
        await visit.Page.GetByLabel("Reason in your words").FillAsync("No need was shown.");
        await visit.Submit("Record the decision");
        Assert.Contains("Your answer is recorded: denied.", await visit.Text(), StringComparison.Ordinal);
        var sent = Assert.Single(Sent(waiting));
        Assert.Equal(
            (AuthorizationOutcome.Deny, "1", "NC-AUTH-009", PayerReasonCode.NotMedicallyNecessary, "No need was shown.", "", 0),
            (sent.Outcome, sent.Etag, sent.RuleId, sent.ReasonCode, sent.Reason, sent.ApprovedFrom, sent.ApprovedUnits));
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the decision" }).CountAsync());
    }

    [Fact]
    public async Task Modification_is_sent_with_its_span_and_units()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{waiting.Name}");
        await visit.Page.GetByLabel("Modify").CheckAsync();
        await visit.Page.GetByLabel("Last day").FillAsync("2030-01-31");
        await visit.Page.GetByLabel("Units").FillAsync("3");
        await visit.Page.GetByLabel("Rule", new() { Exact = true }).FillAsync("NC-AUTH-009");
        await visit.Page.GetByLabel("Reason code").SelectOptionAsync("AmountNotSupported");
        await visit.Page.GetByLabel("Reason in your words").FillAsync("Less is needed.");
        await visit.Submit("Record the decision");
        Assert.Contains("Your answer is recorded: modified.", await visit.Text(), StringComparison.Ordinal);
        var sent = Assert.Single(Sent(waiting));
        Assert.Equal((waiting.RequestedFrom, "2030-01-31", 3), (sent.ApprovedFrom, sent.ApprovedThrough, sent.ApprovedUnits));
    }

    [Fact]
    public async Task Refused_form_names_the_field_and_still_holds_what_was_entered_and_its_request_id()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{waiting.Name}");
        visit.ExpectsRefusal = true;
        await visit.Page.GetByLabel("Return for information").CheckAsync();
        await visit.Page.GetByLabel("Rule", new() { Exact = true }).FillAsync("NC-AUTH-003");
        await visit.Submit("Record the decision");
        Assert.Contains("Reason is missing", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("NC-AUTH-003", await visit.Page.GetByLabel("Rule", new() { Exact = true }).InputValueAsync());
        await visit.Page.GetByLabel("Reason in your words").FillAsync("The plan has no career goals.");
        await visit.Submit("Record the decision");
        Assert.Contains("waiting for information", await visit.Text(), StringComparison.Ordinal);
        Assert.Single(Sent(waiting).Select(sent => sent.RequestId).Distinct());
    }

    [Fact]
    public async Task Form_that_is_sent_again_after_going_back_changes_once()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{waiting.Name}");
        var fields = await visit.Page.Locator("form.answer input[type=hidden]").EvaluateAllAsync<string[][]>("inputs => inputs.map(input => [input.name, input.value])");
        var form = visit.Form([.. fields, ["outcome", "Approve"]]);
        for (var time = 0; time < 2; time++)
        {
            var answer = await visit.Page.APIRequest.PostAsync($"/{waiting.Name}", form());
            Assert.True(answer.Status == 200, await answer.TextAsync());
            Assert.EndsWith("?done=yes", answer.Url, StringComparison.Ordinal);
        }

        Assert.Equal(2, Sent(waiting).Count());
        Assert.Single(Sent(waiting).Select(sent => sent.RequestId).Distinct());
        Assert.Equal("2", site.Eligibility.Authorizations[waiting.Name].Etag);
    }

    [Fact]
    public async Task Form_without_the_token_of_its_page_is_refused()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{waiting.Name}");
        var answer = await visit.Page.APIRequest.PostAsync($"/{waiting.Name}", visit.Form([["_handler", "decide"], ["outcome", "Approve"], ["etag", "1"]])());
        Assert.Equal(400, answer.Status);
        Assert.Empty(Sent(waiting));
    }

    [Fact]
    public async Task Decision_on_what_someone_else_changed_is_explained_and_can_be_sent_again()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{waiting.Name}");
        visit.ExpectsRefusal = true;
        var changed = waiting.Clone();
        (changed.Etag, changed.RequestedUnits) = ("7", 2);
        site.Eligibility.Authorizations[waiting.Name] = changed;
        await visit.Page.GetByLabel("Approve", new() { Exact = true }).CheckAsync();
        await visit.Submit("Record the decision");
        Assert.Contains("changed by someone else", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        await visit.Submit("Record the decision");
        Assert.Contains("Your answer is recorded: approved.", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Appeal_is_acknowledged_and_decided()
    {
        var filed = site.Eligibility.Filed();
        await using var visit = await (await site.Visit()).SignIn(Reviewer, "/appeals");
        await visit.Click(visit.Page.Locator($"a[href='/{filed.Name}']"));
        await visit.Submit("Acknowledge receipt");
        Assert.Contains("Your answer is recorded: acknowledged.", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Overturn it", new() { Exact = true }).CheckAsync();
        await visit.Page.GetByLabel("Reason in your words").FillAsync("The assessment is on file.");
        await visit.Submit("Record the decision");
        Assert.Contains("overturned", await visit.Text(), StringComparison.Ordinal);
        var decided = Assert.Single(site.Eligibility.Received.OfType<DecideAppealRequest>(), sent => sent.Name == filed.Name);
        Assert.Equal((AppealOutcome.Overturn, "2", "The assessment is on file."), (decided.Outcome, decided.Etag, decided.Reason));
    }

    [Fact]
    public async Task Payer_reads_a_packet_with_its_findings_and_cannot_answer_for_the_agency()
    {
        var packet = site.Billing.Packet(MilestoneState.UnderReview);
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{packet.Name}");
        Assert.Contains("NCC-UM-001", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("main form").CountAsync());
    }

    [Fact]
    public async Task Agency_records_the_answer_of_the_review()
    {
        var packet = site.Billing.Packet(MilestoneState.UnderReview);
        await using var visit = await (await site.Visit()).SignIn("Team lead at Harbor Works", $"/{packet.Name}");
        Assert.Contains("send the job start form", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Approved").CheckAsync();
        await visit.Page.GetByLabel("Day its letter came").FillAsync("2026-01-15");
        await visit.Submit("Record the answer");
        Assert.Contains("can be claimed", await visit.Text(), StringComparison.Ordinal);
        var sent = Assert.Single(site.Billing.Received.OfType<RecordReviewRequest>(), sent => sent.Name == packet.Name);
        Assert.Equal((ReviewOutcome.Approved, "2026-01-15", ""), (sent.Outcome, sent.ReceivedDate, sent.UploadedDate));
    }

    [Fact]
    public async Task Agency_confirms_who_pays_a_line_for_which_two_coverages_are_live()
    {
        var line = site.Billing.Line(ClaimLineState.Attention);
        await using var visit = await (await site.Visit()).SignIn("Team lead at Harbor Works", "/reroutes");
        Assert.Equal("Payers to confirm", await visit.Heading());
        await visit.Click(visit.Page.Locator($"a[href='/{line.Name}']"));
        Assert.Contains("alliance, medicaid", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("alliance, medicaid").CheckAsync();
        await visit.Submit("Confirm");
        Assert.Contains("Your answer is recorded", await visit.Text(), StringComparison.Ordinal);
        var sent = Assert.Single(site.Billing.Received.OfType<ConfirmRerouteRequest>(), sent => sent.Name == line.Name);
        Assert.Equal(("1", "organizations/alliance", Contracts.Common.V1.Funding.Medicaid), (sent.Etag, sent.Coverage.Payer, sent.Coverage.Funding));
    }

    [Fact]
    public async Task Payer_reads_a_line_and_cannot_answer_for_the_agency()
    {
        var line = site.Billing.Line(ClaimLineState.Attention);
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/{line.Name}");
        Assert.Contains("NCC-MS-02c", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("main form").CountAsync());
    }

    [Theory]
    [InlineData("Analyst at NC DHHS", "/money")]
    [InlineData("Analyst at NC DHHS", "/appeals")]
    [InlineData("Counselor at NC DVRS", "/milestones")]
    [InlineData("Platform operator", "/authorizations")]
    public async Task Room_of_another_role_is_explained(string person, string path)
    {
        await using var visit = await (await site.Visit()).SignIn(person, path);
        visit.ExpectsRefusal = true;
        Assert.Equal("Not available for your role", await visit.Heading());
        Assert.Equal(0, await visit.Page.Locator($"nav a[href='{path}']").CountAsync());
    }

    [Fact]
    public async Task Authorization_that_does_not_exist_is_explained()
    {
        await using var visit = await (await site.Visit()).SignIn(Reviewer, $"/authorizations/{Guid.CreateVersion7()}");
        visit.ExpectsRefusal = true;
        Assert.Equal("No such page", await visit.Heading());
    }

    private IEnumerable<DecideAuthorizationRequest> Sent(Authorization about) =>
        site.Eligibility.Received.OfType<DecideAuthorizationRequest>().Where(sent => sent.Name == about.Name);
}
