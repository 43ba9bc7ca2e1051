using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Eligibility.Fhir;
using Task = System.Threading.Tasks.Task;

namespace Ips.FhirKit;

/// <summary>What came of a check.</summary>
/// <param name="Check">What was done.</param>
/// <param name="Statements">The statements of the requirements that it tests.</param>
/// <param name="Passed">Whether all of them hold.</param>
/// <param name="Found">What was found otherwise.</param>
public sealed record CheckResult(string Check, IReadOnlyList<string> Statements, bool Passed, string Found);

/// <summary>The calls of the kit, each with what must come of it.</summary>
internal sealed class Checks(HttpClient http, JsonObject example)
{
    private const string MediaType = "application/fhir+json";
    private const string Topic = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic";
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));

    public List<CheckResult> Results { get; } = [];

    public async Task Run()
    {
        await Discovery();
        await Refusals();
        await Subscriptions();
        var request = New();
        var (status, answer) = await Post("$submit", request);
        Add("a complete request is answered with a Bundle", ["spec-39"], status == 200 && answer is Bundle, $"{status} {answer?.TypeName}");
        if (answer is not Bundle bundle)
            return;
        Answer(request, bundle);
        await Tolerated();
        var (_, again) = await Post("$submit", request);
        Add("the same Bundle gets the same answer", [], again is Bundle repeated && repeated.Id == bundle.Id, "another answer");
        await Refused("the same identifier with other content", [], Changed(request, bundleToChange => Claim(bundleToChange)["created"] = "2020-01-01"));
        await Updates(request);
    }

    private async Task Discovery()
    {
        using var metadata = await http.GetAsync(new Uri("metadata", UriKind.Relative));
        var statement = Read(await metadata.Content.ReadAsStringAsync()) as CapabilityStatement;
        var operations = statement?.Rest.SelectMany(r => r.Resource).Where(r => r.Type == "Claim").SelectMany(r => r.Operation).Select(o => o.Name).ToList() ?? [];
        Add("metadata names $submit and $inquire", ["conf-1", "conf-3", "spec-6"], operations.Contains("submit") && operations.Contains("inquire"), string.Join(", ", operations));
        var subscriptions = statement?.Rest.SelectMany(r => r.Resource).FirstOrDefault(r => r.Type == "Subscription");
        Add("metadata has subscriptions with the topic of PAS", ["spec-51", "spec-54", "spec-55"],
            subscriptions?.Extension.Exists(e => e.Value is Canonical { Value: Topic }) == true, subscriptions is null ? "no Subscription" : "no topic");
        using var smart = await http.GetAsync(new Uri(".well-known/smart-configuration", UriKind.Relative));
        var methods = smart.IsSuccessStatusCode ? JsonNode.Parse(await smart.Content.ReadAsStringAsync())?["token_endpoint_auth_methods_supported"]?.ToJsonString() : "";
        Add("tokens are those of SMART backend services", ["spec-4"], methods?.Contains("private_key_jwt", StringComparison.Ordinal) == true, methods ?? "");
    }

    // A subscription that conforms needs a receiver; the kit has none, and sends what must be refused.
    private async Task Subscriptions()
    {
        using var list = await http.GetAsync(new Uri("Subscription", UriKind.Relative));
        if (!list.IsSuccessStatusCode)
        {
            Add("the subscriptions of the client are listed", ["spec-54"], false, $"{(int)list.StatusCode}");
            return;
        }

        await RefusedSubscription("a channel that is no rest-hook", ["spec-56"], s => s["channel"]!["type"] = "email");
        await RefusedSubscription("a subscription to another topic", ["spec-57"], s => s["criteria"] = Topic + "/other");
        await RefusedSubscription("a subscription with another filter", ["spec-58"], s => Filter(s, "patient=kit"));
        await RefusedSubscription("a subscription to the answers of another organization", ["spec-59"], s => Filter(s, "org-identifier=0000000000"));
        await RefusedSubscription("a subscription that wants ids only", ["spec-62"],
            s => s["channel"]!["_payload"]!["extension"]![0]!["valueCode"] = "id-only");

        static void Filter(JsonObject subscription, string filter) => subscription["_criteria"]!["extension"]![0]!["valueString"] = filter;
    }

    private async Task RefusedSubscription(string what, IReadOnlyList<string> statements, Action<JsonObject> change)
    {
        var organization = Resources(example, "Organization").First()["identifier"]![0]!;
        var subscription = JsonNode.Parse($$"""
            {
              "resourceType": "Subscription", "status": "requested", "reason": "kit", "criteria": "{{Topic}}",
              "_criteria": { "extension": [{ "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria",
                "valueString": "org-identifier={{organization["value"]}}" }] },
              "channel": { "type": "rest-hook", "endpoint": "https://kit.example/hook", "payload": "application/fhir+json",
                "_payload": { "extension": [{ "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content",
                  "valueCode": "full-resource" }] } }
            }
            """)!.AsObject();
        change(subscription);
        var (status, answer) = await Send("Subscription", subscription.ToJsonString(), MediaType);
        Add($"{what} is refused, and the element named", [.. statements, "spec-35"], status is >= 400 and < 500 && answer is OperationOutcome outcome
            && outcome.Issue.Exists(i => i.Expression.Any(e => e?.StartsWith("Subscription.", StringComparison.Ordinal) == true)), $"{status} {answer?.TypeName}");
    }

    private async Task Refusals()
    {
        await Refused("a Bundle whose first entry is no Claim", ["spec-12"], Changed(New(), b =>
        {
            var first = Entries(b)[0]!.DeepClone();
            Entries(b).RemoveAt(0);
            Entries(b).Add(first);
        }));
        await Refused("a reference that leads to no entry", ["spec-13"], Changed(New(), b => Claim(b)["patient"]!["reference"] = "Patient/no-such-patient"));
        await Refused("a resource that stands twice", ["spec-14"], Changed(New(), b => Entries(b).Add(Entries(b)[1]!.DeepClone())));
        await Refused("a fullUrl that disagrees with the id", ["spec-16"], Changed(New(), b => Entries(b)[1]!["fullUrl"] = "https://kit.example/fhir/Basic/other"));
        await Refused("a second Claim", ["spec-12"], Changed(New(), b =>
        {
            var other = Entries(b)[0]!.DeepClone();
            (other["fullUrl"], other["resource"]!["id"]) = ("https://kit.example/fhir/Claim/other", "other");
            Entries(b).Add(other);
        }));
        await Refused("two entries of supportingInfo with one number", ["spec-22"], Changed(New(), b => Claim(b)["supportingInfo"] = JsonNode.Parse("""
            [ { "sequence": 7, "category": { "text": "kit" }, "valueString": "x" }, { "sequence": 7, "category": { "text": "kit" }, "valueString": "x" } ]
            """)));
        await Refused("an update without the Claim that it updates", ["spec-65"], Changed(New(), b => Claim(b)["related"] = JsonNode.Parse(
            """[ { "claim": { "reference": "Claim/no-such-claim" } } ]""")));
        await Refused("another version of the profile", ["conf-1"], Changed(New(), b => b["meta"] = JsonNode.Parse(
            """{ "profile": [ "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-request-bundle|0.0.1" ] }""")));
        var (xml, answer) = await Post("$submit", "<Bundle/>", "application/fhir+xml");
        Add("XML is refused", ["spec-11", "spec-35"], xml is >= 400 and < 500 && answer is OperationOutcome, $"{xml} {answer?.TypeName}");
    }

    // Optional elements may be absent, and what is not known and changes no meaning is ignored. Nothing is stored: the person is not known.
    private async Task Tolerated()
    {
        var unknown = Changed(New(), b =>
        {
            Claim(b)["extension"] = JsonNode.Parse("""[ { "url": "urn:kit:unknown", "valueString": "x" } ]""");
            Claim(b).Remove("supportingInfo");
            foreach (var patient in Resources(b, "Patient"))
                patient["identifier"] = JsonNode.Parse("""[ { "system": "urn:kit", "value": "no-such-person" } ]""");
            foreach (var coverage in Resources(b, "Coverage"))
                coverage.Remove("subscriberId");
        });
        var (status, answer) = await Post("$submit", unknown);
        Add("an unknown extension is ignored, and a person who is not known is an answer", ["conf-5", "conf-12", "conf-14", "spec-25"],
            status == 200 && answer is Bundle { Entry: [{ Resource: ClaimResponse { Outcome: ClaimProcessingCodes.Error } response }, ..] } && response.Error.Count > 0,
            $"{status} {answer?.TypeName}");
    }

    private void Answer(JsonObject request, Bundle answer)
    {
        var faults = PasBundle.FaultsOf(answer, "ClaimResponse");
        Add("the answer begins with the ClaimResponse, each resource once", ["spec-30", "spec-31"], faults.Count == 0, string.Join("; ", faults));
        var differences = PasBundle.DifferencesOf(answer, (Bundle)Read(request.ToJsonString())!);
        Add("what is echoed has its address and its identifiers", ["spec-33"], differences.Count == 0, string.Join("; ", differences));
        var response = answer.Entry[0].Resource as ClaimResponse;
        var sent = Claim(request)["item"]!.AsArray().Select(i => (int)i!["sequence"]!).Order();
        Add("each item has the number that it was sent with", ["spec-34"], response is not null && response.Item.Select(i => i.ItemSequence ?? 0).Order().SequenceEqual(sent),
            string.Join(", ", response?.Item.Select(i => i.ItemSequence) ?? []));
        Add("each item has an action of X12 306", ["conf-6"], response is not null && response.Item.All(HasAction), "an item without");
        Add("a modified item has what was authorized beside it", ["spec-36", "spec-37"], response is not null
            && response.Item.Where(i => Actions(i).Contains("A6")).All(i => response.AddItem.Exists(a => a.ItemSequence.Contains(i.ItemSequence))), "no addItem");
    }

    private async Task Updates(JsonObject request)
    {
        var inquiry = New();
        Claim(inquiry)["identifier"] = Claim(request)["identifier"]!.DeepClone();
        var found = await Inquired(inquiry);
        Add("an inquiry returns every item of the Claim", ["spec-46"], found?.Item.Count == Claim(request)["item"]!.AsArray().Count, $"{found?.Item.Count ?? 0} items");
        var without = New();
        Claim(without)["identifier"] = Claim(request)["identifier"]!.DeepClone();
        foreach (var item in Claim(without)["item"]!.AsArray())
        {
            item!["productOrService"] = JsonNode.Parse(
                """{ "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-applicable" } ] }""");
            item.AsObject().Remove("modifier");
        }

        Add("an inquiry without a service finds the Claim too", ["spec-43"], await Inquired(without) is not null, "nothing");
        Add("the answer names the Claim, or why it cannot", ["spec-44"], found?.Request is { } named && (named.Identifier is not null || named.Reference is not null
            || named.Extension.Count > 0), "neither");
        var stranger = New();
        Claim(stranger)["identifier"]![0]!["value"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        Add("an inquiry for what does not exist is empty", ["spec-53"], await Inquired(stranger) is null, "an answer");

        // Takes everything back.
        var update = New();
        var prior = Entries(request)[0]!.DeepClone();
        Entries(update).Add(prior);
        Claim(update)["status"] = "cancelled";
        Claim(update)["related"] = JsonNode.Parse($$"""
            [ { "claim": { "reference": "{{prior["fullUrl"]}}" },
              "relationship": { "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship", "code": "prior" } ] } } ]
            """);
        var (status, answer) = await Post("$submit", update);
        var cancelled = (answer as Bundle)?.Entry.FirstOrDefault()?.Resource as ClaimResponse;
        Add("an update takes the items back", ["spec-65", "spec-69"], status == 200 && cancelled?.Item.All(i => Actions(i).Contains("C")) == true, $"{status} {answer?.TypeName}");
        var old = await Inquired(inquiry);
        Add("the first number finds the present answer", ["spec-47", "spec-48"], old?.Item.All(i => Actions(i).Contains("C")) == true, "another state");
    }

    private async Task<ClaimResponse?> Inquired(JsonObject inquiry)
    {
        var (_, answer) = await Post("$inquire", inquiry);
        return ((answer as Parameters)?.Parameter.Find(p => p.Resource is Bundle)?.Resource as Bundle)?.Entry.FirstOrDefault()?.Resource as ClaimResponse;
    }

    private async Task Refused(string what, IReadOnlyList<string> statements, JsonObject bundle)
    {
        var (status, answer) = await Post("$submit", bundle);
        Add($"{what} is refused, and the element named", [.. statements, "spec-35", "spec-39"],
            status is >= 400 and < 500 && answer is OperationOutcome outcome && outcome.Issue.Exists(i => i.Expression.Any()), $"{status} {answer?.TypeName}");
    }

    /// <summary>The example with numbers of its own.</summary>
    private JsonObject New()
    {
        var bundle = example.DeepClone().AsObject();
        var (id, claim) = (Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(), Entries(bundle)[0]!);
        bundle["identifier"]!["value"] = id;
        (claim["fullUrl"], claim["resource"]!["id"]) = ($"https://kit.example/fhir/Claim/{id}", id);
        claim["resource"]!["identifier"]![0]!["value"] = id;
        // References by name are resolved against the address of their entry.
        foreach (var entry in Entries(bundle))
            entry!["fullUrl"] = $"https://kit.example/fhir/{entry["resource"]!["resourceType"]}/{entry["resource"]!["id"]}";
        return bundle;
    }

    private static JsonObject Changed(JsonObject bundle, Action<JsonObject> change)
    {
        change(bundle);
        return bundle;
    }

    private static JsonArray Entries(JsonObject bundle) => bundle["entry"]!.AsArray();

    private static JsonObject Claim(JsonObject bundle) => Entries(bundle)[0]!["resource"]!.AsObject();

    private static IEnumerable<JsonObject> Resources(JsonObject bundle, string type) =>
        Entries(bundle).Select(e => e!["resource"]!.AsObject()).Where(r => (string?)r["resourceType"] == type);

    private Task<(int Status, Resource? Answer)> Post(string operation, JsonObject bundle) => Post(operation, bundle.ToJsonString(), MediaType);

    private Task<(int Status, Resource? Answer)> Post(string operation, string body, string type) => Send("Claim/" + operation, body, type);

    private async Task<(int Status, Resource? Answer)> Send(string path, string body, string type)
    {
        using StringContent content = new(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)answer.StatusCode, Read(await answer.Content.ReadAsStringAsync()));
    }

    private static Resource? Read(string json)
    {
        try
        {
            Reader.TryDeserializeResource(json, out var resource, out _);
            return resource;
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool HasAction(ClaimResponse.ItemComponent item) => Actions(item).Any();

    private static IEnumerable<string?> Actions(ClaimResponse.ItemComponent item) => item.Adjudication.SelectMany(a => a.Extension).SelectMany(e => e.Extension)
        .Select(e => e.Value).OfType<CodeableConcept>().SelectMany(c => c.Coding).Where(c => c.System == PasCodes.Action).Select(c => c.Code);

    private void Add(string check, IReadOnlyList<string> statements, bool passed, string found) => Results.Add(new(check, statements, passed, found));
}
