using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir;
using Ips.Testing;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>What cannot be processed gets an OperationOutcome that names the element, and stores nothing.</summary>
[Collection("eligibility")]
public sealed class BundleFaultTests(EligibilityService service)
{
    private async Task<PasRequest> New() => PasRequest.Of(service, await PersonBuilder.Register(service));

    [Theory]
    [InlineData("first", "structure Bundle.entry[0].resource, structure Bundle.entry[1].resource")]
    [InlineData("dangling", "not-found Bundle.entry[0].resource.supportingInfo[1].value.reference")]
    [InlineData("full-url", "value Bundle.entry[3].fullUrl")]
    [InlineData("no-url", "required Bundle.entry[3].fullUrl")]
    [InlineData("two-claims", "structure Bundle.entry[8].resource")]
    [InlineData("twice", "duplicate Bundle.entry[8].fullUrl, duplicate Bundle.entry[8].resource.id")]
    [InlineData("version", "not-supported Bundle.meta.profile[0]")]
    [InlineData("no-identifier", "required Bundle.identifier")]
    [InlineData("type", "value Bundle.type")]
    [InlineData("use", "value Bundle.entry[0].resource.use")]
    [InlineData("modifier", "not-supported Bundle.entry[0].resource.item[0].modifierExtension")]
    [InlineData("sequence", "duplicate Bundle.entry[0].resource.supportingInfo[1].sequence")]
    [InlineData("unnamed", "structure Bundle.entry[8].resource")]
    [InlineData("timing", "required Bundle.entry[8].resource.occurrence")]
    [InlineData("appeal", "not-supported Bundle.entry[0].resource.item[0].extension('http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-certificationType').value")]
    public async Task A_malformed_Bundle_is_refused(string fault, string expected)
    {
        var request = await New();
        switch (fault)
        {
            case "first":
                var claim = request.Entries[0]!.DeepClone();
                request.Entries.RemoveAt(0);
                request.Entries.Insert(1, claim);
                break;
            case "dangling":
                request.Entries.RemoveAt(6);
                break;
            case "full-url":
                // The reference by name still leads to it.
                request.Entries[3]!["fullUrl"] = "http://agency.example/fhir/Patient/p2";
                break;
            case "no-url":
                request.Entries[3]!.AsObject().Remove("fullUrl");
                break;
            case "two-claims":
                var other = request.Entries[0]!.DeepClone();
                (other["fullUrl"], other["resource"]!["id"]) = ("http://agency.example/fhir/Claim/other", "other");
                request.Entries.Add(other);
                break;
            case "twice":
                request.Entries.Add(request.Entries[3]!.DeepClone());
                break;
            case "version":
                request.Json["meta"]!["profile"]![0] = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-request-bundle|9.9.9";
                break;
            case "no-identifier":
                request.Json.Remove("identifier");
                break;
            case "type":
                request.Json["type"] = "batch";
                break;
            case "use":
                request.Claim["use"] = "claim";
                break;
            case "modifier":
                request.Item["modifierExtension"] = new JsonArray(JsonNode.Parse("""{ "url": "urn:unknown", "valueBoolean": true }"""));
                break;
            case "sequence":
                request.Claim["supportingInfo"]![1]!["sequence"] = 1;
                break;
            case "unnamed":
                request.Entries.Add(JsonNode.Parse("""
                    { "fullUrl": "http://agency.example/fhir/DocumentReference/plan", "resource": { "resourceType": "DocumentReference", "id": "plan", "status": "current",
                      "content": [{ "attachment": { "url": "http://agency.example/files/plan" } }] } }
                    """));
                break;
            case "timing":
                request.Entries.Add(JsonNode.Parse("""
                    { "fullUrl": "http://agency.example/fhir/ServiceRequest/order", "resource": { "resourceType": "ServiceRequest", "id": "order", "status": "active", "intent": "order",
                      "subject": { "reference": "Patient/p1" }, "occurrenceTiming": { "repeat": { "frequency": 2, "period": 1 } } } }
                    """));
                break;
            default:
                request.Item["extension"]![0]!["valueCodeableConcept"]!["coding"]![0]!["code"] = "1";
                break;
        }

        var before = await service.Everything();
        var (status, body) = await request.Submit();
        Assert.Equal((400, expected), (status, PasRequest.Faults(body)));
        Assert.Equal(before, await service.Everything());
    }

