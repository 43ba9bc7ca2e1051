using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Testing;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>A Bundle of PAS as an agency's system sends it, as JSON that a test changes, and the calls that send it.</summary>
internal sealed class PasRequest
{
    public const string Both = "system/Claim.c system/Claim.r";
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));
    private readonly EligibilityService service;
    private readonly PersonBuilder one;

    private PasRequest(EligibilityService service, PersonBuilder one, JsonObject bundle) => (this.service, this.one, Json) = (service, one, bundle);

    public JsonObject Json { get; }

    public JsonArray Entries => Json["entry"]!.AsArray();

    public JsonObject Claim => Resource(0);

    public JsonObject Item => Claim["item"]![0]!.AsObject();

    public string ClaimNumber => (string)Claim["identifier"]![0]!["value"]!;

    public JsonObject Resource(int entry) => Entries[entry]!["resource"]!.AsObject();

    /// <summary>The complete request for milestone 2 that <see cref="PersonBuilder.Request"/> sends over gRPC.</summary>
    public static PasRequest Of(EligibilityService service, PersonBuilder one)
    {
        var claim = EligibilityService.NewId();
        var json = JsonNode.Parse($$"""
            {
              "resourceType": "Bundle", "type": "collection", "timestamp": "{{service.Day()}}T12:00:00Z",
              "meta": { "profile": ["http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-request-bundle"] },
              "identifier": { "system": "urn:agency:bundles", "value": "{{EligibilityService.NewId()}}" },
              "entry": [
                { "fullUrl": "http://agency.example/fhir/Claim/{{claim}}", "resource": {
                  "resourceType": "Claim", "id": "{{claim}}", "identifier": [{ "system": "urn:agency:claims", "value": "{{claim}}" }], "status": "active",
                  "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional" }] },
                  "use": "preauthorization", "patient": { "reference": "Patient/p1" }, "created": "{{service.Day()}}",
                  "insurer": { "reference": "Organization/payer" }, "provider": { "reference": "Organization/agency" },
                  "priority": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/processpriority", "code": "normal" }] },
                  "insurance": [{ "sequence": 1, "focal": true, "coverage": { "reference": "Coverage/c1" } }],
                  "supportingInfo": [ {{Document(1, "assessment")}}, {{Document(2, "career_profile")}}, {{Document(3, "integrated_pcp")}} ],
                  "item": [{
                    "extension": [
                      { "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-certificationType",
                        "valueCodeableConcept": { "coding": [{ "system": "https://codesystem.x12.org/005010/1322", "code": "I" }] } },
                      { "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-itemTraceNumber",
                        "valueIdentifier": { "system": "urn:agency:items", "value": "{{claim}}-1" } } ],
                    "sequence": 1,
                    "productOrService": { "coding": [{ "system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "H2023" }] },
                    "modifier": [{ "coding": [{ "system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": "Z2" }] }],
                    "servicedPeriod": { "start": "{{service.Day()}}", "end": "{{service.Day(89)}}" },
                    "quantity": { "value": 1, "unit": "unit" } }] } },
                { "fullUrl": "http://agency.example/fhir/Organization/agency", "resource": { "resourceType": "Organization", "id": "agency", "active": true,
                  "name": "Agency", "identifier": [{ "system": "urn:ips-platform:organizations", "value": "{{one.Provider}}" }] } },
                { "fullUrl": "http://agency.example/fhir/Organization/payer", "resource": { "resourceType": "Organization", "id": "payer", "active": true,
                  "name": "Payer", "identifier": [{ "system": "urn:ips-platform:organizations", "value": "{{one.Payer}}" }] } },
                { "fullUrl": "http://agency.example/fhir/Patient/p1", "resource": { "resourceType": "Patient", "id": "p1", "gender": "unknown",
                  "identifier": [{ "system": "urn:ips-platform:identifiers:medicaid-nc", "value": "{{one.Identifier}}" }],
                  "name": [{ "family": "Quillfamily", "given": ["Quillgiven"] }], "birthDate": "1991-07-23" } },
                { "fullUrl": "http://agency.example/fhir/Coverage/c1", "resource": { "resourceType": "Coverage", "id": "c1", "status": "active",
                  "subscriberId": "{{one.Identifier}}", "beneficiary": { "reference": "Patient/p1" }, "payor": [{ "reference": "Organization/payer" }] } },
                {{Reference(one, "assessment")}}, {{Reference(one, "career_profile")}},
                {{Reference(one, "integrated_pcp", "bh_interventions", "ips_interventions", "career_goals")}}
              ]
            }
            """)!.AsObject();
        return new(service, one, json);
    }

    /// <summary>An official example with the numbers of a person and organizations that the service knows.</summary>
    public static PasRequest Example(EligibilityService service, PersonBuilder one, string file) =>
        new(service, one, JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fhir", "material", file)))!.AsObject());

    /// <summary>The inquiry for it: by its number.</summary>
    public PasRequest Inquiry()
    {
        PasRequest inquiry = new(service, one, Json.DeepClone().AsObject());
        inquiry.Json["identifier"]!["value"] = EligibilityService.NewId();
        inquiry.Json["meta"]!["profile"]![0] = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-inquiry-request-bundle";
        return inquiry;
    }

    /// <summary>The update of it that names every item again, with the Claim that it updates.</summary>
    public PasRequest Update()
    {
        PasRequest update = new(service, one, Json.DeepClone().AsObject());
        update.Json["identifier"]!["value"] = EligibilityService.NewId();
        var (prior, next) = (ClaimNumber, EligibilityService.NewId());
        update.Entries.Add(Entries[0]!.DeepClone());
        (update.Entries[0]!["fullUrl"], update.Claim["id"]) = ($"http://agency.example/fhir/Claim/{next}", next);
        update.Claim["identifier"]![0]!["value"] = next;
        update.Claim["related"] = new JsonArray(new JsonObject
        {
            ["claim"] = new JsonObject { ["reference"] = $"Claim/{prior}" },
            ["relationship"] = JsonNode.Parse("""{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship", "code": "prior" }] }"""),
        });
        return update;
    }

    /// <summary>Marks an item of an update.</summary>
    public void Mark(string changed, bool cancelled = false, int item = 0)
    {
        var marked = Claim["item"]![item]!;
        if (marked["extension"] is null)
            marked["extension"] = new JsonArray();
        marked["extension"]!.AsArray().Add(
            JsonNode.Parse($$"""{ "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-infoChanged", "valueCode": "{{changed}}" }"""));
        if (cancelled)
        {
            marked["modifierExtension"] = new JsonArray(JsonNode.Parse(
                """{ "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/modifierextension-infoCancelled", "valueBoolean": true }"""));
        }
    }

    public Task<(int Status, string Body)> Submit(string? token = null) => Post(service, "$submit", Json.ToJsonString(), token ?? Token());

    public Task<(int Status, string Body)> Inquire(string? token = null) => Post(service, "$inquire", Json.ToJsonString(), token ?? Token());

    /// <summary>Sends it and reads the answer's Bundle.</summary>
    public async Task<Bundle> Submitted()
    {
        var (status, body) = await Submit();
        Xunit.Assert.True(status == 200, body);
        return (Bundle)Read(body);
    }

    public string Token(string scope = Both) => TestIssuer.Token(Roles.Provider, one.Provider, scope: scope);

    public static async Task<(int Status, string Body)> Post(EligibilityService service, string operation, string body, string token,
        string type = "application/fhir+json")
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using StringContent content = new(body, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await http.PostAsync(new Uri("/fhir/Claim/" + operation, UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static Resource Read(string body)
    {
        Reader.TryDeserializeResource(body, out var resource, out var faults);
        Xunit.Assert.Empty(faults);
        return resource!;
    }

    /// <summary>The faults of an OperationOutcome as "code element".</summary>
    public static string Faults(string body) => string.Join(", ", ((OperationOutcome)Read(body)).Issue.Select(i =>
        $"{Hl7.Fhir.Utility.EnumUtility.GetLiteral(i.Code)} {string.Join(' ', i.Expression)}"));

    public static ClaimResponse Response(Bundle bundle) => (ClaimResponse)bundle.Entry[0].Resource!;

    /// <summary>The actions and reasons of the items, as "1 A4 0W".</summary>
    public static string Actions(ClaimResponse response) => string.Join(", ", response.Item.Select(i => string.Join(' ',
        new[] { i.ItemSequence.ToString() }.Concat(i.Adjudication[0].Extension[0].Extension.Select(e => e.Value).OfType<CodeableConcept>()
            .Select(c => c.Coding[0].Code)))));

    private static string Document(int sequence, string document) => $$"""
        { "sequence": {{sequence}}, "category": { "coding": [{ "system": "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes",
          "code": "additionalInformation" }] }, "valueReference": { "reference": "DocumentReference/{{IdOf(document)}}" } }
        """;

    private static string IdOf(string document) => document.Replace('_', '-');

    private static string Reference(PersonBuilder one, string document, params string[] contents) => $$"""
        { "fullUrl": "http://agency.example/fhir/DocumentReference/{{IdOf(document)}}", "resource": { "resourceType": "DocumentReference", "id": "{{IdOf(document)}}",
          "status": "current", "type": { "coding": [{ "system": "urn:ips-platform:documents", "code": "{{document}}" }] },
          "context": { "event": [{{string.Join(", ", contents.Append("x").Select(c => $$"""{ "coding": [{ "system": "urn:ips-platform:documents", "code": "{{c}}" }] }"""))}}] },
          "content": [{ "attachment": { "contentType": "application/pdf", "data": "{{Convert.ToBase64String(EligibilityService.Pdf($"{document} of {one.Name}"))}}" } }] } }
        """;
}
