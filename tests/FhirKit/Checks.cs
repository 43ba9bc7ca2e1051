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
/// <param name="http">Calls the deployment as the sender.</param>
/// <param name="other">Calls it as a system that did not send the request; null without one.</param>
/// <param name="x12">Where the deployment takes X12; null without.</param>
/// <param name="hook">Where the deployment sends notifications to the kit; null without a receiver.</param>
/// <param name="samples">What is sent.</param>
/// <param name="earlier">A request that was sent and pended long ago; null without one.</param>
internal sealed class Checks(HttpClient http, HttpClient? other, Uri? x12, Hook? hook, Samples samples, JsonObject? earlier)
{
    private const string MediaType = "application/fhir+json";
    private const string Topic = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic";
    private static readonly FhirJsonSerializer Json = new();
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));

    private readonly List<Resource> answers = [];

    public List<CheckResult> Results { get; } = [];

    public async Task Run()
    {
        await Discovery();
        await Refusals();
        await Subscriptions();
        var subscription = hook is null ? null : await Subscribed(hook);
        var request = samples.New();
        var (status, answer) = await Post("$submit", request);
        Add("a complete request is answered with a Bundle", ["spec-39", "use-1"], status == 200 && answer is Bundle, $"{status} {answer?.TypeName}");
        if (answer is not Bundle bundle)
            return;
        Answer(request, bundle);
        if (x12 is not null)
            await Converted(bundle, x12);
        await Tolerated();
        var (_, again) = await Post("$submit", request);
        Add("the same Bundle gets the same answer", [], again is Bundle repeated && repeated.Id == bundle.Id, "another answer");
        await Refused("the same identifier with other content", [], Changed(request, bundleToChange => Samples.Claim(bundleToChange)["created"] = "2020-01-01"));
        await Inquiries(request);
        await Updates(request);
        await Documents(bundle);
        if (subscription is not null)
            await Notified(hook!, subscription);
        await Questionnaires();
        if (earlier is not null)
            await Earlier(earlier);
        var faults = answers.SelectMany(ProfileJudge.Faults).Distinct().ToList();
        Add("every answer is valid by its profiles", ["spec-23"], faults.Count == 0, string.Join("; ", faults));
    }

    // The answer has the deployment's own day.
    private async Task Earlier(JsonObject request)
    {
        var ended = Samples.Items(request).Select(i => (string?)(i["servicedPeriod"]?["end"] ?? i["servicedDate"])).Max();
        var found = await Inquired(Samples.Again(request));
        if (found is null || (DateOnly.TryParseExact(ended, "yyyy-MM-dd", out var last) && DateOnly.TryParseExact(found.Created?[..10], "yyyy-MM-dd", out var day) && day >= last.AddMonths(6)))
            Add("a request is found six months after the end of its services", ["spec-73"], found?.Item.Count > 0, "nothing");
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
        using var directory = await http.GetAsync(new Uri("Endpoint", UriKind.Relative));
        var endpoints = directory.IsSuccessStatusCode ? (Read(await directory.Content.ReadAsStringAsync()) as Bundle)?.Entry.Select(e => e.Resource).OfType<Endpoint>().ToList() : null;
        // A payer need not list its endpoints; one that does lists one for a version and a coverage.
        if (endpoints is not null)
        {
            Add("one endpoint is listed for each version and coverage", ["conf-2", "spec-5"], endpoints.Count > 0 && endpoints.GroupBy(e => string.Join(' ',
                e.PayloadType.Select(t => t.Text ?? t.Coding.FirstOrDefault()?.Code).Append(e.ManagingOrganization?.Reference))).All(g => g.Count() == 1), $"{endpoints.Count}");
        }

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

        if (other is not null)
        {
            var (status, answer) = await Send(other, "Subscription", Subscription("https://kit.example/hook").ToJsonString(), MediaType);
            Add("a subscription of another system to this organization's answers is refused", ["spec-59", "spec-35"],
                status is >= 400 and < 500 && answer is OperationOutcome, $"{status} {answer?.TypeName}");
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
        var subscription = Subscription("https://kit.example/hook");
        change(subscription);
        var (status, answer) = await Send(http, "Subscription", subscription.ToJsonString(), MediaType);
        Add($"{what} is refused, and the element named", [.. statements, "spec-35"], status is >= 400 and < 500 && answer is OperationOutcome outcome
            && outcome.Issue.Exists(i => i.Expression.Any(e => e?.StartsWith("Subscription.", StringComparison.Ordinal) == true)), $"{status} {answer?.TypeName}");
    }

    private JsonObject Subscription(string endpoint)
    {
        var (system, value) = ((string?)samples.Sender["system"], (string?)samples.Sender["value"]);
        return JsonNode.Parse($$"""
            {
              "resourceType": "Subscription", "status": "requested", "reason": "kit", "criteria": "{{Topic}}",
              "meta": { "profile": [ "{{PasCodes.Profiles}}profile-subscription" ] },
              "_criteria": { "extension": [{ "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria",
                "valueString": "org-identifier={{(system == PasCodes.Npi ? value : $"{system}|{value}")}}" }] },
              "channel": { "type": "rest-hook", "endpoint": "{{endpoint}}", "payload": "application/fhir+json",
                "_payload": { "extension": [{ "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content",
                  "valueCode": "full-resource" }] } }
            }
            """)!.AsObject();
    }

    // Null when the deployment did not take it.
    private async Task<string?> Subscribed(Hook receiver)
    {
        var (status, answer) = await Send(http, "Subscription", Subscription(receiver.Address).ToJsonString(), MediaType);
        var handshake = answer is Subscription ? await receiver.Next(IsOf("handshake")) : null;
        Add("a subscription is taken, and a handshake sent", ["spec-54", "spec-56", "spec-57", "spec-58"], handshake is not null,
            answer is Subscription ? "no handshake" : $"{status} {answer?.TypeName}");
        return handshake is null ? null : answer!.Id;
    }

    private async Task Notified(Hook receiver, string subscription)
    {
        var sent = await receiver.Next(IsOf("event-notification"));
        Add("a changed answer is sent to its subscriber", ["spec-51", "spec-60"], sent is not null, "nothing came");
        var inner = sent?.Entry.Select(e => e.Resource).OfType<Bundle>().FirstOrDefault();
        Add("a notification has the whole response Bundle", ["spec-61"], inner is not null && PasBundle.FaultsOf(inner, "ClaimResponse").Count == 0,
            inner is null ? "no Bundle" : string.Join("; ", PasBundle.FaultsOf(inner, "ClaimResponse")));
        using var gone = await http.DeleteAsync(new Uri($"Subscription/{subscription}", UriKind.Relative));
        Add("a subscription is removed", [], gone.IsSuccessStatusCode, $"{(int)gone.StatusCode}");
    }

    private static Func<Bundle, bool> IsOf(string type) => bundle => bundle.Entry.FirstOrDefault()?.Resource is Parameters status
        && status.Parameter.Exists(p => p.Name == "type" && p.Value is Code { Value: var found } && found == type);

    private async Task Refusals()
    {
        await Refused("a Bundle whose first entry is no Claim", ["spec-12"], Changed(samples.New(), b =>
        {
            var first = Samples.Entries(b)[0]!.DeepClone();
            Samples.Entries(b).RemoveAt(0);
            Samples.Entries(b).Add(first);
        }));
        await Refused("a reference that leads to no entry", ["spec-13"], Changed(samples.New(), b => Samples.Claim(b)["patient"]!["reference"] = "Patient/no-such-patient"));
        await Refused("a resource that stands twice", ["spec-14"], Changed(samples.New(), b => Samples.Entries(b).Add(Samples.Entries(b)[1]!.DeepClone())));
        await Refused("a fullUrl that disagrees with the id", ["spec-16"], Changed(samples.New(), b => Samples.Entries(b)[1]!["fullUrl"] = "https://kit.example/fhir/Basic/other"));
        await Refused("a second Claim", ["spec-12"], Changed(samples.New(), b =>
        {
            var other = Samples.Entries(b)[0]!.DeepClone();
            (other["fullUrl"], other["resource"]!["id"]) = ("https://kit.example/fhir/Claim/other", "other");
            Samples.Entries(b).Add(other);
        }));
        await Refused("two entries of supportingInfo with one number", ["spec-22"], Changed(samples.New(), b => Samples.Claim(b)["supportingInfo"] = JsonNode.Parse("""
            [ { "sequence": 7, "category": { "text": "kit" }, "valueString": "x" }, { "sequence": 7, "category": { "text": "kit" }, "valueString": "x" } ]
            """)));
        await Refused("an update without the Claim that it updates", ["spec-65", "prof-4"], Changed(samples.New(), b => Samples.Claim(b)["related"] = JsonNode.Parse(
            """[ { "claim": { "reference": "Claim/no-such-claim" } } ]""")));
        await Refused("another version of the profile", ["conf-1"], Changed(samples.New(), b => b["meta"] = JsonNode.Parse(
            """{ "profile": [ "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-pas-request-bundle|0.0.1" ] }""")));
        await Refused("a resource in support that names one that is not there", ["spec-18", "spec-67"], Changed(samples.Everything(), b =>
            Samples.Resources(b, "Condition").First()["recorder"] = JsonNode.Parse("""{ "reference": "Practitioner/no-such-practitioner" }""")));
        await Refused("a document that the Claim does not name", ["spec-20"], Changed(samples.New(), b => Samples.Entries(b).Add(JsonNode.Parse(
            """{ "fullUrl": "https://kit.example/fhir/DocumentReference/kit", "resource": { "resourceType": "DocumentReference", "id": "kit", "status": "current", "content": [ { "attachment": { "url": "https://kit.example/1" } } ] } }"""))));
        await Refused("a timing without times", ["prof-1"], Changed(samples.Everything(), b => Samples.Resources(b, "ServiceRequest").First()["occurrenceTiming"] = JsonNode.Parse(
            """{ "repeat": { "frequency": 2 } }""")));
        await Refused("a quantity without a value", ["prof-2"], Changed(samples.New(), b => Samples.Items(b).First()["quantity"] = JsonNode.Parse("""{ "unit": "unit" }""")));
        await Refused("a quantity in units of another list than X12", ["prof-3"], Changed(samples.New(), b => Samples.Items(b).First()["quantity"] = JsonNode.Parse(
            """{ "value": 1, "system": "http://unitsofmeasure.org", "code": "h" }""")));
        var (xml, answer) = await Post("$submit", "<Bundle/>", "application/fhir+xml");
        Add("XML is refused", ["spec-11", "spec-35"], xml is >= 400 and < 500 && answer is OperationOutcome, $"{xml} {answer?.TypeName}");
    }

    // Optional elements may be absent, all of them may be there, and what is not known and changes no meaning is ignored. Nothing is stored: the person is not known.
    private async Task Tolerated()
    {
        var sparse = Changed(Samples.Stranger(samples.WithoutDocuments()), b => Samples.Claim(b)["extension"] = JsonNode.Parse(
            """[ { "url": "urn:kit:unknown", "valueString": "x" } ]"""));
        var (status, answer) = await Post("$submit", sparse);
        Add("an unknown extension is ignored, and a person who is not known is an answer", ["conf-5", "conf-12", "conf-14", "spec-25"], IsRejection(status, answer), $"{status} {Text(answer)}");
        (status, answer) = await Post("$submit", samples.Everything());
        Add("a Claim with every must-support element, US Core resources in support and a ZIP+4 with its dash is processed",
            ["conf-4", "spec-1", "prof-ben-1", "prof-sub-1"], IsRejection(status, answer), $"{status} {Text(answer)}");
        (status, answer) = await Post("$inquire", samples.EverythingInquired());
        Add("an inquiry with every must-support element is processed", ["conf-4"], status == 200 && answer is Parameters, $"{status} {Text(answer)}");
    }

    // What came by FHIR is inquired by 278, and the answer has the same action.
    private async Task Converted(Bundle bundle, Uri address)
    {
        var item = (bundle.Entry[0].Resource as ClaimResponse)?.Item.FirstOrDefault();
        var number = (item?.GetExtension(PasCodes.Extension("administrationReferenceNumber"))?.Value as FhirString)?.Value;
        var action = item is null ? null : Actions(item).FirstOrDefault();
        using ByteArrayContent file = new(Encoding.Latin1.GetBytes(samples.Review(number ?? "")));
        file.Headers.ContentType = new("application/edi-x12");
        using var answer = await http.PostAsync(address, file);
        var text = await answer.Content.ReadAsStringAsync();
        // The ISA has the separators of the file.
        var found = text.Length < 106 ? [] : text.Split(text[105]).Select(segment => segment.Trim().Split(text[3])).Where(s => s is ["HCR", _, ..]).Select(s => s[1]).ToList();
        Add("a request that came by FHIR is inquired by X12 278, with the same action", ["use-2"], action is not null && found.Contains(action),
            $"{(int)answer.StatusCode}: {string.Join(' ', found)}, by FHIR {action}");
    }

    private static bool IsRejection(int status, Resource? answer) => status == 200
        && answer is Bundle { Entry: [{ Resource: ClaimResponse { Outcome: ClaimProcessingCodes.Error } response }, ..] } && response.Error.Count > 0;

    private static string Text(Resource? answer) => answer is OperationOutcome outcome
        ? string.Join("; ", outcome.Issue.Select(i => $"{string.Join(' ', i.Expression)} {i.Details?.Text}")) : answer?.TypeName ?? "";

    private void Answer(JsonObject request, Bundle answer)
    {
        var faults = PasBundle.FaultsOf(answer, "ClaimResponse");
        Add("the answer begins with the ClaimResponse, each resource once", ["spec-30", "spec-31"], faults.Count == 0, string.Join("; ", faults));
        var differences = PasBundle.DifferencesOf(answer, (Bundle)Read(request.ToJsonString())!);
        Add("what is echoed has its address and its identifiers", ["spec-33"], differences.Count == 0, string.Join("; ", differences));
        var response = answer.Entry[0].Resource as ClaimResponse;
        var sent = Samples.Items(request).Select(i => (int)i["sequence"]!).Order();
        Add("each item has the number that it was sent with", ["spec-34"], response is not null && response.Item.Select(i => i.ItemSequence ?? 0).Order().SequenceEqual(sent),
            string.Join(", ", response?.Item.Select(i => i.ItemSequence) ?? []));
        Add("each item has an action of X12 306", ["conf-6"], response is not null && response.Item.All(HasAction), "an item without");
        var foreign = Extensions(answer).Where(url => !url.StartsWith("http://hl7.org/fhir/", StringComparison.Ordinal)
            && url.Contains(':', StringComparison.Ordinal)).Distinct().ToList();
        Add("an answer has extensions of HL7 only", ["conf-15"], foreign.Count == 0, string.Join(", ", foreign));
        Add("a modified item has what was authorized beside it", ["spec-36", "spec-37"], response is not null
            && response.Item.Where(i => Actions(i).Contains("A6")).All(i => response.AddItem.Exists(a => a.ItemSequence.Contains(i.ItemSequence))), "no addItem");
    }

    private async Task Inquiries(JsonObject request)
    {
        var found = await Inquired(Inquiry(request));
        Add("an inquiry returns every item of the Claim", ["spec-46"], found?.Item.Count == Samples.Items(request).Count(), $"{found?.Item.Count ?? 0} items");
        var without = Inquiry(request);
        foreach (var item in Samples.Items(without))
        {
            item["productOrService"] = JsonNode.Parse(
                """{ "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-applicable" } ] }""");
            item.Remove("modifier");
        }

        Add("an inquiry without a service finds the Claim too", ["spec-43"], await Inquired(without) is not null, "nothing");
        Add("the answer names the Claim, or why it cannot", ["spec-44"], found?.Request is { } named && (named.Identifier is not null || named.Reference is not null
            || named.Extension.Count > 0), "neither");
        var stranger = samples.New();
        Add("an inquiry for what does not exist is empty", ["spec-53"], await Inquired(stranger) is null, "an answer");
        if (other is not null)
            Add("a system that did not send the request finds it too", ["spec-52"], await Inquired(Inquiry(request), other) is not null, "nothing");
    }

    private JsonObject Inquiry(JsonObject request)
    {
        var inquiry = samples.New();
        Samples.Claim(inquiry)["identifier"] = Samples.Claim(request)["identifier"]!.DeepClone();
        return inquiry;
    }

    // Takes the documents away, sends them again as new ones, and takes everything back.
    private async Task Updates(JsonObject request)
    {
        var last = request;
        if (Samples.Infos(request).Any())
        {
            var fewer = Samples.Update(request);
            foreach (var info in Samples.Infos(fewer))
                Samples.Mark(info, "changed", isCancelled: true);
            last = await Updated("an update takes supporting information away, and it no longer counts", ["prof-8", "prof-9", "spec-71"], fewer, "A4");
            var more = Samples.Update(last);
            var number = Samples.Infos(more).Max(i => (int)i["sequence"]!);
            foreach (var info in Samples.Infos(request).Select(i => i.DeepClone().AsObject()).ToList())
            {
                info["sequence"] = ++number;
                Samples.Mark(info, "added");
                Samples.Claim(more)["supportingInfo"]!.AsArray().Add(info);
            }

            last = await Updated("an update adds supporting information, and names all that was sent before", ["prof-6", "prof-10", "spec-68", "spec-72"], more, null);
        }

        var back = Samples.Update(last);
        foreach (var item in Samples.Items(back))
            Samples.Cancel(item);
        await Updated("an update takes the items back", ["prof-5", "prof-7", "spec-65", "spec-68", "spec-69", "spec-70"], back, "C");
        var old = await Inquired(Inquiry(request));
        Add("the first number finds the present answer", ["spec-47", "spec-48"], old?.Item.All(i => Actions(i).Contains("C")) == true, "another state");
    }

    private async Task<JsonObject> Updated(string what, IReadOnlyList<string> statements, JsonObject update, string? action)
    {
        var (status, answer) = await Post("$submit", update);
        var response = (answer as Bundle)?.Entry.FirstOrDefault()?.Resource as ClaimResponse;
        Add(what, statements, status == 200 && response?.Item.Count > 0 && (action is null || response.Item.All(i => Actions(i).Contains(action))), $"{status} {Text(answer)}");
        return update;
    }

    // A request without its documents gets Tasks that ask for them, one for each kind of code; then each is sent.
    private async Task Documents(Bundle earlier)
    {
        var request = samples.WithoutDocuments();
        var (status, answer) = await Post("$submit", request);
        if (answer is not Bundle bundle)
        {
            Add("a request without its documents is answered", [], false, $"{status} {Text(answer)}");
            return;
        }

        var own = Own(bundle, request);
        Add("two answers share no resource but what both echo", ["spec-17"], !own.Intersect(Own(earlier, request)).Any(), "a fullUrl of both");
        var tasks = bundle.Entry.Select(e => e.Resource).OfType<Hl7.Fhir.Model.Task>().ToList();
        Add("additional information is requested by Tasks of PAS", ["ainfo-4"], tasks.Count > 0 && tasks.TrueForAll(IsTask), tasks.Count == 0 ? "no Task" : "a Task that lacks an element");
        Add("a Task has codes of one kind", ["ainfo-7"], tasks.Count > 0 && tasks.TrueForAll(task => Needed(task).Select(c => c.Coding[0].System).Distinct().Count() == 1
            && Needed(task).Any(HasQuestions) == IsQuestionnaire(task)), "several kinds in one");
        foreach (var task in tasks)
            await Attach(task);
        await Updated("a request for which documents came is taken back", [], Changed(Samples.Update(request), b => Samples.Items(b).ToList().ForEach(Samples.Cancel)), "C");
    }

    // A request whose documents do not show what they contain: a deployment may ask for that by questionnaire.
    private async Task Questionnaires()
    {
        var request = samples.WithoutContents();
        var (status, answer) = await Post("$submit", request);
        var answered = ((answer as Bundle)?.Entry.Select(e => e.Resource) ?? []).ToList();
        if (answered.OfType<Hl7.Fhir.Model.Task>().FirstOrDefault(IsQuestionnaire) is { } task)
        {
            var context = (task.Input.Find(i => Is(i.Type, "questionnaire-context"))?.Value as FhirString)?.Value ?? "";
            Add("a Task that asks by questionnaire has its context, and no other code", ["ainfo-6", "ainfo-7"],
                context.Length > 0 && Needed(task).All(HasQuestions), "no context, or another code");
            var numbers = answered.OfType<CommunicationRequest>().Where(c => c.Payload.Exists(p => p.Content is FhirString { Value: PasCodes.ByQuestionnaire }))
                .SelectMany(c => c.Identifier).Select(i => i.Value).ToList();
            Parameters package = new() { Parameter = [new() { Name = "coverage", Resource = samples.Coverage() }, new() { Name = "context", Value = new FhirString(context) }] };
            var (found, questions) = await Send(http, "Questionnaire/$questionnaire-package", Json.SerializeToString(package), MediaType);
            Add("the number beside LOINC 102089-0 is the context, and the context gets the questionnaire", ["ainfo-3"],
                numbers.Contains(context) && PackageOf(questions)?.Item.Count > 0, $"{string.Join(' ', numbers)} {found} {Text(questions)}");
            if (PackageOf(questions) is { } questionnaire)
                await Answer(task, questionnaire);
        }

        await Updated("a request whose documents show nothing is taken back", [], Changed(Samples.Update(request), b => Samples.Items(b).ToList().ForEach(Samples.Cancel)), "C");
    }

    private static Questionnaire? PackageOf(Resource? answer) => (answer as Parameters)?.Parameter.Select(p => p.Resource).OfType<Bundle>()
        .SelectMany(b => b.Entry).Select(e => e.Resource).OfType<Questionnaire>().FirstOrDefault();

    private async Task Answer(Hl7.Fhir.Model.Task task, Questionnaire questionnaire)
    {
        var address = (task.Input.Find(i => Is(i.Type, "payer-url"))?.Value as FhirUrl)?.Value ?? "";
        var (status, answer) = await Send(http, address, Json.SerializeToString(samples.Answers(task.Identifier[0], questionnaire)), MediaType);
        Add("the answers to the questionnaire are taken where the Task says", ["ainfo-4"], status == 200, $"{status} {Text(answer)}");
    }

    private static bool HasQuestions(CodeableConcept code) => code.In(PasCodes.Loinc) == PasCodes.ByQuestionnaire;

    private async Task Attach(Hl7.Fhir.Model.Task task)
    {
        var address = (task.Input.Find(i => Is(i.Type, "payer-url"))?.Value as FhirUrl)?.Value ?? "";
        var tracking = JsonNode.Parse($$"""{ "system": "{{task.Identifier[0].System}}", "value": "{{task.Identifier[0].Value}}" }""")!.AsObject();
        List<JsonNode> codes = [.. Needed(task).Select(c => JsonNode.Parse(new FhirJsonSerializer().SerializeToString(new Parameters { Parameter = [new() { Name = "x", Value = c }] }))!["parameter"]![0]!["valueCodeableConcept"]!)];
        var stranger = samples.Attachments(tracking, codes);
        stranger["parameter"]![0]!["valueIdentifier"]!["value"] = "no-such-number";
        var (refused, why) = await Send(http, address, stranger.ToJsonString(), MediaType);
        Add("documents for a number that no one gave are refused", ["spec-35"], refused is >= 400 and < 500 && why is OperationOutcome, $"{refused} {Text(why)}");
        var (status, answer) = await Send(http, address, samples.Attachments(tracking, codes).ToJsonString(), MediaType);
        Add("the documents that a Task asks for are taken where it says", ["ainfo-4"], status == 200, $"{status} {Text(answer)}");
    }

    private static bool IsTask(Hl7.Fhir.Model.Task task) => task is
    {
        Identifier.Count: > 0, Intent: Hl7.Fhir.Model.Task.TaskIntent.Order, For: not null, ReasonReference: not null,
        Requester.Identifier: not null, Owner.Identifier: not null
    } && Is(task.ReasonCode, "priorAuthorization")
        && task.Input.Exists(i => Is(i.Type, "payer-url") && i.Value is FhirUrl) && (Needed(task).Any() || IsQuestionnaire(task));

    private static bool IsQuestionnaire(Hl7.Fhir.Model.Task task) => Is(task.Code, "attachment-request-questionnaire");

    private static IEnumerable<CodeableConcept> Needed(Hl7.Fhir.Model.Task task) =>
        task.Input.Where(i => Is(i.Type, "attachments-needed")).Select(i => i.Value).OfType<CodeableConcept>();

    private static bool Is(CodeableConcept? concept, string code) => concept.In(PasCodes.Temporary) == code;

    private static IEnumerable<string?> Own(Bundle answer, JsonObject request)
    {
        var sent = Samples.Entries(request).Select(e => (string?)e!["fullUrl"]).ToHashSet();
        return answer.Entry.Select(e => e.FullUrl).Where(address => !sent.Contains(address) && address?.StartsWith("urn:uuid:", StringComparison.Ordinal) == true);
    }

    private static IEnumerable<string> Extensions(Base element) => element.EnumerateElements().SelectMany(pair => pair.Value switch
    {
        Extension extension => [extension.Url ?? "", .. Extensions(extension)],
        Base one => Extensions(one),
        System.Collections.IEnumerable many and not string => many.OfType<Base>().SelectMany(each => each is Extension e ? [e.Url ?? "", .. Extensions(e)] : Extensions(each)),
        _ => Enumerable.Empty<string>(),
    });

    private async Task<ClaimResponse?> Inquired(JsonObject inquiry, HttpClient? by = null)
    {
        var (_, answer) = await Send(by ?? http, "Claim/$inquire", inquiry.ToJsonString(), MediaType);
        var bundle = (answer as Parameters)?.Parameter.Find(p => p.Resource is Bundle)?.Resource as Bundle;
        if (bundle is not null)
            answers.Add(bundle);
        return bundle?.Entry.FirstOrDefault()?.Resource as ClaimResponse;
    }

    private async Task Refused(string what, IReadOnlyList<string> statements, JsonObject bundle)
    {
        var (status, answer) = await Post("$submit", bundle);
        Add($"{what} is refused, and the element named", [.. statements, "spec-35", "spec-39"],
            status is >= 400 and < 500 && answer is OperationOutcome outcome && outcome.Issue.Exists(i => i.Expression.Any()), $"{status} {answer?.TypeName}");
    }

    private static JsonObject Changed(JsonObject bundle, Action<JsonObject> change)
    {
        change(bundle);
        return bundle;
    }

    private Task<(int Status, Resource? Answer)> Post(string operation, JsonObject bundle) => Post(operation, bundle.ToJsonString(), MediaType);

    private async Task<(int Status, Resource? Answer)> Post(string operation, string body, string type)
    {
        var (status, answer) = await Send(http, "Claim/" + operation, body, type);
        if (answer is Bundle or OperationOutcome)
            answers.Add(answer);
        return (status, answer);
    }

    private static async Task<(int Status, Resource? Answer)> Send(HttpClient http, string path, string body, string type)
    {
        using StringContent content = new(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var answer = await http.PostAsync(new Uri(path, UriKind.RelativeOrAbsolute), content);
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