    [Theory]
    [InlineData("requested_from", 422, "invalid Bundle.entry[0].resource.item[0].serviced.start")]
    [InlineData("quantity", 422, "invalid Bundle.entry[0].resource.item[0].quantity")]
    [InlineData("prior", 422, "not-found Bundle.entry[0].resource.related[0].claim")]
    public async Task A_request_that_no_use_case_takes_names_the_element(string fault, int expected, string element)
    {
        var request = await New();
        if (fault == "requested_from")
            request.Item["servicedPeriod"]!.AsObject().Remove("start");
        else if (fault == "quantity")
            request.Item.Remove("quantity");
        else
            request = request.Update();
        var before = await service.Everything();
        var (status, body) = await request.Submit();
        Assert.Equal(expected, status);
        Assert.Contains(element, PasRequest.Faults(body), StringComparison.Ordinal);
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task A_value_that_is_not_FHIR_is_named_and_never_repeated()
    {
        var request = await New();
        request.Resource(3)["birthDate"] = "Quillbirth";
        var (status, body) = await request.Submit();
        Assert.Equal((400, true), (status, PasRequest.Faults(body).Contains("Patient.birthDate", StringComparison.Ordinal)
            || PasRequest.Faults(body).Contains("entry[3].resource", StringComparison.Ordinal)));
        Assert.DoesNotContain("Quill", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Bundle_may_have_four_megabytes_and_not_a_byte_more()
    {
        var request = await New();
        var text = request.Json.ToJsonString();
        var room = (4 * 1024 * 1024) - Encoding.UTF8.GetByteCount(text);
        Assert.Equal(200, (await PasRequest.Post(service, "$submit", text + new string(' ', room), request.Token())).Status);
        var (status, body) = await PasRequest.Post(service, "$submit", text + new string(' ', room + 1), request.Token());
        Assert.Equal((413, "too-long Bundle"), (status, PasRequest.Faults(body)));
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        var request = await New();
        var extension = """{ "url": "urn:deep", "valueBoolean": true }""";
        for (var level = 0; level < 40; level++)
            extension = $$"""{ "url": "urn:deep", "extension": [{{extension}}] }""";
        request.Claim["extension"] = new JsonArray(JsonNode.Parse(extension, documentOptions: new() { MaxDepth = 200 }));
        var text = request.Json.ToJsonString(new() { MaxDepth = 200 });
        var (status, body) = await PasRequest.Post(service, "$submit", text, request.Token());
        Assert.Equal((400, "too-costly Bundle"), (status, PasRequest.Faults(body)));
    }

    [Theory]
    [InlineData("application/fhir+xml", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/json", 200)]
    [InlineData("application/fhir+json; charset=utf-8; fhirVersion=4.0", 200)]
    public async Task The_media_type_is_JSON(string type, int expected)
    {
        var request = await New();
        var (status, body) = await PasRequest.Post(service, "$submit", request.Json.ToJsonString(), request.Token(), type);
        Assert.Equal(expected, status);
        if (expected != 200)
            Assert.Equal("not-supported Bundle", PasRequest.Faults(body));
    }

    [Fact]
    public async Task A_compressed_Bundle_is_refused()
    {
        var request = await New();
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", request.Token());
        using StringContent content = new("compressed", Encoding.UTF8, "application/fhir+json");
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await http.PostAsync(new Uri("/fhir/Claim/$submit", UriKind.Relative), content);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "not-supported Bundle"), (answer.StatusCode, PasRequest.Faults(await answer.Content.ReadAsStringAsync())));
    }

    [Theory]
    [InlineData("[1, 2")]
    [InlineData("\"text\"")]
    [InlineData("{ \"resourceType\": \"Patient\" }")]
    [InlineData("{ \"type\": \"collection\", \"type\": \"batch\" }")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task What_is_no_Bundle_is_refused(string text)
    {
        var request = await New();
        var (status, body) = await PasRequest.Post(service, "$submit", text, request.Token());
        Assert.True(status == 400, body);
        Assert.All(((OperationOutcome)PasRequest.Read(body)).Issue, issue => Assert.NotEmpty(issue.Expression));
    }

    [Fact]
    public async Task A_token_needs_the_scope_and_the_role_and_every_refusal_is_an_OperationOutcome()
    {
        var one = await PersonBuilder.Register(service);
        var request = PasRequest.Of(service, one);
        var before = await service.Everything();
        Assert.Equal((403, "forbidden "), await Refused(request.Submit(request.Token("system/Claim.r"))));
        Assert.Equal((403, "forbidden "), await Refused(request.Submit(request.Token("user/Claim.c system/Patient.cruds"))));
        Assert.Equal((403, "forbidden "), await Refused(request.Submit(TestIssuer.Token(Roles.Provider, one.Provider))));
        Assert.Equal((403, "forbidden "), await Refused(request.Inquire(request.Token("system/Claim.c"))));
        Assert.Equal((403, "forbidden "), await Refused(request.Submit(TestIssuer.Token(Roles.Mco, one.Payer, scope: PasRequest.Both))));
        foreach (var role in new[] { Roles.Dvrs, Roles.State, Roles.Ops })
        {
            Assert.Equal((403, "forbidden "), await Refused(request.Submit(TestIssuer.Token(role, "someone", scope: PasRequest.Both))));
            Assert.Equal((403, "forbidden "), await Refused(request.Inquire(TestIssuer.Token(role, "someone", scope: PasRequest.Both))));
        }

        Assert.Equal((401, "login "), await Refused(request.Submit("no-token")));
        Assert.Equal((404, "not-supported "), await Refused(PasRequest.Post(service, "$nothing", "{}", request.Token())));
        Assert.Equal(before, await service.Everything());
        Assert.Equal(200, (await request.Submit(request.Token("system/*.cruds"))).Status);
    }

    [Fact]
    public async Task A_request_over_HTTP_2_is_answered_alike()
    {
        var request = await New();
        using HttpClient http = new() { BaseAddress = service.GrpcAddress, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        http.DefaultRequestHeaders.Authorization = new("Bearer", request.Token());
        using StringContent content = new(request.Json.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(new Uri("/fhir/Claim/$submit", UriKind.Relative), content);
        Assert.Equal((HttpVersion.Version20, HttpStatusCode.OK), (answer.Version, answer.StatusCode));
        // The same Bundle over HTTP/1.1 is the same request.
        Assert.Equal(await answer.Content.ReadAsStringAsync(), (await request.Submit()).Body);
    }

    [Fact]
    public async Task The_endpoint_describes_itself_to_anyone()
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        var statement = (CapabilityStatement)PasRequest.Read(await http.GetStringAsync(new Uri("/fhir/metadata", UriKind.Relative)));
        Assert.Equal(["submit", "inquire"], statement.Rest[0].Resource[0].Operation.Select(o => o.Name!));
        var listed = (Bundle)PasRequest.Read(await http.GetStringAsync(new Uri("/fhir/Endpoint", UriKind.Relative)));
        Assert.Equal($"{service.Address}fhir", Assert.IsType<Endpoint>(Assert.Single(listed.Entry).Resource).Address);
        using var answer = await http.GetAsync(new Uri("/fhir/.well-known/smart-configuration", UriKind.Relative));
        var smart = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal($"{TestIssuer.Authority}/token", (string)smart["token_endpoint"]!);
        Assert.Contains("private_key_jwt", smart["token_endpoint_auth_methods_supported"]!.AsArray().Select(m => (string)m!));
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("inferno-missing-resource-request.json", "not-found Bundle.entry[0].resource.careTeam[0].provider.reference")]
    [InlineData("inferno-invalid-first-entry-response.json", "required Bundle.identifier, structure Bundle.entry[0].resource, not-found Bundle.entry[1].resource.item[0].extension[3].extension[0].value.reference")]
    public async Task The_bad_Bundles_of_the_public_kit_are_refused_for_their_fault(string file, string expected)
    {
        var one = await PersonBuilder.Register(service);
        var (status, body) = await PasRequest.Example(service, one, file).Submit();
        Assert.Equal((400, expected), (status, PasRequest.Faults(body)));
    }

    [Fact]
    public async Task The_official_inquiry_finds_nothing_and_the_official_request_with_references_to_nothing_is_refused()
    {
        var one = await PersonBuilder.Register(service, EligibilityService.NewCode("member"), "umo-example", EligibilityService.NewCode("payer"));
        var (status, body) = await PasRequest.Example(service, one, "pas-inquiry.json").Inquire();
        Assert.Equal((200, "outcome"), (status, Assert.Single(((Parameters)PasRequest.Read(body)).Parameter).Name));
        (status, body) = await PasRequest.Example(service, one, "pas-surgical-request.json").Submit();
        Assert.Equal((400, "not-found Bundle.entry[6].resource.practitioner.reference, not-found Bundle.entry[6].resource.location[0].reference"),
            (status, PasRequest.Faults(body)));
    }

    [Fact]
    public void An_answer_is_checked_in_the_same_way_and_against_its_request()
    {
        var response = Example("inferno-invalid-first-entry-response.json");
        Assert.Contains("Bundle.entry[0].resource: is Organization; the first entry is the ClaimResponse", PasBundle.FaultsOf(response, "ClaimResponse"));
        var (answer, request) = (Example("inferno-patient-wrong-fullurl-response.json"), Example("inferno-conformant-request.json"));
        Assert.Equal(["Bundle.entry[3].resource: has the fullUrl of the request's Patient and other identifiers"], PasBundle.DifferencesOf(answer, request));
    }

    [Theory]
    [InlineData("pas-referral-request.json", "75")]
    [InlineData("pas-homecare-request.json", "75")]
    [InlineData("pas-homecare-update.json", "75")]
    [InlineData("pas-medical-services-request.json", "75")]
    [InlineData("inferno-conformant-request.json", "T4")]
    public async Task The_official_requests_are_understood_and_answered(string file, string expected)
    {
        var one = await PersonBuilder.Register(service, EligibilityService.NewCode("member"), "umo-example", EligibilityService.NewCode("payer"));
        var response = PasRequest.Response(await PasRequest.Example(service, one, file).Submitted());
        // The person of the examples is not on file, and the payer of the kit has no number here.
        Assert.Equal(expected, response.Error.Single().Code!.Coding[0].Code);
    }

    [Fact]
    public async Task The_official_example_of_a_referral_for_a_person_on_file_is_pended_by_its_trace_number()
    {
        var one = await PersonBuilder.Register(service, "1122334455", "umo-example", "insurer-example");
        var request = PasRequest.Example(service, one, "pas-referral-request.json");
        // Its service is of another kind; the item is answered as X12 says for such a service.
        var refused = PasRequest.Response(await request.Submitted());
        Assert.Equal(("1 A3 25", "33"), (PasRequest.Actions(refused), refused.Error.Single().Code!.Coding[0].Code));
        request.Json["identifier"]!["value"] = EligibilityService.NewId();
        request.Item["productOrService"] = JsonNode.Parse("""{ "coding": [{ "system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "H2023" }] }""");
        request.Item["modifier"] = JsonNode.Parse("""[{ "coding": [{ "system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "Z2" }] }]""");
        request.Item["servicedPeriod"] = JsonNode.Parse($$"""{ "start": "{{service.Day()}}", "end": "{{service.Day(89)}}" }""");
        request.Item["quantity"] = JsonNode.Parse("""{ "value": 1, "unit": "unit" }""");
        var response = PasRequest.Response(await request.Submitted());
        Assert.Equal("1 A4 0U", PasRequest.Actions(response));
        Assert.Equal("1122334", response.Item[0].Extension.Select(e => e.Value).OfType<Identifier>().Single().Value);
    }

    private static Bundle Example(string file) => (Bundle)PasRequest.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fhir", "material", file)));

    private static async Task<(int, string)> Refused(Task<(int Status, string Body)> call)
    {
        var (status, body) = await call;
        return (status, PasRequest.Faults(body));
    }
}
