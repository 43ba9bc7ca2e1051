using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>The deadlines of Eligibility: when they are published, what stops them, and how lists show them with their rule.</summary>
[Collection("eligibility")]
public sealed class DeadlineTests(EligibilityService service)
{
    [Fact]
    public async Task The_end_of_an_authorization_is_published_once_45_30_and_15_days_before_by_any_number_of_replicas()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.ApprovedFor(0, 60);
        Assert.Equal(Proto.AuthorizationPhase.Active, approved.Phase);
        foreach (var (day, expected) in new[] { (14, ""), (15, "due_soon 45"), (30, "due_soon 45, due_soon 30"), (45, "due_soon 45, due_soon 30, due_soon 15"),
            (60, "due_soon 45, due_soon 30, due_soon 15, due"), (62, "due_soon 45, due_soon 30, due_soon 15, due, overdue") })
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => service.SweepAhead(day)));
            Assert.Equal(expected, await service.PublishedStages(approved.Name, "authorization-end"));
        }
    }

    [Fact]
    public async Task NC_DVRS_002_the_referral_is_due_on_the_first_day_and_late_for_good_after_30_more()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await one.Requested(Proto.AuthorizationKind.Ips, 40);
        Assert.Equal($"dvrs-referral {service.Day()}, dvrs-referral-late {service.Day(30)}", await one.Running(one.Name));
        await service.SweepAhead(0);
        Assert.Equal(("due", ""), (await service.PublishedStages(one.Name, "dvrs-referral"), await service.PublishedStages(one.Name, "dvrs-referral-late")));
        await service.SweepAhead(31);
        Assert.Equal(("due, overdue", "due, overdue"),
            (await service.PublishedStages(one.Name, "dvrs-referral"), await service.PublishedStages(one.Name, "dvrs-referral-late")));
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.Equal("", await one.Running(one.Name));
    }

    [Fact]
    public async Task An_offer_keeps_the_referral_due_until_it_is_sent_and_NC_AUTH_005_makes_the_request_due_by_day_30()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var offered = await one.Referrals.CreateReferralAsync(one.Referral(sent: false), one.AsProvider);
        Assert.Equal(($"dvrs-referral {service.Day()}, dvrs-referral-late {service.Day(30)}", $"authorization-request {service.Day(29)}"),
            (await one.Running(offered.Name), await one.Running(one.Name)));
        await one.Referrals.SendReferralAsync(
            new() { Name = offered.Name, Etag = offered.Etag, ReferralDate = service.Day(), RequestId = EligibilityService.NewId() }, one.AsProvider);
        Assert.Equal("", await one.Running(offered.Name));
        await service.SweepAhead(22);
        Assert.Equal("due_soon 7", await service.PublishedStages(one.Name, "authorization-request"));
        await one.Requested(Proto.AuthorizationKind.Ips, 40);
        Assert.Equal("", await one.Running(one.Name));
        await service.SweepAhead(40);
        Assert.Equal("due_soon 7", await service.PublishedStages(one.Name, "authorization-request"));
    }

    [Fact]
    public async Task NC_ELIG_013_an_assessment_serves_an_admission_for_a_year_and_no_longer_than_it_is_needed()
    {
        var one = await PersonBuilder.Register(service);
        await one.Individuals.AddAssessmentAsync(
            new()
            {
                Individual = one.Name,
                RequestId = EligibilityService.NewId(),
                Assessment = new() { CompletedOn = service.Day(-40), AssessorScopeIncludesDiagnosis = true }
            }, one.AsProvider);
        Assert.NotEqual(Proto.DeterminationState.Eligible, (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider)).State);
        var last = DateOnly.Parse(service.Day(-40)).AddYears(1);
        Assert.Equal($"assessment-age {last.Day()}", await one.Running(one.Name));
        Assert.Equal(["NC-ELIG-013"], (await List(one, new())).Select(d => d.RuleId));
        await one.WithFacts();
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider)).State);
        Assert.Equal("", await one.Running(one.Name));
    }

    [Fact]
    public async Task The_list_shows_the_rule_with_its_citation_and_filters_by_person_rule_state_and_day()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var soon = await one.ApprovedFor(0, 40);
        var later = await one.Approved();
        await one.ServiceOrders.SignServiceOrderAsync(one.Signature(await one.Draft()), one.AsProvider);
        var all = await List(one, new());
        Assert.Equal(["dvrs-referral", "dvrs-referral-late", "authorization-end", "authorization-end", "service-order-renewal"], all.Select(d => d.Kind));
        Assert.Equal(["NC-DVRS-002", "NC-DVRS-002", "NC-AUTH-006", "NCC-MS-02c", "NC-SO-004"], all.Select(d => d.RuleId));
        Assert.All(all, d => Assert.NotEqual("", d.RuleSays + d.Citation.Document + d.Citation.Section));
        var end = all[2];
        Assert.Equal((soon.Name, one.Name, $"organizations/{one.Provider}", 40, "America/New_York", 1),
            (end.Subject, end.Individual, end.Provider, end.DaysLeft, end.TimeZone, end.Arming));
        Assert.Equal([45, 30, 15], end.LeadDays);
        Assert.Equal([end.Name], (await List(one, new() { RuleId = "NC-AUTH-006" })).Select(d => d.Name));
        Assert.Equal(3, (await List(one, new() { DueBefore = service.Day(89) })).Count);
        Assert.Equal(4, (await List(one, new() { DueBefore = service.Day(90) })).Count);
        await service.SweepAhead(0);
        Assert.Equal(["authorization-end"], (await List(one, new() { States = { Proto.DeadlineState.DueSoon } })).Select(d => d.Kind));
        Assert.Equal(later.Name, Assert.Single(await List(one, new() { Subject = later.Name })).Subject);

        var page = await one.Deadlines.ListDeadlinesAsync(new() { Individual = one.Name, PageSize = 3 }, one.AsPayer);
        var rest = await one.Deadlines.ListDeadlinesAsync(new() { Individual = one.Name, PageSize = 3, PageToken = page.NextPageToken }, one.AsPayer);
        Assert.Equal(all.Select(d => d.Name), page.Deadlines.Concat(rest.Deadlines).Select(d => d.Name));
        Assert.Equal("", rest.NextPageToken);
        using var http = service.Http(Roles.Provider, one.Provider);
        Assert.Contains("NC-SO-004", await http.GetStringAsync($"/v1/{one.Name}/deadlines?ruleId=NC-SO-004"));
        Assert.Contains(end.Name, await http.GetStringAsync($"/v1/{end.Name}"));
    }

    [Fact]
    public async Task No_tenant_sees_the_deadlines_of_another_tenants_people()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved();
        var mine = Assert.Single((await one.Deadlines.ListDeadlinesAsync(new() { Subject = approved.Name }, one.AsPayer)).Deadlines);
        foreach (var other in new[] { service.As(Roles.Provider, "agency-other"), service.As(Roles.Mco, "payer-other") })
        {
            Assert.Empty((await one.Deadlines.ListDeadlinesAsync(new() { Subject = approved.Name }, other)).Deadlines);
            Assert.Equal(StatusCode.NotFound,
                (await EligibilityService.Refused(async () => await one.Deadlines.GetDeadlineAsync(new() { Name = mine.Name }, other))).Code);
        }

        Assert.Equal(StatusCode.PermissionDenied,
            (await EligibilityService.Refused(async () => await one.Deadlines.GetDeadlineAsync(new() { Name = mine.Name }, one.AsDvrs))).Code);
    }

    private static async Task<IReadOnlyList<Proto.Deadline>> List(PersonBuilder one, Proto.ListDeadlinesRequest request)
    {
        request.Individual = one.Name;
        return (await one.Deadlines.ListDeadlinesAsync(request, one.AsProvider)).Deadlines;
    }
}
