using System.Net;
using System.Text;
using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Requests that are retried, that are malformed, or that come from another tenant.</summary>
[Collection("eligibility")]
public sealed class RequestTests(EligibilityService service)
{
    [Fact]
    public async Task A_retry_returns_the_first_response_and_stores_no_second_row()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var (determine, authorize, refer) = (one.Determination(), await one.Request(), one.Referral());
        var first = await one.Determinations.DetermineAsync(determine, one.AsProvider);
        var requested = await one.Authorizations.RequestAuthorizationAsync(authorize, one.AsProvider);
        var referred = await one.Referrals.CreateReferralAsync(refer, one.AsProvider);
        var before = await service.Everything();
        Assert.Equal(first, await one.Determinations.DetermineAsync(determine, one.AsProvider));
        Assert.Equal(requested, await one.Authorizations.RequestAuthorizationAsync(authorize, one.AsProvider));
        Assert.Equal(referred, await one.Referrals.CreateReferralAsync(refer, one.AsProvider));
        Assert.Equal(before, await service.Everything());

        determine.AsOf = service.Day(1);
        var other = await service.RefusedWithoutTrace(async () => await one.Determinations.DetermineAsync(determine, one.AsProvider));
        Assert.Equal((StatusCode.InvalidArgument, "request_id"), (other.Code, Assert.Single(other.Fields)));
    }

    [Fact]
    public async Task Concurrent_calls_with_one_id_are_one_request()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = one.Determination();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await one.Determinations.DetermineAsync(request, one.AsProvider)).Name));
        Assert.Single(answers.Distinct());
        Assert.Equal(1, await service.Count($"determinations where individual_id = '{one.Name["individuals/".Length..]}'"));
    }

    [Fact]
    public async Task Validate_only_stores_and_publishes_nothing()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        var before = await service.Everything();
        var (determine, authorize, refer, approve) = (one.Determination(), await one.Request(), one.Referral(), PersonBuilder.Approval(requested));
        (determine.ValidateOnly, authorize.ValidateOnly, refer.ValidateOnly, approve.ValidateOnly) = (true, true, true, true);
        (determine.RequestId, authorize.RequestId, refer.RequestId, approve.RequestId) = ("", "", "", "");
        var determined = await one.Determinations.DetermineAsync(determine, one.AsProvider);
        Assert.Equal((Proto.DeterminationState.Eligible, "", ""), (determined.State, determined.Name, determined.Decision.DecisionId));
        Assert.Equal("", (await one.Authorizations.RequestAuthorizationAsync(authorize, one.AsProvider)).Name);
        Assert.Equal("", (await one.Referrals.CreateReferralAsync(refer, one.AsProvider)).Name);
        Assert.Equal(Proto.AuthorizationState.Approved, (await one.Authorizations.DecideAuthorizationAsync(approve, one.AsPayer)).State);
        Assert.Equal(before, await service.Everything());
        Assert.Equal(requested, await one.Authorizations.GetAuthorizationAsync(new() { Name = requested.Name }, one.AsPayer));
    }

    [Theory]
    [InlineData("program", "nc-cora")]
    [InlineData("program", "")]
    [InlineData("as_of", "2026-02-30")]
    [InlineData("as_of", "2300-01-01")]
    [InlineData("individual", "individuals/not-a-uuid")]
    [InlineData("individual", "")]
    [InlineData("provider", "Harbor Works")]
    [InlineData("request_id", "")]
    [InlineData("request_id", "seven")]
    public async Task A_field_that_is_missing_or_malformed_is_named_and_nothing_is_stored(string field, string value)
    {
        var one = await PersonBuilder.Register(service);
        var request = one.Determination();
        Proto.DetermineRequest.Descriptor.FindFieldByName(field).Accessor.SetValue(request, value);
        var refused = await service.RefusedWithoutTrace(async () => await one.Determinations.DetermineAsync(request, one.AsProvider));
        Assert.Equal((StatusCode.InvalidArgument, field), (refused.Code, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task Every_use_case_names_all_invalid_fields_at_once()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await Names("provider given_name family_name birth_date identifiers",
            async () => await one.Individuals.RegisterIndividualAsync(new() { RequestId = EligibilityService.NewId() }, one.AsProvider));
        await Names("enrollment.payer enrollment.from enrollment.funding individual",
            async () => await one.Individuals.AddEnrollmentAsync(new(), one.AsProvider));
        await Names("diagnosis.class individual", async () => await one.Individuals.AddDiagnosisAsync(new(), one.AsProvider));
        await Names("assessment.completed_on individual", async () => await one.Individuals.AddAssessmentAsync(new(), one.AsProvider));
        await Names("intake individual", async () => await one.Individuals.RecordIntakeAsync(new(), one.AsProvider));
        await Names("finding found_on individual", async () => await one.Individuals.RecordMedicalNecessityAsync(new(), one.AsPayer));
        await Names("individual provider program order_date", async () => await one.ServiceOrders.CreateServiceOrderAsync(new(), one.AsProvider));
        await Names("name signer_type etag",
            async () => await one.ServiceOrders.SignServiceOrderAsync(new() { RequestId = EligibilityService.NewId() }, one.AsProvider));
        await Names("name claim_line service_date units", async () => await one.Authorizations.DrawUnitsAsync(new(), one.AsBilling));
        await Names("name claim_line", async () => await one.Authorizations.ReleaseUnitsAsync(new(), one.AsBilling));
        await Names("name outcome etag rule_id reason",
            async () => await one.Authorizations.DecideAuthorizationAsync(new() { RequestId = EligibilityService.NewId() }, one.AsPayer));
        await Names("referral_date name etag",
            async () => await one.Referrals.SendReferralAsync(new() { RequestId = EligibilityService.NewId() }, one.AsProvider));
        await Names("acknowledged_on name message_id", async () => await one.Referrals.AcknowledgeReferralAsync(new(), one.AsDvrs));

        async Task Names(string fields, Func<Task> call)
        {
            var refused = await service.RefusedWithoutTrace(call);
            Assert.Equal((StatusCode.InvalidArgument, string.Join(' ', fields.Split(' ').Order(StringComparer.Ordinal))),
                (refused.Code, string.Join(' ', refused.Fields.Order(StringComparer.Ordinal))));
        }
    }

    [Fact]
    public async Task An_unknown_enum_number_is_named_on_the_wire_and_a_day_before_the_program_is_refused_or_decided_no()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = await one.Request();
        request.Kind = (Proto.AuthorizationKind)77;
        var refused = await service.RefusedWithoutTrace(async () => await one.Authorizations.RequestAuthorizationAsync(request, one.AsProvider));
        Assert.Equal((StatusCode.InvalidArgument, "kind"), (refused.Code, string.Join(' ', refused.Fields.Order(StringComparer.Ordinal))));

        var early = one.Determination();
        early.AsOf = "2010-01-01";
        var answer = await one.Determinations.DetermineAsync(early, one.AsProvider);
        Assert.Equal(Proto.DeterminationState.NotEligible, answer.State);
        Assert.Contains(answer.Decision.Findings, f => f.RuleId == "NCC-DEF-001");
    }

    [Theory]
    [InlineData("""{ "individual": """, "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{ "noSuchField": 1 }""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{ "individual": 7.5 }""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("individual=1", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task Bad_json_and_a_wrong_content_type_are_refused_and_nothing_is_stored(string body, string type, HttpStatusCode expected)
    {
        using var http = service.Http(Roles.Provider, "agency-one");
        var before = await service.Everything();
        using var answer = await http.PostAsync("/v1/determinations", new StringContent(body, Encoding.UTF8, type));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Contains("\"code\": 3", await answer.Content.ReadAsStringAsync());
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task A_message_beyond_every_limit_is_refused_on_both_wires_and_nothing_is_stored()
    {
        var one = await PersonBuilder.Register(service);
        var request = one.Registration();
        request.GivenName = new string('x', 6_000_000);
        var refused = await service.RefusedWithoutTrace(async () => await one.Individuals.RegisterIndividualAsync(request, one.AsProvider));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        using var http = service.Http(Roles.Provider, one.Provider);
        var before = await service.Everything();
        using var answer = await http.PostAsync(
            "/v1/individuals", new StringContent($$"""{ "givenName": "{{new string('x', 6_000_000)}}" }""", Encoding.UTF8, "application/json"));
        Assert.True((int)answer.StatusCode is >= 400 and < 500, answer.StatusCode.ToString());
        Assert.Equal(before, await service.Everything());

        request.GivenName = new string('x', 101);
        Assert.Equal("given_name",
            Assert.Single((await service.RefusedWithoutTrace(async () => await one.Individuals.RegisterIndividualAsync(request, one.AsProvider))).Fields));
    }

    [Fact]
    public async Task A_foreign_agency_and_a_foreign_payer_find_nothing_and_change_nothing()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var (made, requested, order) = (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider), await one.Requested(), await one.Draft());
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        foreach (var foreign in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
        {
            await Unseen(async () => await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, foreign));
            await Unseen(async () => await one.Individuals.FindIndividualAsync(
                new() { Identifier = new() { System = "medicaid-nc", Value = one.Identifier } }, foreign));
            await Unseen(async () => await one.Determinations.GetDeterminationAsync(new() { Name = made.Name }, foreign));
            await Unseen(async () => await one.Determinations.DetermineAsync(one.Determination(), foreign));
            await Unseen(async () => await one.ServiceOrders.GetServiceOrderAsync(new() { Name = order.Name }, foreign));
            await Unseen(async () => await one.Authorizations.GetAuthorizationAsync(new() { Name = requested.Name }, foreign));
            await Unseen(async () => await one.Referrals.GetReferralAsync(new() { Name = referral.Name }, foreign));
            Assert.Empty((await one.Determinations.ListDeterminationsAsync(new(), foreign)).Determinations);
            Assert.Empty((await one.Authorizations.ListAuthorizationsAsync(new(), foreign)).Authorizations);
            Assert.Empty((await one.Individuals.ListIndividualsAsync(new(), foreign)).Individuals);
        }

        await Unseen(async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(requested), service.As(Roles.Mco, "payer-foreign")));
        await Unseen(async () => await one.ServiceOrders.SignServiceOrderAsync(one.Signature(order), service.As(Roles.Provider, "agency-foreign")));
        await Unseen(async () => await one.Authorizations.DrawUnitsAsync(
            new()
            {
                Name = requested.Name,
                ClaimLine = $"claimLines/{EligibilityService.NewId()}",
                ServiceDate = service.Day(),
                Units = 1,
                RequestId = EligibilityService.NewId()
            },
            EligibilityService.AsService("billing", "agency-foreign")));

        // DVRS has no rpc that shows a person; it sees the referral without the agency's receipt.
        Assert.Equal(StatusCode.PermissionDenied,
            (await EligibilityService.Refused(async () => await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsDvrs))).Code);
        Assert.Null((await one.Referrals.GetReferralAsync(new() { Name = referral.Name }, one.AsDvrs)).Decision);
        var hidden = await PersonBuilder.Register(service);
        Assert.Empty((await one.Referrals.ListReferralsAsync(new() { Individual = hidden.Name }, one.AsDvrs)).Referrals);

        async Task Unseen(Func<Task> call) => Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(call)).Code);
    }
}
