using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Ips.FhirKit;

/// <summary>The example of a partner, changed in the ways that the checks need.</summary>
internal sealed class Samples(JsonObject example)
{
    private const string Pas = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/";
    private const string Temporary = "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes";
    private const string X12 = "https://codesystem.x12.org/005010/";

    /// <summary>A PDF without a page.</summary>
    public static string Pdf { get; } = Convert.ToBase64String("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"u8);

    /// <summary>The organization that sends.</summary>
    public JsonNode Sender => Resources(example, "Organization").First(o => (string?)o["id"] == Last((string?)Claim(example)["provider"]!["reference"]))["identifier"]![0]!;

    /// <summary>The member's number.</summary>
    public JsonNode Member => Resources(example, "Patient").First()["identifier"]![0]!;

    /// <summary>The example with numbers of its own.</summary>
    public JsonObject New()
    {
        var bundle = example.DeepClone().AsObject();
        bundle["identifier"]!["value"] = NewId();
        // References by name are resolved against the address of their entry.
        foreach (var entry in Entries(bundle))
            entry!["fullUrl"] = Address(entry["resource"]!);
        Number(bundle);
        return bundle;
    }

    /// <summary>The same for a person whom no deployment knows: then nothing is stored.</summary>
    public JsonObject Stranger() => Stranger(New());

    /// <summary>The request for a person whom no deployment knows.</summary>
    public static JsonObject Stranger(JsonObject bundle)
    {
        foreach (var patient in Resources(bundle, "Patient"))
            patient["identifier"] = JsonNode.Parse("""[ { "system": "urn:kit", "value": "no-such-person" } ]""");
        foreach (var coverage in Resources(bundle, "Coverage"))
            coverage.Remove("subscriberId");
        return bundle;
    }

    /// <summary>What was sent before, in a Bundle of its own.</summary>
    public static JsonObject Again(JsonObject request)
    {
        var bundle = request.DeepClone().AsObject();
        bundle["identifier"]!["value"] = NewId();
        return bundle;
    }

    /// <summary>The example without its documents.</summary>
    public JsonObject WithoutDocuments()
    {
        var bundle = New();
        Claim(bundle).Remove("supportingInfo");
        var left = Entries(bundle).Where(e => (string?)e!["resource"]!["resourceType"] is not ("DocumentReference" or "QuestionnaireResponse")).Select(e => e!.DeepClone());
        bundle["entry"] = new JsonArray([.. left]);
        return bundle;
    }

    /// <summary>The example with documents that do not show what they contain.</summary>
    public JsonObject WithoutContents()
    {
        var bundle = New();
        foreach (var document in Resources(bundle, "DocumentReference"))
            document.Remove("context");
        return bundle;
    }

