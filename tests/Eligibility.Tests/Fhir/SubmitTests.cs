using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>A request by FHIR is the request that gRPC makes: the same authorization, receipt, clock and sight.</summary>
[Collection("eligibility")]
public sealed class SubmitTests(EligibilityService service)
{
    private async Task<(PersonBuilder One, PasRequest Request)> New()
    {
        var one = await PersonBuilder.Register(service);
        return (one, PasRequest.Of(service, one));
    }

    private static async Task<Proto.Authorization> Only(PersonBuilder one) =>
        (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single();

    [Fact]
    public async Task A_complete_request_waits_for_the_payer_and_is_the_one_that_gRPC_shows()
    {
        var (one, request) = await New();
        var response = PasRequest.Response(await request.Submitted());
        var authorization = await Only(one);
        Assert.Equal("1 A4 0W", PasRequest.Actions(response));
        Assert.Equal(ClaimProcessingCodes.Complete, response.Outcome);
        Assert.Equal((Proto.AuthorizationState.UnderReview, "nc-core", Proto.AuthorizationKind.M2, 1),
            (authorization.State, authorization.Program, authorization.Kind, authorization.RequestedUnits));
        Assert.Contains(response.ProcessNote, n => n.Text!.Contains(authorization.Decision.ReceiptSha256, StringComparison.Ordinal));
        Assert.Contains(response.ProcessNote, n => n.Text!.StartsWith("NC-AUTH-005 met", StringComparison.Ordinal) && n.Text.EndsWith(']'));
        Assert.Equal(response.Item[0].NoteNumber, response.ProcessNote.Select(n => (int?)n.Number));
        // The same over gRPC decides the same.
        var other = await PersonBuilder.Register(service);
        var sent = await other.Requested();
        Assert.Equal(sent.Decision.Findings.Select(f => (f.RuleId, f.Verdict)), authorization.Decision.Findings.Select(f => (f.RuleId, f.Verdict)));
        Assert.Equal((sent.State, sent.RequestedFrom, sent.RequestedThrough), (authorization.State, authorization.RequestedFrom, authorization.RequestedThrough));
        Assert.Equal(await other.Running(sent.Name), await one.Running(authorization.Name));
    }

    [Fact]
    public async Task The_same_Bundle_gets_the_first_answer_also_after_the_decision()
    {
        var (one, request) = await New();
        var (_, first) = await request.Submit();
        await one.Approve(await Only(one));
        var before = await service.Everything();
        Assert.Equal((200, first), await request.Submit());
        Assert.Equal((200, first), await request.Submit(TestIssuer.Token(Roles.Provider, one.Provider, "client-two", scope: PasRequest.Both)));
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task The_same_identifier_with_other_content_is_refused()
    {
        var (_, request) = await New();
        await request.Submitted();
        request.Item["quantity"]!["value"] = 2;
        var before = await service.Everything();
        var (status, body) = await request.Submit();
        Assert.Equal((422, "duplicate Bundle.identifier"), (status, PasRequest.Faults(body)));
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task Missing_documents_pend_and_are_named()
    {
        var (one, request) = await New();
        request.Resource(7)["context"]!["event"]!.AsArray().RemoveAt(0);
        request.Claim["supportingInfo"]!.AsArray().RemoveAt(1);
        request.Entries.RemoveAt(6);
        var bundle = await request.Submitted();
        var response = PasRequest.Response(bundle);
        Assert.Equal("1 A4 0U", PasRequest.Actions(response));
        var requested = bundle.Entry.Select(e => e.Resource).OfType<CommunicationRequest>().ToList();
        // The plan came; what it lacks is asked by questionnaire.
        Assert.Equal(["career_profile 77 ", $"{(await Only(one)).Name["authorizations/".Length..]} 77 102089-0"], requested.Select(r =>
            $"{r.Identifier[0].Value!.Split(':')[^1]} {r.Category[0].Coding[0].Code} {r.Payload.Select(p => p.Content).OfType<FhirString>().FirstOrDefault()?.Value}"));
        Assert.Equal(requested.Select(r => $"urn:uuid:{r.Id}"), response.CommunicationRequest.Select(r => r.Reference));
        Assert.Contains(response.ProcessNote, n => n.Text == "Missing: career_profile.");
        Assert.Contains(response.ProcessNote, n => n.Text!.StartsWith("Missing: integrated_pcp with bh_interventions", StringComparison.Ordinal));
        Assert.Equal(Proto.AuthorizationState.PendedInfo, (await Only(one)).State);
    }

    [Fact]
    public async Task What_the_payer_decided_is_inquired()
    {
        var (one, request) = await New();
        await request.Submitted();
        await one.Approve(await Only(one));
        var response = await Inquired(request.Inquiry());
        Assert.Equal("1 A1", PasRequest.Actions(response));
        Assert.Equal((await Only(one)).Name, "authorizations/" + Number(response));
    }

    [Fact]
    public async Task A_modification_shows_what_was_requested_and_what_was_authorized()
    {
        var (one, request) = await New();
        await request.Submitted();
        var authorization = await Only(one);
        var decision = PersonBuilder.Ruling(authorization, Proto.AuthorizationOutcome.Modify, "NCC-MS-02c");
        decision.ApprovedThrough = service.Day(29);
        await one.Authorizations.DecideAuthorizationAsync(decision, one.AsPayer);
        var response = await Inquired(request.Inquiry());
        Assert.Equal("1 A6 10", PasRequest.Actions(response));
        var added = Assert.Single(response.AddItem);
        Assert.Equal((1, service.Day(29), "H2023", "Z2"), (added.ItemSequence.Single(), ((Period)added.Serviced!).End, added.ProductOrService!.Coding[0].Code,
            added.Modifier[0].Coding[0].Code));
        Assert.Contains(response.ProcessNote, n => n.Text == "The payer's ground: NCC-MS-02c. Said by the reviewer");
    }

    [Fact]
    public async Task A_denial_is_an_answer()
    {
        var (one, request) = await New();
        await request.Submitted();
        await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(await Only(one), Proto.AuthorizationOutcome.Deny, "NCC-MS-02c"), one.AsPayer);
        Assert.Equal("1 A3 10", PasRequest.Actions(await Inquired(request.Inquiry())));
    }

    [Fact]
    public async Task An_authorization_that_came_by_gRPC_is_inquired_by_its_number_and_has_the_same_receipt()
    {
        var one = await PersonBuilder.Register(service);
        var sent = await one.Requested();
        var inquiry = PasRequest.Of(service, one).Inquiry();
        inquiry.Claim["identifier"]![0]!["system"] = "urn:ips-platform:authorizations";
        inquiry.Claim["identifier"]![0]!["value"] = sent.Name["authorizations/".Length..];
        var response = await Inquired(inquiry);
        Assert.Equal("1 A4 0W", PasRequest.Actions(response));
        Assert.Contains(response.ProcessNote, n => n.Text!.Contains(sent.Decision.ReceiptSha256, StringComparison.Ordinal));
        // Without a number, by the days.
        inquiry.Claim.Remove("identifier");
        Assert.Equal("1 A4 0W", PasRequest.Actions(await Inquired(inquiry)));
    }

    [Fact]
    public async Task Another_agency_and_another_payer_find_nothing_as_of_what_does_not_exist()
    {
        var (one, request) = await New();
        await request.Submitted();
        var inquiry = request.Inquiry();
        var unknown = request.Inquiry();
        unknown.Claim["identifier"]![0]!["value"] = "no such number";
        var (status, nothing) = await unknown.Inquire();
        Assert.Equal(200, status);
        Assert.DoesNotContain(((Parameters)PasRequest.Read(nothing)).Parameter, p => p.Name == "return");
        Assert.Equal((200, nothing), await inquiry.Inquire(TestIssuer.Token(Roles.Provider, "agency-foreign", scope: PasRequest.Both)));
        Assert.Equal((200, nothing), await inquiry.Inquire(TestIssuer.Token(Roles.Mco, "payer-foreign", scope: PasRequest.Both)));
        var foreign = request.Inquiry();
        foreign.Resource(1)["identifier"]![0]!["value"] = "agency-foreign";
        Assert.Equal((200, nothing), await foreign.Inquire(TestIssuer.Token(Roles.Provider, "agency-foreign", scope: PasRequest.Both)));
        var (_, own) = await inquiry.Inquire(TestIssuer.Token(Roles.Mco, one.Payer, scope: PasRequest.Both));
        Assert.Contains(((Parameters)PasRequest.Read(own)).Parameter, p => p.Name == "return");
    }

    [Fact]
    public async Task An_update_revises_a_request_and_its_old_number_finds_the_present_answer()
    {
        var (one, request) = await New();
        await request.Submitted();
        var update = request.Update();
        update.Item["servicedPeriod"]!["end"] = service.Day(59);
        update.Mark("changed");
        var response = PasRequest.Response(await update.Submitted());
        Assert.Equal("1 A4 0W", PasRequest.Actions(response));
        var authorization = await Only(one);
        Assert.Equal((2, service.Day(59)), (authorization.RequestVersion, authorization.RequestedThrough));
        foreach (var number in new[] { request, update })
        {
            var found = await Inquired(number.Inquiry());
            Assert.Equal(service.Day(59), ((Period)found.Item[0].Extension.Single(e => e.Url!.EndsWith("RequestedServiceDate", StringComparison.Ordinal)).Value!).End);
        }
    }

    [Fact]
    public async Task An_update_to_another_service_is_refused()
    {
        var (_, request) = await New();
        await request.Submitted();
        var update = request.Update();
        update.Item["modifier"]![0]!["coding"]![0]!["code"] = "Z6";
        update.Mark("changed");
        var before = await service.Everything();
        var (status, body) = await update.Submit();
        Assert.Equal((422, "business-rule Bundle.entry[0].resource.item[0].productOrService"), (status, PasRequest.Faults(body)));
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task An_item_that_an_update_leaves_out_is_not_cancelled()
    {
        var (one, request) = await New();
        var second = request.Item.DeepClone();
        (second["sequence"], second["servicedPeriod"]!["start"], second["servicedPeriod"]!["end"]) = (2, service.Day(90), service.Day(179));
        second["modifier"]![0]!["coding"]![0]!["code"] = "Z6";
        request.Claim["item"]!.AsArray().Add(second);
        Assert.Equal("1 A4 0W, 2 A4 0U", PasRequest.Actions(PasRequest.Response(await request.Submitted())));
        var update = request.Update();
        update.Claim["item"]!.AsArray().RemoveAt(1);
        update.Mark("changed", cancelled: true);
        Assert.Equal("1 C, 2 A4 0U", PasRequest.Actions(PasRequest.Response(await update.Submitted())));
        var states = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations;
        Assert.Equal([Proto.AuthorizationState.Withdrawn, Proto.AuthorizationState.PendedInfo], states.OrderBy(a => a.Kind).Select(a => a.State));
    }

    [Fact]
    public async Task An_update_for_another_person_or_of_another_persons_authorization_is_refused()
    {
        var (one, request) = await New();
        await request.Submitted();
        var other = await PersonBuilder.Register(service, provider: one.Provider, payer: one.Payer);
        var before = await service.Everything();
        var update = request.Update();
        update.Mark("changed", cancelled: true);
        (update.Resource(3)["identifier"]![0]!["value"], update.Resource(4)["subscriberId"]) = (other.Identifier, other.Identifier);
        var (status, body) = await update.Submit();
        Assert.Equal((422, "not-found Bundle.entry[0].resource.related[0].claim"), (status, PasRequest.Faults(body)));
        var renewal = PasRequest.Of(service, other);
        renewal.Item["extension"]![0]!["valueCodeableConcept"]!["coding"]![0]!["code"] = "R";
        renewal.Item["extension"]!.AsArray().Add(JsonNode.Parse($$"""
            { "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-authorizationNumber",
              "valueString": "{{(await Only(one)).Name["authorizations/".Length..]}}" }
            """));
        (status, body) = await renewal.Submit();
        Assert.Equal((422, "not-found Bundle.entry[0].resource.item[0]"), (status, PasRequest.Faults(body)));
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task An_approved_authorization_of_IPS_is_renewed()
    {
        var one = await PersonBuilder.Register(service);
        var present = await one.ApprovedFor(-29, 10);
        var renewal = PasRequest.Of(service, one);
        renewal.Item["productOrService"]!["coding"]![0]!["code"] = "YP630";
        renewal.Item.Remove("modifier");
        renewal.Item["servicedPeriod"]!["start"] = service.Day(11);
        renewal.Item["extension"]![0]!["valueCodeableConcept"]!["coding"]![0]!["code"] = "R";
        renewal.Item["extension"]!.AsArray().Add(JsonNode.Parse($$"""
            { "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-authorizationNumber", "valueString": "{{present.Name["authorizations/".Length..]}}" }
            """));
        await renewal.Submitted();
        var renewed = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single(a => a.Name != present.Name);
        Assert.Equal((present.Name, service.Day(11), service.Day(89), "nc-state"),
            (renewed.Renews, renewed.RequestedFrom, renewed.RequestedThrough, renewed.Program));
    }

    [Fact]
    public async Task An_approved_authorization_is_given_up_from_a_day()
    {
        var (one, request) = await New();
        await request.Submitted();
        await one.Approve(await Only(one));
        var update = request.Update();
        update.Item["servicedPeriod"]!["start"] = service.Day(30);
        update.Mark("changed", cancelled: true);
        Assert.Equal("1 C 07", PasRequest.Actions(PasRequest.Response(await update.Submitted())));
        Assert.Equal(service.Day(29), (await Only(one)).EndedThrough);
    }

    [Fact]
    public async Task One_fault_in_the_second_item_stores_nothing_of_the_first()
    {
        var (_, request) = await New();
        var second = request.Item.DeepClone();
        (second["sequence"], second["quantity"]!["value"]) = (2, 0);
        request.Claim["item"]!.AsArray().Add(second);
        var before = await service.Everything();
        var (status, body) = await request.Submit();
        Assert.Equal((422, "invalid Bundle.entry[0].resource.item[1].quantity"), (status, PasRequest.Faults(body)));
        Assert.Equal(before, await service.Everything());
    }

    [Theory]
    [InlineData("patient", "75 Bundle.entry[3].resource.identifier")]
    [InlineData("birth", "71 Bundle.entry[3].resource.birthDate")]
    [InlineData("agency", "51 Bundle.entry[1].resource.identifier")]
    [InlineData("payer", "T4 Bundle.entry[2].resource.identifier")]
    [InlineData("other-payer", "78 Bundle.entry[0].resource.item[0].serviced")]
    [InlineData("service", "33 Bundle.entry[0].resource.item[0].productOrService")]
    public async Task What_is_not_known_here_is_answered_with_a_reject_code_and_stores_nothing(string what, string expected)
    {
        var (_, request) = await New();
        switch (what)
        {
            case "patient":
                (request.Resource(3)["identifier"]![0]!["value"], request.Resource(4)["subscriberId"]) = ("unknown", "unknown");
                break;
            case "birth":
                request.Resource(3)["birthDate"] = "1991-07-24";
                break;
            case "agency":
                request.Resource(1)["identifier"]![0]!["value"] = "agency-foreign";
                break;
            case "payer":
                request.Resource(2)["identifier"]![0]!["system"] = "urn:unknown";
                break;
            case "other-payer":
                request.Resource(2)["identifier"]![0]!["value"] = "payer-foreign";
                break;
            default:
                request.Item["productOrService"]!["coding"]![0]!["code"] = "G0154";
                break;
        }

        var before = await service.Everything();
        var response = PasRequest.Response(await request.Submitted());
        var error = Assert.Single(response.Error);
        Assert.Equal(ClaimProcessingCodes.Error, response.Outcome);
        Assert.Equal(expected, $"{error.Code!.Coding[0].Code} {error.Extension.Select(e => e.Value).OfType<FhirString>().Single().Value}");
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task Each_access_is_in_the_audit_log_with_the_operation()
    {
        var (one, request) = await New();
        await request.Submitted();
        await Inquired(request.Inquiry());
        var individual = one.Name["individuals/".Length..];
        Assert.Equal("/fhir/Claim/$inquire read, /fhir/Claim/$submit write", await service.Scalar(
            $"select string_agg(distinct rpc || ' ' || action, ', ' order by rpc || ' ' || action) from ips_who_saw('{individual}') where rpc like '/fhir%'"));
    }

    private static string Number(ClaimResponse response) => response.Item[0].Adjudication[0].Extension[0].Extension
        .Single(e => e.Url == "number").Value!.ToString()!;

    private static async Task<ClaimResponse> Inquired(PasRequest inquiry)
    {
        var (status, body) = await inquiry.Inquire();
        Assert.True(status == 200, body);
        return PasRequest.Response((Bundle)Assert.Single(((Parameters)PasRequest.Read(body)).Parameter, p => p.Name == "return").Resource!);
    }
}
