using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;
using Task = System.Threading.Tasks.Task;
using FhirTask = Hl7.Fhir.Model.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>What a pended request waits for is requested by Task and CommunicationRequest, sent by $submit-attachment, and stored with the request.</summary>
[Collection("eligibility")]
public sealed class AttachmentTests(EligibilityService service)
{
    private static readonly string[] Plan = ["bh_interventions", "ips_interventions", "career_goals"];

    /// <summary>A request without its Career Profile and its plan.</summary>
    private async Task<(PersonBuilder One, PasRequest Request, Bundle Answer)> Pended()
    {
        var one = await PersonBuilder.Register(service);
        var request = PasRequest.Of(service, one);
        request.Claim["supportingInfo"]!.AsArray().RemoveAt(2);
        request.Claim["supportingInfo"]!.AsArray().RemoveAt(1);
        request.Entries.RemoveAt(7);
        request.Entries.RemoveAt(6);
        return (one, request, await request.Submitted());
    }

    private static async Task<Proto.Authorization> Only(PersonBuilder one) =>
        (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single();

    private static JsonObject Sent(PersonBuilder one, Identifier tracking, params IEnumerable<JsonObject> attachments)
    {
        JsonObject parameters = new()
        {
            ["resourceType"] = "Parameters",
            ["parameter"] = new JsonArray(
                new JsonObject { ["name"] = "TrackingId", ["valueIdentifier"] = new JsonObject { ["system"] = tracking.System, ["value"] = tracking.Value } },
                new JsonObject { ["name"] = "AttachTo", ["valueCode"] = "preauthorization" },
                new JsonObject
                {
                    ["name"] = "MemberId",
                    ["valueIdentifier"] = new JsonObject { ["system"] = "urn:ips-platform:identifiers:medicaid-nc", ["value"] = one.Identifier },
                },
                new JsonObject { ["name"] = "Final", ["valueBoolean"] = true }),
        };
        foreach (var attachment in attachments)
            parameters["parameter"]!.AsArray().Add(attachment);
        return parameters;
    }

    private static JsonObject Attachment(CodeableConcept? code, byte[] bytes, params IEnumerable<string> contents)
    {
        JsonArray part = [];
        if (code is not null)
            part.Add(new JsonObject
            {
                ["name"] = "Code",
                ["valueCodeableConcept"] = new JsonObject
                {
                    ["coding"] = new JsonArray([.. code.Coding.Select(c =>
                (JsonNode)new JsonObject { ["system"] = c.System, ["code"] = c.Code })])
                }
            });
        part.Add(new JsonObject { ["name"] = "Content", ["resource"] = Reference(bytes, contents) });
        return new() { ["name"] = "Attachment", ["part"] = part };
    }

    private static JsonObject Reference(byte[] bytes, params IEnumerable<string> contents) => new()
    {
        ["resourceType"] = "DocumentReference",
        ["status"] = "current",
        ["content"] = new JsonArray(new JsonObject { ["attachment"] = new JsonObject { ["contentType"] = "application/pdf", ["data"] = Convert.ToBase64String(bytes) } }),
        ["context"] = new JsonObject
        {
            ["event"] = new JsonArray([.. contents.Append("x").Select(content => (JsonNode)new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = "urn:ips-platform:documents", ["code"] = content }),
        })])
        },
    };

    private async Task<(int Status, OperationOutcome Answer)> Post(PasRequest request, JsonObject parameters, string? token = null)
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? request.Token());
        using StringContent content = new(parameters.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(new Uri("/fhir/$submit-attachment", UriKind.Relative), content);
        return ((int)answer.StatusCode, (OperationOutcome)PasRequest.Read(await answer.Content.ReadAsStringAsync()));
    }

    private static List<T> All<T>(Bundle bundle) where T : Resource => [.. bundle.Entry.Select(e => e.Resource).OfType<T>()];

    [Fact]
    public async Task A_pended_request_is_answered_with_a_Task_for_each_kind_of_code_and_goes_to_review_with_the_last_document()
    {
        var (one, request, answer) = await Pended();
        var tasks = All<FhirTask>(answer);
        Assert.Equal(["http://loinc.org 18776-5", "https://codesystem.x12.org/005010/755 77"], tasks.Select(task =>
            string.Join(", ", task.Input.Select(i => i.Value).OfType<CodeableConcept>().Select(c => $"{c.Coding[0].System} {c.Coding[0].Code}"))).Order(StringComparer.Ordinal));
        var authorization = await Only(one);
        foreach (var task in tasks)
        {
            Assert.Equal(($"{service.Address}fhir/$submit-attachment", authorization.Name), (((FhirUrl)task.Input[0].Value!).Value, "authorizations/" + task.Identifier[0].Value));
            Assert.Equal((one.Provider, request.ClaimNumber), (task.Owner!.Identifier!.Value, task.ReasonReference!.Identifier!.Value));
        }

        ProfileTests.Valid(answer);

        var byCode = tasks.ToDictionary(task => ((CodeableConcept)task.Input[1].Value!).Coding[0].Code!, task => (task.Identifier[0], Code: (CodeableConcept)task.Input[1].Value!));
        var (number, profile) = byCode["77"];
        var (status, outcome) = await Post(request, Sent(one, number, Attachment(profile, EligibilityService.Pdf($"profile {one.Name}"))));
        Assert.Equal((200, "Documents stored: 1. State: pended info."), (status, outcome.Issue[0].Details!.Text));
        ProfileTests.Valid(outcome);
        var plan = Attachment(byCode["18776-5"].Code, EligibilityService.Pdf($"plan {one.Name}"), Plan);
        (status, outcome) = await Post(request, Sent(one, number, plan));
        Assert.Equal((200, "Documents stored: 1. State: under review."), (status, outcome.Issue[0].Details!.Text));
        var reviewed = await Only(one);
        Assert.Equal((Proto.AuthorizationState.UnderReview, 1, 1), (reviewed.State, reviewed.Checklist.Single(i => i.Document == "career_profile").Files.Count,
            reviewed.Checklist.Single(i => i.Document == "integrated_pcp").Files.Count));
        var (_, found) = await request.Inquiry().Inquire();
        Assert.Contains("\"0W\"", found, StringComparison.Ordinal);

        // The same again changes nothing.
        var before = await service.Everything();
        Assert.Equal(200, (await Post(request, Sent(one, number, plan.DeepClone().AsObject()))).Status);
        Assert.Equal(before, await service.Everything());

        // The judge reads the Tasks of the answer.
        tasks[0].Code = null;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ProfileTests.Valid(answer));
    }

    [Fact]
    public async Task The_number_of_a_CommunicationRequest_names_the_document_and_several_are_sent_at_once()
    {
        var (one, request, answer) = await Pended();
        var requested = All<CommunicationRequest>(answer).ToDictionary(r => r.Identifier[0].Value!.Split(':')[1], r => r.Identifier[0]);
        Assert.Equal(["career_profile", "integrated_pcp"], requested.Keys.Order());
        var (status, outcome) = await Post(request, Sent(one, requested["career_profile"],
            Attachment(null, EligibilityService.Pdf($"profile {one.Name}")), Attachment(new("http://loinc.org", "18776-5"), EligibilityService.Pdf($"plan {one.Name}"), Plan)));
        Assert.Equal((200, "Documents stored: 2. State: under review."), (status, outcome.Issue[0].Details!.Text));
    }

    /// <summary>A request whose plan does not show what it contains.</summary>
    private async Task<(PersonBuilder One, PasRequest Request, Bundle Answer)> Unclear()
    {
        var one = await PersonBuilder.Register(service);
        var request = PasRequest.Of(service, one);
        request.Resource(7).Remove("context");
        return (one, request, await request.Submitted());
    }

    [Fact]
    public async Task A_document_that_does_not_show_what_it_has_to_contain_is_asked_about_by_questionnaire_and_its_answers_complete_the_request()
    {
        var (one, request, answer) = await Unclear();
        Assert.Equal("1 A4 0U", PasRequest.Actions(PasRequest.Response(answer)));
        ProfileTests.Valid(answer);
        var task = Assert.Single(All<FhirTask>(answer));
        var context = ((FhirString)task.Input[2].Value!).Value!;
        Assert.Equal(("attachment-request-questionnaire", "102089-0", "questionnaire-context", (await Only(one)).Name),
            (task.Code!.Coding[0].Code, ((CodeableConcept)task.Input[1].Value!).Coding[0].Code, task.Input[2].Type!.Coding[0].Code, "authorizations/" + context));
        var communication = Assert.Single(All<CommunicationRequest>(answer));
        Assert.Equal((context, "102089-0"), (communication.Identifier[0].Value, ((FhirString)communication.Payload[0].Content!).Value));

        var (status, package) = await Package(one, context);
        Assert.True(status == 200, package);
        var bundle = (Bundle)((Parameters)PasRequest.Read(package)).Parameter.Single().Resource!;
        var (questionnaire, answers) = ((Questionnaire)bundle.Entry[0].Resource!, (QuestionnaireResponse)bundle.Entry[1].Resource!);
        Assert.Equal("integrated_pcp", Assert.Single(questionnaire.Item).LinkId);
        Assert.Matches(@"\(NCC?-[A-Z]+-\d+[a-z]?, .+\)", questionnaire.Item[0].Text);
        Assert.Equal("integrated_pcp", Assert.Single(answers.Item).LinkId);
        var contents = Assert.Single(questionnaire.Item[0].Item);
        answers.Item[0].Item.Add(new()
        {
            LinkId = contents.LinkId,
            Answer = [.. contents.AnswerOption.Select(o => new QuestionnaireResponse.AnswerComponent { Value = o.Value })],
        });
        var sent = Sent(one, task.Identifier[0], Answers(answers));
        var (taken, outcome) = await Post(request, sent);
        Assert.Equal((200, "Answers taken. State: under review."), (taken, outcome.Issue[0].Details!.Text));
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await Only(one)).State);
        var before = await service.Everything();
        Assert.Equal(200, (await Post(request, sent)).Status);
        Assert.Equal(before, await service.Everything());
        Assert.Equal(422, (await Package(one, context)).Status);
    }

    [Fact]
    public async Task The_context_of_another_agencys_request_is_unknown_and_answers_that_name_nothing_or_come_with_a_document_store_nothing()
    {
        var (one, request, answer) = await Unclear();
        var task = Assert.Single(All<FhirTask>(answer));
        var context = ((FhirString)task.Input[2].Value!).Value!;
        var other = await PersonBuilder.Register(service);
        foreach (var (person, wrong) in new[] { (other, context), (one, Guid.NewGuid().ToString()), (one, "x") })
        {
            var (status, body) = await Package(person, wrong);
            Assert.Equal((422, "not-found Parameters.parameter('context')"), (status, PasRequest.Faults(body)));
        }

        var before = await service.Everything();
        QuestionnaireResponse empty = new() { Status = QuestionnaireResponse.QuestionnaireResponseStatus.Completed, Questionnaire = "urn:kit" };
        var (none, named) = await Post(request, Sent(one, task.Identifier[0], Answers(empty)));
        Assert.Equal((400, "Parameters.parameter('Attachment')"), (none, named.Issue[0].Expression.Single()));
        var (mixed, both) = await Post(request, Sent(one, task.Identifier[0], Answers(empty), Attachment(null, EligibilityService.Pdf(one.Name))));
        Assert.Equal((400, "Parameters.parameter('Attachment')"), (mixed, both.Issue[0].Expression.Single()));
        Assert.Equal(before, await service.Everything());
    }

    private static JsonObject Answers(QuestionnaireResponse response) => new()
    {
        ["name"] = "Attachment",
        ["part"] = new JsonArray(new JsonObject
        {
            ["name"] = "Content",
            ["resource"] = JsonNode.Parse(new FhirJsonSerializer().SerializeToString(response)),
        }),
    };

    private async Task<(int Status, string Body)> Package(PersonBuilder one, string context)
    {
        Parameters sent = new()
        {
            Parameter =
            [
                new()
                {
                    Name = "coverage",
                    Resource = new Coverage { Status = FinancialResourceStatusCodes.Active, SubscriberId = one.Identifier, Beneficiary = new("Patient/p1"), Payor = [new("Organization/payer")] },
                },
                new() { Name = "context", Value = new FhirString(context) },
            ],
        };
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Token(Roles.Provider, one.Provider, scope: PasRequest.Both));
        using StringContent content = new(new FhirJsonSerializer().SerializeToString(sent), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(new Uri("/fhir/Questionnaire/$questionnaire-package", UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static TheoryData<string, int, string, Action<JsonArray>> Wrong => new()
    {
        { "for a claim", 400, "not-supported Parameters.parameter('AttachTo')", p => p[1]!["valueCode"] = "claim" },
        { "without a number", 400, "required Parameters.parameter('TrackingId')", p => p.RemoveAt(0) },
        { "without a member", 400, "required Parameters.parameter('MemberId')", p => p.RemoveAt(2) },
        { "without a document", 400, "required Parameters.parameter('Attachment')", p => p.RemoveAt(4) },
        { "by address only", 400, "required Parameters.parameter[4].part[1].resource.content[0].attachment.data", p =>
            p[4]!["part"]![1]!["resource"]!["content"]![0]!["attachment"] = JsonNode.Parse("""{ "url": "https://agency.example/files/1" }""") },
        { "of another type", 400, "value Parameters.parameter[4].part[1].resource.content[0].attachment.data", p =>
            p[4]!["part"]![1]!["resource"]!["content"]![0]!["attachment"]!["data"] = Convert.ToBase64String("plain text"u8) },
        { "no document", 400, "required Parameters.parameter[4].part[1].resource", p =>
            p[4]!["part"]![1]!["resource"] = JsonNode.Parse("""{ "resourceType": "Patient", "gender": "unknown" }""") },
        { "an unknown number", 422, "not-found Parameters.parameter('TrackingId')", p => p[0]!["valueIdentifier"]!["value"] = Guid.NewGuid().ToString() },
        { "a number of another system", 422, "not-found Parameters.parameter('TrackingId')", p => p[0]!["valueIdentifier"]!["system"] = "urn:other" },
        { "another member", 422, "not-found Parameters.parameter('TrackingId')", p => p[2]!["valueIdentifier"]!["value"] = "unknown" },
        { "another organization", 422, "not-found Parameters.parameter('OrganizationId')", p => p.Add(JsonNode.Parse(
            """{ "name": "OrganizationId", "valueIdentifier": { "system": "urn:ips-platform:organizations", "value": "agency-foreign" } }""")) },
        { "a later day", 422, "invalid Parameters.parameter[4].part[1].resource.date", p => p[4]!["part"]![1]!["resource"]!["date"] = "2199-01-01T00:00:00Z" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string what, int expected, string faults, Action<JsonArray> change)
    {
        var (one, request, answer) = await Pended();
        var task = All<FhirTask>(answer)[0];
        var sent = Sent(one, task.Identifier[0], Attachment((CodeableConcept)task.Input[1].Value!, EligibilityService.Pdf(one.Name), Plan));
        change(sent["parameter"]!.AsArray());
        var before = await service.Everything();
        var (status, outcome) = await Post(request, sent);
        Assert.Equal((what, expected, faults), (what, status, string.Join(", ", outcome.Issue.Select(i =>
            $"{Hl7.Fhir.Utility.EnumUtility.GetLiteral(i.Code)} {string.Join(' ', i.Expression)}"))));
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task Another_agency_a_request_that_was_decided_and_a_token_without_the_scope_store_nothing()
    {
        var (one, request, answer) = await Pended();
        var sent = Sent(one, All<FhirTask>(answer)[0].Identifier[0], Attachment(null, EligibilityService.Pdf(one.Name)));
        var before = await service.Everything();
        Assert.Equal(422, (await Post(request, sent, TestIssuer.Token(Roles.Provider, "agency-foreign", scope: PasRequest.Both))).Status);
        Assert.Equal(403, (await Post(request, sent, request.Token("system/Claim.r"))).Status);
        Assert.Equal(before, await service.Everything());
        var pended = await Only(one);
        await one.Authorizations.WithdrawAuthorizationAsync(new() { Name = pended.Name, Etag = pended.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        before = await service.Everything();
        Assert.Equal(422, (await Post(request, sent)).Status);
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task A_document_that_comes_with_the_Claim_is_stored_with_its_request()
    {
        var one = await PersonBuilder.Register(service);
        var request = PasRequest.Of(service, one);
        var bytes = EligibilityService.Pdf($"with the claim {one.Name}");
        request.Resource(6)["content"]![0]!["attachment"] = new JsonObject { ["contentType"] = "application/pdf", ["data"] = Convert.ToBase64String(bytes) };
        Assert.Equal("1 A4 0W", PasRequest.Actions(PasRequest.Response(await request.Submitted())));
        var stored = Assert.Single((await Only(one)).Checklist.Single(i => i.Document == "career_profile").Files);
        Proto.Documents.DocumentsClient documents = new(service.Channel);
        var document = await documents.GetDocumentAsync(new() { Name = stored.Document }, one.AsPayer);
        Assert.Equal((DocumentKind.CareerProfile, stored.Sha256, (long)bytes.Length), (document.Kind, document.Sha256, document.Size));
        var before = await service.Everything();
        await request.Submitted();
        Assert.Equal(before, await service.Everything());

        // Bytes of a type that is not taken are no document, nor is one that is named by its address: the request waits for it.
        var two = await PersonBuilder.Register(service);
        var noted = PasRequest.Of(service, two);
        noted.Resource(6)["content"]![0]!["attachment"] = new JsonObject { ["data"] = Convert.ToBase64String("plain text"u8) };
        Assert.Equal("1 A4 0U", PasRequest.Actions(PasRequest.Response(await noted.Submitted())));
        Assert.Equal(["career_profile"], (await Only(two)).Checklist.Where(i => i.Files.Count == 0 && !i.Received).Select(i => i.Document));
    }

    [Fact]
    public async Task The_subscriber_hears_that_the_request_went_on()
    {
        var (one, request, answer) = await Pended();
        await Post(request, Sent(one, All<FhirTask>(answer)[0].Identifier[0], Attachment(new("urn:ips-platform:documents", "career_profile"), EligibilityService.Pdf($"a {one.Name}")),
            Attachment(new("urn:ips-platform:documents", "integrated_pcp"), EligibilityService.Pdf($"b {one.Name}"), Plan)));
        var name = (await Only(one)).Name;
        Assert.Equal("pended_info pended_info, pended_info under_review", await service.Scalar(
            $"""
            select string_agg(concat_ws(' ', body->>'fromState', body->>'toState'), ', ' order by sequence)
            from outbox_rows where subject = '{name}' and type = 'ips.eligibility.authorization-moved.v1'
            """));
    }
}
