using Grpc.Core;
using Xunit;
using DocumentKind = Ips.Contracts.Common.V1.DocumentKind;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// First requests of every kind on the boundary of every rule: what goes to review, what waits for documents, what is not accepted.
/// NC-AUTH-001, NC-AUTH-002 (an approval may reach back to the first service day), NC-AUTH-003, NC-AUTH-005, NCC-MS-02c, NCC-MS-02d, NCC-MS-06d, NCC-MS-06e,
/// LA-AUTH-001 to LA-AUTH-003.
/// </summary>
[Collection("eligibility")]
public sealed class AuthorizationRequestTests(EligibilityService service)
{
    [Fact]
    public async Task NC_AUTH_005_on_day_30_the_request_is_on_time_and_reaches_back_on_day_31_it_begins_with_its_receipt()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var timely = await one.Send(await one.Request(Proto.AuthorizationKind.Ips, 40, initiated: -29));
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.Met, service.Day(-29)),
            (timely.State, Finding(timely, "NC-AUTH-005"), timely.EarliestFrom));
        Assert.Equal(service.Day(-29), (await one.Approve(timely)).ApprovedFrom);
        // NC-AUTH-001, NC-AUTH-002: covered from the first day of service, although approved only now; the day before is not covered.
        Assert.Equal((true, false), (await Covered(one, -29), await Covered(one, -30)));

        var other = await (await PersonBuilder.Register(service)).WithFacts();
        var late = await other.Send(await other.Request(Proto.AuthorizationKind.Ips, 40, initiated: -30));
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.NotMet, service.Day()), (late.State, Finding(late, "NC-AUTH-005"), late.EarliestFrom));
        var early = PersonBuilder.Ruling(late, Proto.AuthorizationOutcome.Modify, "NC-AUTH-005");
        early.ApprovedFrom = service.Day(-1);
        var refused = await service.RefusedWithoutTrace(async () => await other.Authorizations.DecideAuthorizationAsync(early, other.AsPayer));
        Assert.Equal((StatusCode.FailedPrecondition, "NC-AUTH-005"), (refused.Code, refused.Message[..11]));
        var approved = await other.Approve(late);
        Assert.Equal((service.Day(), late.RequestedThrough), (approved.ApprovedFrom, approved.ApprovedThrough));
    }

    [Fact]
    public async Task NC_AUTH_003_and_005_a_request_waits_for_a_missing_document_and_goes_to_review_when_it_arrives()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = await one.Request(Proto.AuthorizationKind.Ips, 40, initiated: -10);
        request.Documents.Clear();
        var requested = await one.Send(request);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, "", Verdict.NotMet), (requested.State, requested.EarliestFrom, Finding(requested, "NC-AUTH-003")));
        Assert.Equal(
            [
                ("authorization_request", true, "NC-AUTH-003", Proto.DocumentSource.Provider, service.Day(19)),
                ("assessment", false, "NC-AUTH-003 NC-AUTH-005", Proto.DocumentSource.Assessor, service.Day(19)),
                ("career_profile", false, "NC-AUTH-005", Proto.DocumentSource.IpsTeam, service.Day(19)),
            ],
            requested.Checklist.Select(i => (i.Document, i.Received, string.Join(' ', i.RuleIds), i.Source, i.DueOn)));
        Assert.Equal($"authorization-documents {service.Day(19)}", await one.Running(requested.Name));
        var undecided = await service.RefusedWithoutTrace(async () => await one.Approve(requested));
        Assert.Equal(StatusCode.FailedPrecondition, undecided.Code);

        var some = await one.Authorizations.AddDocumentsAsync(Documents(requested, await one.Paper(DocumentKind.Assessment)), one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, Verdict.Met, Verdict.NotMet),
            (some.State, Finding(some, "NC-AUTH-003"), Finding(some, "NC-AUTH-005")));
        var whole = await one.Authorizations.AddDocumentsAsync(Documents(some, await one.Paper(DocumentKind.CareerProfile)), one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.Met, service.Day(-10)), (whole.State, Finding(whole, "NC-AUTH-005"), whole.EarliestFrom));
        Assert.Equal("", await one.Running(requested.Name));
        Assert.Equal(whole, await one.Again(requested));
        Assert.Equal(Proto.AuthorizationState.Approved, (await one.Approve(whole)).State);
        var enough = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.AddDocumentsAsync(Documents(await one.Again(whole), await one.Paper(DocumentKind.Assessment)), one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, enough.Code);
    }

    [Theory]
    [InlineData(90, 1, Proto.AuthorizationState.UnderReview)]
    [InlineData(91, 1, Proto.AuthorizationState.NotAccepted)]
    [InlineData(90, 2, Proto.AuthorizationState.NotAccepted)]
    public async Task NCC_MS_02c_milestone_2_is_one_unit_and_90_days(int days, int units, Proto.AuthorizationState state) =>
        await Sized(Proto.AuthorizationKind.M2, days, units, state, "NCC-MS-02c");

    [Theory]
    [InlineData(0, 16, Proto.AuthorizationState.UnderReview)]
    [InlineData(1, 16, Proto.AuthorizationState.NotAccepted)]
    [InlineData(0, 17, Proto.AuthorizationState.NotAccepted)]
    public async Task NCC_MS_06d_milestone_6_is_up_to_16_units_and_8_months(int moreDays, int units, Proto.AuthorizationState state)
    {
        var from = DateOnly.Parse(service.Day());
        await Sized(Proto.AuthorizationKind.M6, from.AddMonths(8).DayNumber - from.DayNumber + moreDays, units, state, "NCC-MS-06d");
    }

    [Theory]
    [InlineData(Proto.AuthorizationKind.M2, 1, "NCC-MS-02c")]
    [InlineData(Proto.AuthorizationKind.M6, 16, "NCC-MS-06d")]
    public async Task The_payer_may_not_approve_more_units_than_the_milestone_has(Proto.AuthorizationKind kind, int units, string rule)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Send(await one.RequestOf(kind, units, 80));
        var more = PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Modify, rule);
        more.ApprovedUnits = units + 1;
        var refused = await service.RefusedWithoutTrace(async () => await one.Authorizations.DecideAuthorizationAsync(more, one.AsPayer));
        Assert.Equal((StatusCode.FailedPrecondition, rule), (refused.Code, refused.Message[..10]));
        more.ApprovedUnits = units;
        Assert.Equal(Proto.AuthorizationState.Modified, (await one.Authorizations.DecideAuthorizationAsync(more, one.AsPayer)).State);
    }

    [Fact]
    public async Task NCC_MS_02d_and_06e_the_checklist_names_the_contents_that_a_plan_lacks()
    {
        var one = await PersonBuilder.Register(service);
        Proto.GetDocumentChecklistRequest request =
            new() { Individual = one.Name, Program = "nc-core", Kind = Proto.AuthorizationKind.M2, ServiceInitiationDate = service.Day(-3) };
        request.Documents.Add(await one.Paper(DocumentKind.IntegratedPcp, "bh_interventions", "career_goals"));
        var m2 = await one.Authorizations.GetDocumentChecklistAsync(request, one.AsProvider);
        Assert.Equal((false, service.Day(26)), (m2.Complete, m2.DueOn));
        Assert.Equal("authorization_request assessment- career_profile- integrated_pcp(ips_interventions)", Text(m2));
        request.Documents.Add([await one.Paper(DocumentKind.Assessment), await one.Paper(DocumentKind.CareerProfile),
            await one.Paper(DocumentKind.IntegratedPcp, "ips_interventions")]);
        Assert.True((await one.Authorizations.GetDocumentChecklistAsync(request, one.AsProvider)).Complete);

        Proto.GetDocumentChecklistRequest later = new() { Individual = one.Name, Program = "nc-core", Kind = Proto.AuthorizationKind.M6 };
        later.Documents.Add(await one.Paper(DocumentKind.UpdatedIntegratedPcp));
        later.Documents.Add(await one.Paper(DocumentKind.IpsTransitionPlan, "interventions"));
        Assert.Equal(
            "updated_integrated_pcp(employment_status,progress or challenges) ips_transition_plan(ongoing_bh_services,natural_and_community_supports)",
            Text(await one.Authorizations.GetDocumentChecklistAsync(later, one.AsProvider)));
        later.Documents.Add(await one.Paper(DocumentKind.UpdatedIntegratedPcp, "employment_status", "challenges"));
        Assert.StartsWith("updated_integrated_pcp ips", Text(await one.Authorizations.GetDocumentChecklistAsync(later, one.AsProvider)));
    }

    [Fact]
    public async Task LA_AUTH_001_the_request_comes_before_the_service_and_LA_AUTH_002_003_the_plan_evaluates_its_documents()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Send(await one.RequestOf(Proto.AuthorizationKind.LaPriorAuth, 10, 183));
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.Met, Verdict.NeedsReview),
            (requested.State, Finding(requested, "LA-AUTH-001"), Finding(requested, "LA-AUTH-002")));
        Assert.Equal("LA-AUTH-002", Assert.Single(Assert.Single(requested.Checklist).RuleIds));
        // Not enough to decide, and a setting that the treatment plan does not name: pended to the provider, then partially authorized.
        var pended = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Pend, "LA-AUTH-003"), one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, "LA-AUTH-003"), (pended.State, pended.PayerRuleId));
        var back = await one.Authorizations.AddDocumentsAsync(Documents(pended, await one.Paper(DocumentKind.SupportingRecords)), one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.UnderReview, ""), (back.State, back.PayerRuleId));
        var partial = PersonBuilder.Ruling(back, Proto.AuthorizationOutcome.Modify, "LA-AUTH-002");
        partial.ApprovedUnits = 4;
        Assert.Equal((Proto.AuthorizationState.Modified, 4),
            ((await one.Authorizations.DecideAuthorizationAsync(partial, one.AsPayer)) is var m ? m.State : default, m.ApprovedUnits));

        var late = await one.RequestOf(Proto.AuthorizationKind.LaPriorAuth, 10, 183);
        late.ServiceInitiationDate = service.Day(-1);
        var after = await one.Send(late);
        Assert.Equal((Proto.AuthorizationState.NotAccepted, Verdict.NotMet), (after.State, Finding(after, "LA-AUTH-001")));
    }

    [Fact]
    public async Task Many_requests_are_answered_one_by_one_on_both_wires_and_a_retry_changes_nothing()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var foreign = await (await PersonBuilder.Register(service)).WithFacts();
        Proto.RequestAuthorizationsRequest request = new() { RequestId = EligibilityService.NewId() };
        request.Requests.Add(
            [await one.Request(), await foreign.Request(), await one.Request(Proto.AuthorizationKind.Ips, 40), await one.RequestOf(Proto.AuthorizationKind.M2, 2, 90)]);
        foreach (var single in request.Requests)
            single.RequestId = "";
        var first = await SendAll(one, request);
        Assert.Equal([0, 1, 2, 3], first.Select(a => a.Index));
        Assert.Equal(
            [Proto.AuthorizationState.UnderReview, Proto.AuthorizationState.Unspecified, Proto.AuthorizationState.UnderReview,
                Proto.AuthorizationState.NotAccepted],
            first.Select(a => a.Authorization?.State ?? default));
        Assert.Equal((StatusCode.NotFound, 0), ((StatusCode)first[1].Code, first[0].Code));
        var before = await service.Everything();
        Assert.Equal(first, await SendAll(one, request));
        Assert.Equal(before, await service.Everything());

        request.ValidateOnly = true;
        Assert.All(await SendAll(one, request), a => Assert.Equal("", a.Authorization?.Name ?? ""));
        Assert.Equal(before, await service.Everything());
        using var http = service.Http(Ips.Platform.Rpc.Roles.Provider, one.Provider);
        using var content = new StringContent(Google.Protobuf.JsonFormatter.Default.Format(request), System.Text.Encoding.UTF8, "application/json");
        var answers = await (await http.PostAsync("/v1/authorizations:batchRequest", content)).Content.ReadAsStringAsync();
        Assert.Equal(4, answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var empty = await service.RefusedWithoutTrace(() => SendAll(one, new() { RequestId = EligibilityService.NewId() }));
        Assert.Equal((StatusCode.InvalidArgument, "requests"), (empty.Code, Assert.Single(empty.Fields)));
    }

    private async Task Sized(Proto.AuthorizationKind kind, int days, int units, Proto.AuthorizationState state, string rule)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Send(await one.RequestOf(kind, units, days));
        Assert.Equal((state, state == Proto.AuthorizationState.UnderReview ? Verdict.Met : Verdict.NotMet), (requested.State, Finding(requested, rule)));
    }

    private async Task<bool> Covered(PersonBuilder one, int day) => (await one.Authorizations.CoversAsync(new()
    {
        Individual = one.Name,
        Provider = $"organizations/{one.Provider}",
        Program = "nc-state",
        Kind = Proto.AuthorizationKind.Ips,
        ServiceDate = service.Day(day),
    }, one.AsProvider)).Covered;

    private static async Task<List<Proto.RequestAuthorizationsResponse>> SendAll(PersonBuilder one, Proto.RequestAuthorizationsRequest request)
    {
        using var call = one.Authorizations.RequestAuthorizations(request, one.AsProvider);
        List<Proto.RequestAuthorizationsResponse> answers = [];
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
            answers.Add(answer);
        return answers;
    }

    private static Proto.AddDocumentsRequest Documents(Proto.Authorization requested, string document)
    {
        Proto.AddDocumentsRequest request = new() { Name = requested.Name, Etag = requested.Etag, RequestId = EligibilityService.NewId() };
        request.Documents.Add(document);
        return request;
    }

    private static string Text(Proto.DocumentChecklist list) => string.Join(' ', list.Items.Select(i =>
        i.Document + (i.Received ? "" : "-") + (i.MissingContents.Count == 0 ? "" : $"({string.Join(',', i.MissingContents)})")));

    private static Verdict Finding(Proto.Authorization requested, string rule) => Assert.Single(requested.Decision.Findings, f => f.RuleId == rule).Verdict;
}
