using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Testing;
using Xunit;
using DocumentKind = Ips.Contracts.Common.V1.DocumentKind;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>Before a request: the cards of CDS Hooks, and the Questionnaire with what is on record.</summary>
[Collection("eligibility")]
public sealed class RequirementTests(EligibilityService service)
{
    [Fact]
    public async Task The_hooks_are_listed_for_anyone()
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        var services = JsonNode.Parse(await http.GetStringAsync(new Uri("/crd/cds-services", UriKind.Relative)))!["services"]!.AsArray();
        Assert.Equal(["order-sign", "order-dispatch"], services.Select(s => (string)s!["hook"]!));
        Assert.All(services, s => Assert.Equal("Patient/{{context.patientId}}", (string)s!["prefetch"]!["patient"]!));
    }

    [Theory]
    [InlineData("order-sign")]
    [InlineData("order-dispatch")]
    public async Task An_order_that_needs_an_authorization_gets_the_documents_with_their_paragraphs(string hook)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.NotEmpty(await one.Paper(DocumentKind.Assessment));
        var card = Assert.Single((await Hook(one, hook, Order("H2023", "Z2"))).Cards);
        Assert.Equal(("warning", "Prior authorization is needed (nc-core, m2)"), ((string)card!["indicator"]!, (string)card["summary"]!));
        var detail = (string)card["detail"]!;
        Assert.StartsWith("By NCC-MS-02c (", detail, StringComparison.Ordinal);
        Assert.Contains("- **assessment** (on record): NC-AUTH-", detail, StringComparison.Ordinal);
        Assert.Contains("- **career profile**: NC-AUTH-005 (", detail, StringComparison.Ordinal);
        Assert.Contains("The request is due by ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_without_need_and_one_that_is_authorized_get_that_and_another_service_gets_nothing()
    {
        var one = await PersonBuilder.Register(service);
        var (_, cards) = await Hook(one, "order-sign", Order("H2023", "Z3"), Order("G0154"));
        Assert.Equal("No prior authorization is needed for this service", (string)Assert.Single(cards)!["summary"]!);
        Assert.StartsWith("By NCC-MS-03a (", (string)cards[0]!["detail"]!, StringComparison.Ordinal);
        await one.Approved();
        Assert.Equal($"Authorized from {service.Day()} to {service.Day(89)}, 1 of 1 units left",
            (string)Assert.Single((await Hook(one, "order-sign", Order("H2023", "Z2"))).Cards)!["summary"]!);
    }

    [Fact]
    public async Task A_foreign_person_is_as_unknown_as_none_and_a_call_needs_role_and_scope()
    {
        var one = await PersonBuilder.Register(service);
        var foreign = TestIssuer.Token(Roles.Provider, "agency-foreign", scope: PasRequest.Both);
        Assert.Equal("The person is not on file here", (string)Assert.Single((await Hook(one, "order-sign", foreign, Order("H2023", "Z2"))).Cards)!["summary"]!);
        Assert.Equal(403, (await Hook(one, "order-sign", TestIssuer.Token(Roles.Provider, one.Provider), Order("H2023", "Z2"))).Status);
        Assert.Equal(403, (await Hook(one, "order-sign", TestIssuer.Token(Roles.State, "nc-dhhs", scope: PasRequest.Both), Order("H2023", "Z2"))).Status);
        Assert.Equal(404, (await Hook(one, "patient-view", Order("H2023", "Z2"))).Status);
        foreach (var body in new[]
        {
            "{", "[]", """{ "hook": "order-sign" }""", """{ "hook": [], "hook": "order-sign" }""", """{ "hook": "order-sign", "prefetch": "text" }""",
            """{ "hook": "order-sign", "prefetch": { "patient": { "resourceType": "Patient", "birthDate": "Quillbirth" } }, "context": [] }""",
        })
        {
            var (status, answer) = await Post("/crd/cds-services/order-sign", body, Token(one));
            Assert.Equal(400, status);
            Assert.StartsWith("required ", PasRequest.Faults(answer), StringComparison.Ordinal);
            Assert.DoesNotContain("Quill", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_Questionnaire_asks_for_what_the_rules_need_and_its_answers_make_a_complete_request()
    {
        var one = await (await (await PersonBuilder.Register(service)).WithFacts()).WithDocuments();
        var draft = await one.Paper(DocumentKind.IntegratedPcp, "career_goals");
        Assert.NotEmpty(await one.Paper(DocumentKind.Assessment));
        Parameters sent = new()
        {
            Parameter =
            [
                new() { Name = "coverage", Resource = Coverage(one) },
                new() { Name = "order", Resource = Order("H2023", "Z2") },
            ],
        };
        var (status, body) = await Post("/fhir/Questionnaire/$questionnaire-package", new FhirJsonSerializer().SerializeToString(sent), Token(one));
        Assert.True(status == 200, body);
        var bundle = (Bundle)((Parameters)PasRequest.Read(body)).Parameter.Single().Resource!;
        var (questionnaire, answers) = ((Questionnaire)bundle.Entry[0].Resource!, (QuestionnaireResponse)bundle.Entry[1].Resource!);
        Assert.Equal(["authorization_request", "assessment", "career_profile", "integrated_pcp"], questionnaire.Item.Select(i => i.LinkId!));
        Assert.All(questionnaire.Item, i => Assert.Matches(@"\(NCC?-[A-Z]+-\d+[a-z]?, .+\)", i.Text));
        Assert.Equal(["authorization_request", "assessment", "career_profile", "integrated_pcp"], answers.Item.Select(i => i.LinkId!));

        // A plan with the missing contents is stored, and the response names the stored documents by what they are.
        var contents = Assert.Single(questionnaire.Item.Single(i => i.LinkId == "integrated_pcp").Item);
        Assert.Equal(["bh_interventions", "ips_interventions"], contents.AnswerOption.Select(o => ((Coding)o.Value!).Code));
        Assert.NotEqual(draft, await one.Paper(DocumentKind.IntegratedPcp, "bh_interventions", "ips_interventions", "career_goals"));
        answers.Subject = new("Patient/p1");
        var request = PasRequest.Of(service, one);
        while (request.Entries.Count > 5)
            request.Entries.RemoveAt(5);
        request.Claim["supportingInfo"] = JsonNode.Parse("""
            [{ "sequence": 1, "category": { "coding": [{ "system": "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes", "code": "additionalInformation" }] },
              "valueReference": { "reference": "QuestionnaireResponse/answers" } }]
            """);
        answers.Id = "answers";
        request.Entries.Add(new JsonObject
        {
            ["fullUrl"] = "http://agency.example/fhir/QuestionnaireResponse/answers",
            ["resource"] = JsonNode.Parse(new FhirJsonSerializer().SerializeToString(answers)),
        });
        Assert.Equal("1 A4 0W", PasRequest.Actions(PasRequest.Response(await request.Submitted())));
    }

    [Fact]
    public async Task A_package_for_nothing_names_what_is_missing()
    {
        var one = await PersonBuilder.Register(service);
        var (status, body) = await Post("/fhir/Questionnaire/$questionnaire-package", """{ "resourceType": "Parameters", "id": "empty" }""", Token(one));
        Assert.Equal((400, "required Parameters.parameter('coverage').resource"), (status, PasRequest.Faults(body)));
        Parameters foreign = new()
        {
            Parameter = [new() { Name = "coverage", Resource = Coverage(one) }, new() { Name = "order", Resource = Order("H2023", "Z2") }],
        };
        (status, body) = await Post("/fhir/Questionnaire/$questionnaire-package", new FhirJsonSerializer().SerializeToString(foreign),
            TestIssuer.Token(Roles.Provider, "agency-foreign", scope: PasRequest.Both));
        Assert.Equal((422, "not-found Parameters.parameter('coverage').resource.identifier"), (status, PasRequest.Faults(body)));
    }

    [Fact]
    public async Task Too_many_calls_of_a_client_are_refused_with_the_time_to_wait()
    {
        var one = await PersonBuilder.Register(service);
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(one));
        for (var call = 1; call <= 4; call++)
        {
            using StringContent content = new("""{ "resourceType": "Parameters", "id": "empty" }""", Encoding.UTF8, "application/fhir+json");
            using var answer = await http.PostAsync(new Uri("/fhir/Questionnaire/$questionnaire-package", UriKind.Relative), content);
            Assert.Equal(call <= 3 ? 400 : 429, (int)answer.StatusCode);
            if (call <= 3)
                continue;
            Assert.Equal("throttled ", PasRequest.Faults(await answer.Content.ReadAsStringAsync()));
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
    }

    private static string Token(PersonBuilder one) => TestIssuer.Token(Roles.Provider, one.Provider, scope: PasRequest.Both);

    private static Coverage Coverage(PersonBuilder one) => new()
    {
        Status = FinancialResourceStatusCodes.Active,
        SubscriberId = one.Identifier,
        Beneficiary = new("Patient/p1"),
        Payor = [new("Organization/payer")],
    };

    private ServiceRequest Order(string code, string? modifier = null) => new()
    {
        Id = "o1",
        Status = RequestStatus.Draft,
        Intent = RequestIntent.Order,
        Subject = new("Patient/p1"),
        Code = new("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", code),
        OrderDetail = modifier is null ? [] : [new("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", modifier)],
        Occurrence = new Period { Start = service.Day(), End = service.Day(89) },
    };

    private Task<(int Status, JsonArray Cards)> Hook(PersonBuilder one, string hook, params ServiceRequest[] orders) => Hook(one, hook, Token(one), orders);

    private async Task<(int Status, JsonArray Cards)> Hook(PersonBuilder one, string hook, string token, params ServiceRequest[] orders)
    {
        FhirJsonSerializer json = new();
        JsonNode? Node(Resource resource) => JsonNode.Parse(json.SerializeToString(resource));
        Patient patient = new() { Id = "p1", Identifier = [new("urn:ips-platform:identifiers:medicaid-nc", one.Identifier)] };
        Bundle All(IEnumerable<Resource> resources) =>
            new() { Type = Bundle.BundleType.Collection, Entry = [.. resources.Select(r => new Bundle.EntryComponent { Resource = r })] };
        JsonObject request = new()
        {
            ["hook"] = hook,
            ["hookInstance"] = EligibilityService.NewId(),
            ["context"] = new JsonObject { ["patientId"] = "p1", ["draftOrders"] = Node(All(orders)) },
            ["prefetch"] = new JsonObject { ["patient"] = Node(patient), ["coverage"] = Node(All([Coverage(one)])), ["orders"] = Node(All(orders)) },
        };
        var (status, body) = await Post($"/crd/cds-services/{hook}", request.ToJsonString(), token);
        return (status, status == 200 ? JsonNode.Parse(body)!["cards"]!.AsArray() : []);
    }

    private async Task<(int Status, string Body)> Post(string path, string body, string token)
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
