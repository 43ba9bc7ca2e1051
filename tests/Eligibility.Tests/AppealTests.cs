using System.Net;
using System.Net.Http.Json;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Reconsiderations and appeals: by when, who decides, what changes, and whether the service continues meanwhile (42 CFR 438.402 to 438.420).
/// The tests have their own service: they move the clock by months.
/// </summary>
public sealed class AppealTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Fact]
    public async Task A_denial_is_appealed_acknowledged_and_overturned_by_another_reviewer()
    {
        var (one, denied) = await Denied();
        Assert.Equal((service.Day(), service.Day(60)), (denied.DecidedOn, denied.AppealBy));
        Assert.Equal($"appeal-filing {service.Day(60)}", await one.Running(denied.Name));
        var rule = Assert.Single((await one.Deadlines.ListDeadlinesAsync(new() { Subject = denied.Name }, one.AsPayer)).Deadlines);
        Assert.Equal(("42-CFR-438.402(c)(2)", "438.402(c)(2)"), (rule.RuleId, rule.Citation.Section));

        var filed = await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider);
        Assert.Equal((Proto.AppealState.Filed, service.Day(), service.Day(60), "42-CFR-438.408(b)(2)", "Quillwhy it is needed", Proto.AuthorizationState.Denied),
            (filed.State, filed.FiledOn, filed.FileBy, filed.DecisionRuleId, filed.Reason, filed.Against));
        Assert.Equal($"appeal-decision {service.Day(30)}", await one.Running(filed.Name));
        Assert.DoesNotContain("appeal-filing", await one.Running(denied.Name));
        Assert.Equal(filed.Name, (await one.Again(denied)).Appeal);
        var second = await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider));
        Assert.Equal(StatusCode.AlreadyExists, second.Code);

        var acknowledged = await one.Appeals.AcknowledgeAppealAsync(
            new() { Name = filed.Name, Etag = filed.Etag, RequestId = EligibilityService.NewId() }, one.AsPayer);
        Assert.Equal((Proto.AppealState.Acknowledged, service.Day()), (acknowledged.State, acknowledged.AcknowledgedOn));
        var same = await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(Decision(acknowledged, Proto.AppealOutcome.Overturn), one.AsPayer));
        Assert.Equal(StatusCode.PermissionDenied, same.Code);
        Assert.Contains("438.406(b)(2)", same.Message);
        var trial = Decision(acknowledged, Proto.AppealOutcome.Overturn);
        (trial.ValidateOnly, trial.RequestId) = (true, "");
        Assert.Equal(Proto.AppealState.Overturned, (await one.Appeals.DecideAppealAsync(trial, one.AsReviewer)).State);
        Assert.Equal(Proto.AuthorizationState.Denied, (await one.Again(denied)).State);

        var decided = await one.Appeals.DecideAppealAsync(Decision(acknowledged, Proto.AppealOutcome.Overturn), one.AsReviewer);
        Assert.Equal((Proto.AppealState.Overturned, service.Day(), "Quillnow it is shown"), (decided.State, decided.DecidedOn, decided.OutcomeReason));
        var approved = await one.Again(denied);
        Assert.Equal((Proto.AuthorizationState.Approved, denied.RequestedFrom, denied.RequestedThrough, 40, "", Proto.PayerReasonCode.Unspecified),
            (approved.State, approved.ApprovedFrom, approved.ApprovedThrough, approved.ApprovedUnits, approved.PayerRuleId, approved.ReasonCode));
        Assert.Equal($"authorization-end {denied.RequestedThrough}", await one.Running(denied.Name));
        Assert.Equal("", await one.Running(filed.Name));
        Assert.Equal(3, await service.Count($"outbox_rows where subject = '{filed.Name}' and type = 'ips.eligibility.appeal-moved.v1'"));
        Assert.Equal(1, await service.Count(
            $"outbox_rows where subject = '{denied.Name}' and body->>'outcome' = 'approve' and body->>'appealId' = '{filed.Name["appeals/".Length..]}'"));
        Assert.Equal(0, await service.Count("appeals a where a::text like '%Quill%' or a::text like '%5175696c6c%'"));
        Assert.Equal(0, await service.Count("outbox_rows where body::text like '%Quillwhy%' or body::text like '%Quillnow%'"));
        var again = await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(Decision(decided, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer));
        Assert.Equal(StatusCode.FailedPrecondition, again.Code);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public async Task An_appeal_is_filed_within_60_days_of_the_decision(int days, bool accepted)
    {
        var (one, denied) = await Denied();
        service.Clock.Advance(TimeSpan.FromDays(days));
        var request = Filing(denied);
        if (accepted)
        {
            Assert.Equal(Proto.AppealState.Filed, (await one.Appeals.FileAppealAsync(request, one.AsProvider)).State);
            return;
        }

        foreach (var kind in new[] { Proto.AppealKind.Appeal, Proto.AppealKind.Reconsideration })
        {
            request.Kind = kind;
            var late = await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(request, one.AsProvider));
            Assert.Equal(StatusCode.FailedPrecondition, late.Code);
            Assert.Contains("42-CFR-438.402(c)(2)", late.Message);
        }
    }

    [Fact]
    public async Task Without_managed_care_no_text_sets_a_day()
    {
        var (one, denied) = await Denied(Funding.State);
        Assert.Equal(("", ""), (denied.AppealBy, await one.Running(denied.Name)));
        service.Clock.Advance(TimeSpan.FromDays(100));
        var request = Filing(denied);
        (request.Filer, request.ContinueService) = (Proto.AppealFiler.Individual, true);
        var filed = await one.Appeals.FileAppealAsync(request, one.AsProvider);
        Assert.Equal(("", null, "", false), (filed.FileBy, filed.DecisionDueTime, filed.DecisionRuleId, filed.Continuation.Granted));
        Assert.Equal("", await one.Running(filed.Name));
    }

    [Fact]
    public async Task An_expedited_appeal_is_due_72_hours_after_it_was_filed()
    {
        var (one, denied) = await Denied();
        var request = Filing(denied);
        request.Expedited = true;
        var filed = await one.Appeals.FileAppealAsync(request, one.AsProvider);
        Assert.Equal((service.Clock.GetUtcNow().AddHours(72), "42-CFR-438.408(b)(3)"), (filed.DecisionDueTime.ToDateTimeOffset(), filed.DecisionRuleId));
        var listed = Assert.Single((await one.Deadlines.ListDeadlinesAsync(new() { Subject = filed.Name }, one.AsPayer)).Deadlines);
        Assert.Equal(filed.DecisionDueTime, listed.DueAt);
        await service.SweepAhead(4);
        Assert.EndsWith("overdue", await service.PublishedStages(filed.Name, "appeal-decision"));
        // The clock reports and does not decide: a late decision counts.
        service.Clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(Proto.AppealState.Upheld,
            (await one.Appeals.DecideAppealAsync(Decision(filed, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer)).State);
    }

    [Fact]
    public async Task After_a_reconsideration_comes_one_appeal_and_each_has_a_reviewer_of_its_own()
    {
        var (one, denied) = await Denied();
        var request = Filing(denied);
        request.Kind = Proto.AppealKind.Reconsideration;
        var expedited = request.Clone();
        expedited.Expedited = true;
        Assert.Equal("expedited", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Appeals.FileAppealAsync(expedited, one.AsProvider))).Fields));
        var first = await one.Appeals.FileAppealAsync(request, one.AsProvider);
        Assert.Equal("", first.DecisionRuleId);
        first = await one.Appeals.DecideAppealAsync(Decision(first, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer);
        request.RequestId = EligibilityService.NewId();
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(request, one.AsProvider))).Code);
        var second = await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(Decision(second, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), one.AsReviewer))).Code);
        await one.Appeals.DecideAppealAsync(
            Decision(second, Proto.AppealOutcome.Uphold, "NC-AUTH-011"), service.As(Roles.Mco, one.Payer, "reviewer-three"));
        var third = await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider));
        Assert.Contains("42-CFR-438.402(b)", third.Message);
        Assert.Equal(new[] { first.Name, second.Name }.Order(),
            (await one.Appeals.ListAppealsAsync(new() { Authorization = denied.Name }, one.AsPayer)).Appeals.Select(a => a.Name).Order());
    }

    [Fact]
    public async Task A_part_is_approved_with_days_units_and_a_reason_code()
    {
        var (one, denied) = await Denied();
        var filed = await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider);
        var part = Decision(filed, Proto.AppealOutcome.OverturnPartly, "NC-AUTH-011");
        Assert.Equal("approved_through reason_code", string.Join(' ', (await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(part, one.AsReviewer))).Fields));
        (part.ApprovedThrough, part.ReasonCode) = (service.Day(30), Proto.PayerReasonCode.AmountNotSupported);
        Assert.Equal("approved_from approved_units", string.Join(' ', (await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(part, one.AsReviewer))).Fields));
        (part.ApprovedFrom, part.ApprovedUnits) = (service.Day(1), 12);
        var decided = await one.Appeals.DecideAppealAsync(part, one.AsReviewer);
        var modified = await one.Again(denied);
        Assert.Equal((Proto.AppealState.PartlyOverturned, Proto.AuthorizationState.Modified, service.Day(1), service.Day(30), 12, "NC-AUTH-011", "151"),
            (decided.State, modified.State, modified.ApprovedFrom, modified.ApprovedThrough, modified.ApprovedUnits, modified.PayerRuleId, modified.Carc));
        // One level of appeal: what the appeal left is for the state's fair hearing.
        Assert.Contains("438.402(b)",
            (await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(modified), one.AsProvider))).Message);
    }

    [Fact]
    public async Task An_appeal_against_a_modification_takes_nothing_away()
    {
        var one = await Person();
        var ruling = PersonBuilder.Ruling(await one.Requested(Proto.AuthorizationKind.Ips, 40), Proto.AuthorizationOutcome.Modify, "NC-AUTH-008");
        (ruling.ApprovedThrough, ruling.ApprovedUnits) = (service.Day(30), 20);
        var modified = await one.Authorizations.DecideAuthorizationAsync(ruling, one.AsPayer);
        var filed = await one.Appeals.FileAppealAsync(Filing(modified), one.AsProvider);
        var part = Decision(filed, Proto.AppealOutcome.OverturnPartly, "NC-AUTH-008");
        (part.ReasonCode, part.ApprovedFrom, part.ApprovedThrough, part.ApprovedUnits) =
            (Proto.PayerReasonCode.AmountNotSupported, service.Day(), service.Day(40), 19);
        Assert.Equal("approved_units", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(part, one.AsReviewer))).Fields));
        part.ApprovedUnits = 20;
        await one.Appeals.DecideAppealAsync(part, one.AsReviewer);
        Assert.Equal((Proto.AuthorizationState.Modified, service.Day(40), 20),
            ((await one.Again(modified)) is var after ? after.State : default, after.ApprovedThrough, after.ApprovedUnits));
    }

    [Fact]
    public async Task What_no_payer_took_is_not_appealed_and_a_day_before_the_decision_is_refused()
    {
        var one = await Person();
        var approved = await one.ApprovedFor(0, 60);
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(approved), one.AsProvider))).Code);
        // Ended by the agency itself.
        var ended = await End(one, approved, one.AsProvider, 20);
        Assert.Equal(("", StatusCode.FailedPrecondition), (ended.AppealBy,
            (await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(ended), one.AsProvider))).Code));
        var (two, denied) = await Denied();
        var early = Filing(denied);
        early.RequestedOn = service.Day(-1);
        Assert.Equal("requested_on", Assert.Single((await service.RefusedWithoutTrace(
            async () => await two.Appeals.FileAppealAsync(early, two.AsProvider))).Fields));
    }

    [Theory]
    [InlineData(10, 5, true)]
    [InlineData(11, 5, false)]
    // The end takes effect later than ten days after the notice: until then it is in time.
    [InlineData(20, 20, true)]
    [InlineData(21, 20, false)]
    public async Task A_service_that_its_payer_ended_continues_when_the_person_requests_it_in_time(int requestedAfter, int effectiveAfter, bool continues)
    {
        var one = await Person();
        var approved = await one.ApprovedFor(0, 60);
        var ended = await End(one, approved, one.AsPayer, effectiveAfter);
        Assert.Equal((service.Day(effectiveAfter - 1), service.Day(60)), (ended.EndedThrough, ended.AppealBy));
        service.Clock.Advance(TimeSpan.FromDays(requestedAfter));
        var request = Filing(ended);
        (request.Filer, request.ContinueService) = (Proto.AppealFiler.Individual, true);
        var filed = await one.Appeals.FileAppealAsync(request, one.AsProvider);
        Assert.Equal((continues, "42-CFR-438.420(b)"), (filed.Continuation.Granted, filed.Continuation.RuleId));
        var now = await one.Again(ended);
        Assert.Equal(continues ? (Proto.AuthorizationState.Approved, "") : (Proto.AuthorizationState.Terminated, ended.EndedThrough), (now.State, now.EndedThrough));
        if (!continues)
            return;

        // Upheld: it goes on for ten days, and ends as before.
        Assert.Equal(approved.ApprovedThrough, filed.Continuation.Through);
        var upheld = await one.Appeals.DecideAppealAsync(Decision(filed, Proto.AppealOutcome.Uphold, "NC-DISCH-001"), one.AsReviewer);
        var after = await one.Again(ended);
        Assert.Equal((Proto.AuthorizationState.Terminated, service.Day(10), Proto.TerminationReason.Discharged),
            (after.State, after.EndedThrough, after.TerminationReason));
        var letter = (await one.Appeals.ExplainAppealAsync(new() { Name = upheld.Name }, one.AsProvider)).Text;
        Assert.Contains("The service continued during the appeal. Its last day is ", letter);
        Assert.Contains("You can request a fair hearing of the state until ", letter);
    }

    [Theory]
    [InlineData(Proto.AppealFiler.Provider, 0, "only the person")]
    [InlineData(Proto.AppealFiler.Individual, 61, "the period that was authorized ended")]
    public async Task Otherwise_it_does_not_continue_and_the_answer_says_why(Proto.AppealFiler filer, int days, string found)
    {
        var one = await Person();
        // Notice on the day before the end, so that a request 61 days after its first day is within the days to file.
        var approved = await one.ApprovedFor(0, 60);
        service.Clock.Advance(TimeSpan.FromDays(days == 0 ? 0 : 50));
        var ended = await End(one, approved, one.AsPayer, days == 0 ? 5 : 9);
        service.Clock.Advance(TimeSpan.FromDays(days == 0 ? 0 : days - 50));
        var request = Filing(ended);
        (request.Filer, request.ContinueService) = (filer, true);
        var filed = await one.Appeals.FileAppealAsync(request, one.AsProvider);
        Assert.False(filed.Continuation.Granted);
        Assert.Contains(found, filed.Continuation.Found);
        Assert.Equal(Proto.AuthorizationState.Terminated, (await one.Again(ended)).State);
    }

    [Fact]
    public async Task An_end_is_overturned_or_in_part_and_a_withdrawn_appeal_ends_the_service_today()
    {
        var one = await Person();
        var ended = await End(one, await one.ApprovedFor(0, 60), one.AsPayer, 5);
        var request = Filing(ended);
        (request.Filer, request.ContinueService) = (Proto.AppealFiler.Individual, true);
        var filed = await one.Appeals.FileAppealAsync(request, one.AsProvider);
        service.Clock.Advance(TimeSpan.FromDays(8));
        var withdrawn = await one.Appeals.WithdrawAppealAsync(
            new() { Name = filed.Name, Etag = filed.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        Assert.Equal(Proto.AppealState.Withdrawn, withdrawn.State);
        var again = await one.Again(ended);
        Assert.Equal((Proto.AuthorizationState.Terminated, service.Day(), "", service.Day(52)), (again.State, again.EndedThrough, again.Appeal, again.AppealBy));
        Assert.Contains($"appeal-filing {service.Day(52)}", await one.Running(ended.Name));

        var second = await one.Appeals.FileAppealAsync(Filing(again), one.AsProvider);
        var part = Decision(second, Proto.AppealOutcome.OverturnPartly, "NC-DISCH-001");
        (part.ReasonCode, part.ApprovedThrough) = (Proto.PayerReasonCode.AmountNotSupported, service.Day());
        Assert.Equal("approved_through", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Appeals.DecideAppealAsync(part, one.AsReviewer))).Fields));
        part.ApprovedThrough = service.Day(10);
        await one.Appeals.DecideAppealAsync(part, one.AsReviewer);
        Assert.Equal((Proto.AuthorizationState.Terminated, service.Day(10)), ((await one.Again(ended)) is var partly ? partly.State : default, partly.EndedThrough));

        var two = await Person();
        var other = await End(two, await two.ApprovedFor(0, 60), two.AsPayer, 5);
        var appeal = await two.Appeals.FileAppealAsync(Filing(other), two.AsProvider);
        await two.Appeals.DecideAppealAsync(Decision(appeal, Proto.AppealOutcome.Overturn), two.AsReviewer);
        var restored = await two.Again(other);
        Assert.Equal((Proto.AuthorizationState.Approved, "", other.ApprovedThrough), (restored.State, restored.EndedThrough, restored.ApprovedThrough));
    }

    [Fact]
    public async Task Days_that_another_agency_has_by_now_are_not_given_back()
    {
        var here = await Person();
        var ended = await End(here, await here.ApprovedFor(0, 60), here.AsPayer, 5);
        var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
        await there.ApprovedFor(10, 60);
        var request = Filing(ended);
        (request.Filer, request.ContinueService) = (Proto.AppealFiler.Individual, true);
        var filed = await here.Appeals.FileAppealAsync(request, here.AsProvider);
        Assert.Equal((false, "another provider's IPS authorization shares a day with this span"), (filed.Continuation.Granted, filed.Continuation.Found));
        var refused = await service.RefusedWithoutTrace(
            async () => await here.Appeals.DecideAppealAsync(Decision(filed, Proto.AppealOutcome.Overturn), here.AsReviewer));
        Assert.Contains("NC-LIM-001", refused.Message);
    }

    [Fact]
    public async Task Of_two_appeals_filed_at_once_one_is_stored()
    {
        var (one, denied) = await Denied();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider);
                return StatusCode.OK;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }));
        Assert.Equal(1, answers.Count(a => a == StatusCode.OK));
        Assert.Equal(1, await service.Count($"appeals where individual_id = '{one.Name["individuals/".Length..]}'"));
    }

    [Fact]
    public async Task Only_its_agency_and_its_payer_see_an_appeal()
    {
        var (one, denied) = await Denied();
        var filed = await one.Appeals.FileAppealAsync(Filing(denied), one.AsProvider);
        foreach (var caller in new[] { one.AsProvider, one.AsPayer })
        {
            Assert.Equal(filed, await one.Appeals.GetAppealAsync(new() { Name = filed.Name }, caller));
            Assert.Equal(filed, Assert.Single((await one.Appeals.ListAppealsAsync(new() { Individual = one.Name }, caller)).Appeals));
            Assert.Contains("There is no answer yet", (await one.Appeals.ExplainAppealAsync(new() { Name = filed.Name }, caller)).Text);
        }

        foreach (var caller in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
        {
            Assert.Equal(StatusCode.NotFound,
                (await EligibilityService.Refused(async () => await one.Appeals.GetAppealAsync(new() { Name = filed.Name }, caller))).Code);
            Assert.Equal(StatusCode.NotFound,
                (await EligibilityService.Refused(async () => await one.Appeals.ExplainAppealAsync(new() { Name = filed.Name }, caller))).Code);
            Assert.Empty((await one.Appeals.ListAppealsAsync(new() { Authorization = denied.Name }, caller)).Appeals);
        }

        foreach (var role in new[] { Roles.Dvrs, Roles.State, Roles.Ops })
            Assert.Equal(StatusCode.PermissionDenied,
                (await EligibilityService.Refused(async () => await one.Appeals.GetAppealAsync(new() { Name = filed.Name }, service.As(role, "nc-dvrs")))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () => await one.Appeals.FileAppealAsync(Filing(denied), one.AsPayer))).Code);
        using var http = service.Http(Roles.Provider, one.Provider);
        var listed = await http.GetFromJsonAsync<System.Text.Json.JsonElement>($"/v1/{one.Name}/appeals");
        Assert.Equal(filed.Name, listed.GetProperty("appeals")[0].GetProperty("name").GetString());
        using var answer = await http.GetAsync($"/v1/{filed.Name}:explain");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("2026-03-02T17:00:00Z", "2026-04-01", "2026-04-02T04:00:00Z")]
    [InlineData("2026-03-03T03:00:00Z", "2026-04-01", "2026-04-02T04:00:00Z")]
    public void Thirty_days_count_from_the_local_day_of_receipt(string received, string on, string at)
    {
        var (day, instant) = AppealClock.Start(DateTimeOffset.Parse(received), expedited: false, TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        Assert.Equal((on, DateTimeOffset.Parse(at)), (day.Day(), instant));
    }

    private async Task<PersonBuilder> Person(Funding funding = Funding.Medicaid) => await (await PersonBuilder.Register(service, funding: funding)).WithFacts();

    private async Task<(PersonBuilder One, Proto.Authorization Denied)> Denied(Funding funding = Funding.Medicaid)
    {
        var one = await Person(funding);
        var requested = await one.Requested(Proto.AuthorizationKind.Ips, 40);
        return (one, await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer));
    }

    private async Task<Proto.Authorization> End(PersonBuilder one, Proto.Authorization approved, Metadata by, int effectiveAfter) =>
        await one.Authorizations.TerminateAuthorizationAsync(new()
        {
            Name = approved.Name,
            Etag = approved.Etag,
            Reason = Proto.TerminationReason.Discharged,
            EffectiveOn = service.Day(effectiveAfter),
            RequestId = EligibilityService.NewId(),
        }, by);

    private Proto.FileAppealRequest Filing(Proto.Authorization against) => new()
    {
        Authorization = against.Name,
        Kind = Proto.AppealKind.Appeal,
        Filer = Proto.AppealFiler.Provider,
        RequestedOn = service.Day(),
        Reason = "Quillwhy it is needed",
        RequestId = EligibilityService.NewId(),
    };

    private static Proto.DecideAppealRequest Decision(Proto.Appeal appeal, Proto.AppealOutcome outcome, string rule = "") => new()
    {
        Name = appeal.Name,
        Etag = appeal.Etag,
        Outcome = outcome,
        Reason = "Quillnow it is shown",
        RuleId = rule,
        OverrideReason = outcome == Proto.AppealOutcome.Uphold ? "" : "Quilloverride of the payer",
        RequestId = EligibilityService.NewId(),
    };
}