    /// <summary>The coverage of the person.</summary>
    public Coverage Coverage() =>
        new FhirJsonDeserializer(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable)).Deserialize<Coverage>(Resources(example, "Coverage").First().ToJsonString());

    /// <summary>A response to a questionnaire that takes every option, as a partner answers a Task.</summary>
    public Parameters Answers(Identifier tracking, Questionnaire questionnaire)
    {
        QuestionnaireResponse response = new()
        {
            Questionnaire = questionnaire.Url,
            Status = QuestionnaireResponse.QuestionnaireResponseStatus.Completed,
            Item = [.. questionnaire.Item.Select(Taken)],
        };
        return new()
        {
            Parameter =
            [
                new() { Name = "TrackingId", Value = tracking }, new() { Name = "AttachTo", Value = new Code("preauthorization") },
                new() { Name = "MemberId", Value = new Identifier((string?)Member["system"], (string?)Member["value"]) },
                new() { Name = "Attachment", Part = [new() { Name = "Content", Resource = response }] }, new() { Name = "Final", Value = new FhirBoolean(true) },
            ],
        };

        static QuestionnaireResponse.ItemComponent Taken(Questionnaire.ItemComponent question) => new()
        {
            LinkId = question.LinkId,
            Answer = [.. question.AnswerOption.Select(option => new QuestionnaireResponse.AnswerComponent { Value = option.Value })],
            Item = [.. question.Item.Select(Taken)],
        };
    }

    /// <summary>The update of a request, or of an earlier update: every item and every supporting information again, with the Claim that it updates.</summary>
    public static JsonObject Update(JsonObject updated)
    {
        var bundle = updated.DeepClone().AsObject();
        bundle["identifier"]!["value"] = NewId();
        var before = Entries(bundle)[0]!.DeepClone();
        // Of an update that is updated the earlier Claim stays away (spec-66).
        for (var i = Entries(bundle).Count - 1; i > 0; i--)
        {
            if ((string?)Entries(bundle)[i]!["resource"]!["resourceType"] == "Claim")
                Entries(bundle).RemoveAt(i);
        }

        Number(bundle);
        Entries(bundle).Add(before);
        foreach (var marked in Items(bundle).Concat(Infos(bundle)))
            Unmark(marked, "extension-infoChanged");
        Claim(bundle)["related"] = JsonNode.Parse($$"""
            [ { "claim": { "reference": "{{before["fullUrl"]}}" },
              "relationship": { "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship", "code": "prior" } ] } } ]
            """);
        return bundle;
    }

    /// <summary>Marks an item or supporting information of an update.</summary>
    public static void Mark(JsonObject marked, string changed, bool isCancelled = false)
    {
        Extensions(marked, "extension").Add(Extension("extension-infoChanged", "valueCode", changed));
        if (!isCancelled)
            return;
        Extensions(marked, "modifierExtension").Add(Extension("modifierextension-infoCancelled", "valueBoolean", true));
    }

    /// <summary>Takes an item back.</summary>
    public static void Cancel(JsonObject item)
    {
        Mark(item, "changed", isCancelled: true);
        Unmark(item, "extension-certificationType");
        Extensions(item, "extension").Add(Extension("extension-certificationType", "valueCodeableConcept", Concept(X12 + "1322", "3")));
    }

    /// <summary>A Claim for a stranger that has every element that the profile marks as must-support, with US Core resources in support.</summary>
    public JsonObject Everything()
    {
        var bundle = Stranger();
        var claim = Claim(bundle);
        foreach (var patient in Resources(bundle, "Patient"))
            patient["address"] = JsonNode.Parse("""[ { "line": [ "1 Kit St" ], "city": "Durham", "state": "NC", "postalCode": "27701-1234" } ]""");
        claim["extension"] = JsonNode.Parse($$"""
            [ { "url": "{{Pas}}extension-levelOfServiceCode", "valueCodeableConcept": { "coding": [ { "system": "{{X12}}1338", "code": "E" } ] } },
              { "url": "{{Pas}}extension-conditionCode", "extension": [
                { "url": "category", "valueCodeableConcept": { "coding": [ { "system": "{{X12}}1136", "code": "07" } ] } }, { "url": "indicator", "valueBoolean": true },
                { "url": "code", "valueCodeableConcept": { "coding": [ { "system": "{{X12}}1321", "code": "01" } ] } } ] },
              { "url": "{{Pas}}extension-homeHealthCareInformation", "extension": [
                { "url": "prognosis", "valueCodeableConcept": { "coding": [ { "system": "{{X12}}923", "code": "1" } ] } }, { "url": "date", "valueDate": "2026-01-05" } ] },
              { "url": "{{Pas}}extension-TransmissionIdentifiers", "extension": [ { "url": "applicationSenderCode", "valueString": "KIT" },
                { "url": "applicationReceiverCode", "valueString": "PAYER" }, { "url": "interchangeSenderID", "valueString": "KIT" },
                { "url": "interchangeReceiverID", "valueString": "PAYER" } ] },
              { "url": "{{Pas}}extension-authorizationNumber", "valueString": "KIT-1" },
              { "url": "{{Pas}}extension-administrationReferenceNumber", "valueString": "KIT-2" },
              { "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Claim.encounter", "valueReference": { "reference": "Encounter/kit" } } ]
            """);
        claim["careTeam"] = JsonNode.Parse($$"""
            [ { "extension": [ { "url": "{{Pas}}extension-careTeamClaimScope", "valueBoolean": true } ], "sequence": 1, "provider": { "reference": "Practitioner/kit" },
                "role": { "coding": [ { "system": "{{X12}}98", "code": "71" } ] }, "qualification": { "coding": [ { "system": "http://nucc.org/provider-taxonomy", "code": "251S00000X" } ] } },
              { "extension": [ { "url": "{{Pas}}extension-careTeamClaimScope", "valueBoolean": false } ], "sequence": 2, "provider": { "reference": "Practitioner/kit" } } ]
            """);
        claim["diagnosis"] = JsonNode.Parse($$"""
            [ { "extension": [ { "url": "{{Pas}}extension-diagnosisRecordedDate", "valueDate": "2026-01-05" } ], "sequence": 1,
                "diagnosisCodeableConcept": { "coding": [ { "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F20.9" } ] },
                "type": [ { "coding": [ { "system": "{{Temporary}}", "code": "principal" } ] } ] } ]
            """);
        claim["accident"] = JsonNode.Parse($$"""
            { "date": "2026-01-05", "type": { "coding": [ { "system": "https://codesystem.x12.org/005010/1362", "code": "AA" } ] },
              "locationAddress": { "state": "NC", "country": "US" } }
            """);
        claim["supportingInfo"] = JsonNode.Parse($$"""
            [ { "sequence": 1, "category": { "coding": [ { "system": "{{Temporary}}", "code": "patientEvent" } ] }, "timingPeriod": { "start": "2026-03-02", "end": "2026-03-31" } },
              { "sequence": 2, "category": { "coding": [ { "system": "{{Temporary}}", "code": "admissionDates" } ] }, "timingDate": "2026-03-02" },
              { "sequence": 3, "category": { "coding": [ { "system": "{{Temporary}}", "code": "dischargeDates" } ] }, "timingDate": "2026-03-02" },
              { "sequence": 4, "category": { "coding": [ { "system": "{{Temporary}}", "code": "freeFormMessage" } ] }, "valueString": "kit" },
              { "sequence": 5, "category": { "coding": [ { "system": "{{Temporary}}", "code": "additionalInformation" } ] }, "valueReference": { "reference": "DocumentReference/kit" },
                "extension": [ { "url": "{{Pas}}extension-documentInformation", "extension": [
                  { "url": "reportTypeCode", "valueCodeableConcept": { "coding": [ { "system": "{{X12}}755", "code": "77" } ] } },
                  { "url": "transmissionMethod", "valueCodeableConcept": { "coding": [ { "system": "{{X12}}756", "code": "EL" } ] } },
                  { "url": "controlNumber", "valueString": "KIT-3" }, { "url": "description", "valueString": "kit" } ] } ] },
              { "sequence": 6, "category": { "coding": [ { "system": "{{Temporary}}", "code": "additionalInformation" } ] }, "valueReference": { "reference": "Condition/kit" } },
              { "sequence": 7, "category": { "coding": [ { "system": "{{Temporary}}", "code": "additionalInformation" } ] }, "valueReference": { "reference": "Observation/kit" } } ]
            """);
        var item = Items(bundle).First();
        foreach (var (name, type, value) in new (string, string, JsonNode)[]
        {
            ("extension-serviceItemRequestType", "valueCodeableConcept", Concept(X12 + "1525", "HS")), ("extension-epsdtIndicator", "valueBoolean", false),
            ("extension-administrationReferenceNumber", "valueString", "KIT-4"), ("extension-nursingHomeResidentialStatus", "valueCodeableConcept", Concept(X12 + "1345", "1")),
            ("extension-nursingHomeLevelOfCare", "valueCodeableConcept", Concept(X12 + "1337", "1")), ("extension-revenueUnitRateLimit", "valueDecimal", 1.5m),
            ("extension-productOrServiceCodeEnd", "valueCodeableConcept", Concept("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "H2023")),
            ("extension-requestedService", "valueReference", new JsonObject { ["reference"] = "ServiceRequest/kit" }),
        })
        {
            Unmark(item, name);
            Extensions(item, "extension").Add(Extension(name, type, value));
        }

        (item["careTeamSequence"], item["diagnosisSequence"], item["informationSequence"]) = (new JsonArray(1, 2), new JsonArray(1), new JsonArray(1, 5));
        (item["category"], item["revenue"]) = (Concept(X12 + "1365", "42"), Concept("https://www.nubc.org/CodeSystem/RevenueCodes", "0202"));
        item["locationCodeableConcept"] = Concept("https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set", "11");
        item["unitPrice"] = JsonNode.Parse("""{ "value": 10.0, "currency": "USD" }""");
        Keep(bundle, "Claim", "Organization", "Patient", "Coverage", "PractitionerRole", "Practitioner");
        var patient1 = (string)claim["patient"]!["reference"]!;
        Add(bundle, $$"""{ "resourceType": "Encounter", "id": "kit", "status": "planned", "class": { "code": "AMB" }, "subject": { "reference": "{{patient1}}" } }""");
        Add(bundle, """{ "resourceType": "Practitioner", "id": "kit", "name": [ { "family": "Kit" } ], "identifier": [ { "system": "http://hl7.org/fhir/sid/us-npi", "value": "1999999976" } ] }""");
        Add(bundle, $$"""{ "resourceType": "ServiceRequest", "id": "kit", "status": "active", "intent": "order", "code": { "text": "kit" }, "subject": { "reference": "{{patient1}}" } }""");
        Add(bundle, $$"""{ "resourceType": "DocumentReference", "id": "kit", "status": "current", "type": { "text": "kit" }, "subject": { "reference": "{{patient1}}" }, "content": [ { "attachment": { "url": "https://kit.example/1" } } ] }""");
        Add(bundle, $$"""
            { "resourceType": "Condition", "id": "kit", "meta": { "profile": [ "http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns" ] },
              "category": [ { "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "problem-list-item" } ] } ],
              "code": { "coding": [ { "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F20.9" } ] }, "subject": { "reference": "{{patient1}}" } }
            """);
        Add(bundle, $$"""
            { "resourceType": "Observation", "id": "kit", "meta": { "profile": [ "http://hl7.org/fhir/us/core/StructureDefinition/us-core-simple-observation" ] }, "status": "final",
              "category": [ { "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey" } ] } ],
              "code": { "coding": [ { "system": "http://loinc.org", "code": "74013-4" } ] }, "subject": { "reference": "{{patient1}}" }, "valueString": "kit" }
            """);
        return bundle;
    }

    /// <summary>An inquiry for a stranger with the elements that only an inquiry has.</summary>
    public JsonObject EverythingInquired()
    {
        var bundle = Stranger();
        Extensions(Claim(bundle), "extension").Add(Extension("extension-certificationType", "valueCodeableConcept", Concept(X12 + "1322", "I")));
        Claim(bundle)["billablePeriod"] = JsonNode.Parse("""{ "start": "2026-03-02", "end": "2026-03-31" }""");
        var item = Items(bundle).First();
        foreach (var name in new[] { "extension-itemCertificationIssueDate", "extension-itemCertificationExpirationDate", "extension-itemCertificationEffectiveDate" })
            Extensions(item, "extension").Add(Extension(name, "valueDate", "2026-03-02"));
        Extensions(item, "extension").Add(Extension("extension-reviewActionCode", "valueCodeableConcept", Concept(X12 + "306", "A1")));
        return bundle;
    }

    /// <summary>The documents by which a partner answers a Task.</summary>
    public JsonObject Attachments(JsonObject tracking, IEnumerable<JsonNode> codes)
    {
        JsonArray parameters =
        [
            new JsonObject { ["name"] = "TrackingId", ["valueIdentifier"] = tracking.DeepClone() },
            new JsonObject { ["name"] = "AttachTo", ["valueCode"] = "preauthorization" },
            new JsonObject { ["name"] = "MemberId", ["valueIdentifier"] = new JsonObject { ["system"] = Member["system"]?.DeepClone(), ["value"] = Member["value"]!.DeepClone() } },
        ];
        foreach (var code in codes)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = "Attachment",
                ["part"] = new JsonArray(new JsonObject { ["name"] = "Code", ["valueCodeableConcept"] = code.DeepClone() }, new JsonObject
                {
                    ["name"] = "Content",
                    ["resource"] = JsonNode.Parse($$"""
                        { "resourceType": "DocumentReference", "status": "current", "content": [ { "attachment": { "contentType": "application/pdf", "data": "{{Pdf}}" } } ] }
                        """),
                }),
            });
        }

        return new() { ["resourceType"] = "Parameters", ["parameter"] = parameters };
    }

    /// <summary>An inquiry by X12 278 for an authorization, from the same sender to the same payer about the same person.</summary>
    public string Review(string number)
    {
        var payer = Resources(example, "Organization").First(o => (string?)o["id"] == Last((string?)Claim(example)["insurer"]!["reference"]))["identifier"]![0]!;
        var item = Items(example).First();
        var procedure = string.Join(':', new[] { item["productOrService"] }.Concat(item["modifier"]?.AsArray() ?? []).Select(c => (string?)c!["coding"]![0]!["code"]));
        string[] segments =
        [
            "ST*278*0001*005010X217", "BHT*0007*28*KIT*20260101*0000", "HL*1**20*1", $"NM1*X3*2*PAYER*****{Qualifier(payer, "PI")}*{payer["value"]}", "HL*2*1*21*1",
            $"NM1*1P*2*SENDER*****{Qualifier(Sender, "46")}*{Sender["value"]}", "HL*3*2*22*1", $"NM1*IL*1*MEMBER*KIT****MI*{Member["value"]}", "HL*4*3*EV*1", "UM*HS*I*MH",
            "HL*5*4*SS*0", $"REF*BB*{number}", $"SV1*HC:{procedure}**UN*1",
        ];
        return "ISA*00*          *00*          *ZZ*KIT            *ZZ*PAYER          *260101*0000*^*00501*000000001*1*T*:~GS*HI*KIT*PAYER*20260101*0000*1*X*005010X217~"
            + string.Concat(segments.Select(s => s + "~")) + $"SE*{segments.Length + 1}*0001~GE*1*1~IEA*1*000000001~";

        static string Qualifier(JsonNode identifier, string other) => (string?)identifier["system"] == "http://hl7.org/fhir/sid/us-npi" ? "XX" : other;
    }

    public static JsonArray Entries(JsonObject bundle) => bundle["entry"]!.AsArray();

    public static JsonObject Claim(JsonObject bundle) => Entries(bundle)[0]!["resource"]!.AsObject();

    public static IEnumerable<JsonObject> Items(JsonObject bundle) => Claim(bundle)["item"]!.AsArray().Select(i => i!.AsObject());

    public static IEnumerable<JsonObject> Infos(JsonObject bundle) => (Claim(bundle)["supportingInfo"]?.AsArray() ?? []).Select(i => i!.AsObject());

    public static IEnumerable<JsonObject> Resources(JsonObject bundle, string type) =>
        Entries(bundle).Select(e => e!["resource"]!.AsObject()).Where(r => (string?)r["resourceType"] == type);

    public static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    private static void Number(JsonObject bundle)
    {
        var (id, claim) = (NewId(), Claim(bundle));
        claim["id"] = id;
        claim["identifier"]![0]!["value"] = id;
        Entries(bundle)[0]!["fullUrl"] = Address(claim);
    }

    private static void Keep(JsonObject bundle, params string[] types) => bundle["entry"] = new JsonArray(
        [.. Entries(bundle).Where(e => types.Contains((string?)e!["resource"]!["resourceType"])).Select(e => e!.DeepClone())]);

    private static void Add(JsonObject bundle, string resource)
    {
        var added = JsonNode.Parse(resource)!;
        Entries(bundle).Add(new JsonObject { ["fullUrl"] = Address(added), ["resource"] = added });
    }

    private static string Address(JsonNode resource) => $"https://kit.example/fhir/{resource["resourceType"]}/{resource["id"]}";

    private static string? Last(string? reference) => reference?[(reference.LastIndexOf('/') + 1)..];

    private static JsonArray Extensions(JsonObject of, string name)
    {
        if (of[name] is not JsonArray there)
            of[name] = there = [];
        return there;
    }

    private static void Unmark(JsonObject of, string name)
    {
        if (of["extension"] is JsonArray extensions && extensions.FirstOrDefault(e => (string?)e!["url"] == Pas + name) is { } found)
            extensions.Remove(found);
        if (of["extension"] is JsonArray { Count: 0 })
            of.Remove("extension");
    }

    private static JsonObject Extension(string name, string type, JsonNode value) => new() { ["url"] = Pas + name, [type] = value };

    private static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };
}
