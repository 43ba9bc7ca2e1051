using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Eligibility.Fhir.Subscriptions;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>An agency is notified when the answer to its request changes, and no one else is.</summary>
[Collection("eligibility")]
public sealed class SubscriptionTests(EligibilityService service)
{
    private const string All = "system/Subscription.cruds";

    [Fact]
    public async Task After_the_handshake_a_changed_answer_comes_whole_once_and_with_a_number()
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        sent["channel"]!["header"] = new JsonArray("Authorization: Bearer of-the-agency", "X-Agency: one");
        var (status, made, etag) = await Send(one, HttpMethod.Post, "", sent);
        Assert.Equal((201, Hl7.Fhir.Model.Subscription.SubscriptionStatus.Requested), (status, ((Subscription)made!).Status));
        var id = made.Id!;
        await Round();
        var (headers, handshake) = Assert.Single(receiver.Take());
        Assert.Equal(("Bearer of-the-agency", "one", "application/fhir+json"), (headers.Authorization.ToString(), headers["X-Agency"].ToString(), headers.ContentType.ToString()));
        Assert.Equal($"history handshake requested 0 {id} 1", Shown(handshake));
        Assert.Equal(Hl7.Fhir.Model.Subscription.SubscriptionStatus.Active, (await Get(one, id)).Status);

        // Its own request was answered at once; what the payer decides later is news.
        var request = PasRequest.Of(service, one);
        await request.Submitted();
        await Round();
        Assert.Empty(receiver.Take());
        var authorization = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single();
        var before = await Reads(one);
        await one.Approve(authorization);
        await Round();
        var (_, notification) = Assert.Single(receiver.Take());
        Assert.Equal($"history event-notification active 1 {id} 2", Shown(notification));
        var answer = (Bundle)notification.Entry[1].Resource!;
        Assert.Equal("1 A1", PasRequest.Actions(PasRequest.Response(answer)));
        Assert.Equal(request.ClaimNumber, Assert.Single(PasRequest.Response(answer).Identifier).Value);
        Assert.Equal(((string)request.Json["identifier"]!["value"]!, (string)request.Entries[0]!["fullUrl"]!),
            (answer.Identifier!.Value, PasRequest.Response(answer).Request!.Reference));
        ProfileTests.Valid(answer);
        var happened = ((Parameters)notification.Entry[0].Resource!).Parameter.Single(p => p.Name == "notification-event").Part;
        Assert.Equal("1", ((FhirString)happened.Single(p => p.Name == "event-number").Value!).Value);
        Assert.Equal(notification.Entry[1].FullUrl, ((ResourceReference)happened.Single(p => p.Name == "focus").Value!).Reference);
        Assert.Equal(before + 1, await Reads(one));
        await Round();
        Assert.Empty(receiver.Take());

        // The same after an inquiry: the state that it shows is the one that came.
        var (_, found) = await request.Inquiry().Inquire();
        var inquired = (Bundle)((Parameters)PasRequest.Read(found)).Parameter.Single(p => p.Name == "return").Resource!;
        Assert.Equal(PasRequest.Actions(PasRequest.Response(inquired)), PasRequest.Actions(PasRequest.Response(answer)));
        var (ok, state, _) = await Send(one, HttpMethod.Get, $"/{id}/$status");
        Assert.Equal((200, "query-status active 1"), (ok, Shown((Parameters)((Bundle)state!).Entry.Single().Resource!)));
        await Send(one, HttpMethod.Delete, $"/{id}");
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_everything_later_under_the_same_number_and_one_that_stays_away_is_in_error()
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var id = (await Send(one, HttpMethod.Post, "", Subscription(one, receiver))).Resource!.Id!;
        await Round();
        receiver.Take();
        await PasRequest.Of(service, one).Submitted();
        var authorization = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single();
        await one.Approve(authorization);
        receiver.Status = 500;
        await Round();
        await Round();
        // The second attempt is not due.
        Assert.Equal(1, Number(Assert.Single(receiver.Take()).Notification));
        service.Clock.Advance(TimeSpan.FromSeconds(6));
        await Round();
        Assert.Equal(1, Number(Assert.Single(receiver.Take()).Notification));
        Assert.Equal(Hl7.Fhir.Model.Subscription.SubscriptionStatus.Active, (await Get(one, id)).Status);
        service.Clock.Advance(TimeSpan.FromDays(2));
        await Round();
        receiver.Take();
        var failed = await Get(one, id);
        Assert.Equal((Hl7.Fhir.Model.Subscription.SubscriptionStatus.Error, "not_acknowledged"), (failed.Status, failed.Error));
        service.Clock.Advance(TimeSpan.FromDays(1));
        await Round();
        Assert.Empty(receiver.Take());

        receiver.Status = 204;
        var again = Subscription(one, receiver);
        again["id"] = id;
        Assert.Equal(200, (await Send(one, HttpMethod.Put, $"/{id}", again)).Status);
        await Round();
        await Round();
        Assert.Equal(["handshake", "event-notification"], receiver.Take().Select(m => Type(m.Notification)));

        // Gone is for good, at once.
        receiver.Status = 410;
        await End(one, authorization);
        await Round();
        Assert.Equal("gone", (await Get(one, id)).Error);
        await Send(one, HttpMethod.Delete, $"/{id}");
    }

    [Fact]
    public async Task What_happens_while_it_is_off_is_not_sent_and_a_removed_one_is_not_found()
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        var (_, made, etag) = await Send(one, HttpMethod.Post, "", sent);
        await Round();
        await PasRequest.Of(service, one).Submitted();
        (sent["id"], sent["status"]) = (made!.Id, "off");
        Assert.Equal(412, (await Send(one, HttpMethod.Put, $"/{made.Id}", sent, ifMatch: "W/\"7\"")).Status);
        var (status, off, _) = await Send(one, HttpMethod.Put, $"/{made.Id}", sent, ifMatch: etag);
        Assert.Equal((200, Hl7.Fhir.Model.Subscription.SubscriptionStatus.Off), (status, ((Subscription)off!).Status));
        receiver.Take();
        await one.Approve((await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single());
        await Round();
        Assert.Empty(receiver.Take());
        sent["status"] = "requested";
        Assert.Equal(200, (await Send(one, HttpMethod.Put, $"/{made.Id}", sent)).Status);
        await Round();
        await Round();
        Assert.Equal(["handshake"], receiver.Take().Select(m => Type(m.Notification)));
        Assert.Equal(204, (await Send(one, HttpMethod.Delete, $"/{made.Id}")).Status);
        Assert.Equal(204, (await Send(one, HttpMethod.Delete, $"/{made.Id}")).Status);
        Assert.Equal(404, (await Send(one, HttpMethod.Get, $"/{made.Id}")).Status);
        Assert.Equal(404, (await Send(one, HttpMethod.Put, $"/{made.Id}", sent)).Status);
        Assert.Equal(404, (await Send(one, HttpMethod.Get, $"/{made.Id}/$status")).Status);
    }

    [Fact]
    public async Task Who_wants_ids_only_gets_the_address_of_the_answer_and_reads_there_what_a_whole_notification_brings()
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        sent["meta"] = JsonNode.Parse("""{ "profile": [ "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription" ] }""");
        sent["channel"]!["_payload"]!["extension"]![0]!["valueCode"] = "id-only";
        var (status, made, _) = await Send(one, HttpMethod.Post, "", sent);
        Assert.Equal((201, "id-only"), (status, ((Code)((Subscription)made!).Channel!.PayloadElement!.Extension.Single().Value!).Value));
        var id = made.Id!;
        // As it is shown it can be sent again.
        Assert.Equal(200, (await Send(one, HttpMethod.Post, "", sent)).Status);
        await Round();
        Assert.Equal($"history handshake requested 0 {id} 1", Shown(Assert.Single(receiver.Take()).Notification));
        var request = PasRequest.Of(service, one);
        await request.Submitted();
        var before = await Reads(one);
        await one.Approve((await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single());
        await Round();
        var (_, notification) = Assert.Single(receiver.Take());
        Assert.Equal($"history event-notification active 1 {id} 1", Shown(notification));
        var text = new FhirJsonSerializer().SerializeToString(notification);
        Assert.All([request.ClaimNumber, one.Identifier, "Quill", "A1"], known => Assert.DoesNotContain(known, text, StringComparison.Ordinal));
        Assert.Equal(before, await Reads(one));

        var address = ((ResourceReference)((Parameters)notification.Entry[0].Resource!).Parameter.Single(p => p.Name == "notification-event").Part
            .Single(p => p.Name == "focus").Value!).Reference!;
        var (found, answer) = await Read(address, TestIssuer.Token(Roles.Provider, one.Provider, scope: PasRequest.Both));
        Assert.Equal((200, "1 A1"), (found, PasRequest.Actions(PasRequest.Response((Bundle)answer))));
        Assert.Equal(request.ClaimNumber, Assert.Single(PasRequest.Response((Bundle)answer).Identifier).Value);
        ProfileTests.Valid((Bundle)answer);
        Assert.Equal(before + 1, await service.Scalar($"select count(*) from ips_who_saw('{one.Name["individuals/".Length..]}'::uuid) w where w::text like '%Bundle%' or w::text like '%Subscription/%'"));

        // No one else reads it, and an address that leads nowhere is as unknown.
        Assert.Equal(404, (await Read(address, TestIssuer.Token(Roles.Provider, "agency-foreign", scope: PasRequest.Both))).Status);
        Assert.Equal(404, (await Read(address[..^36] + Guid.NewGuid(), TestIssuer.Token(Roles.Provider, one.Provider, scope: PasRequest.Both))).Status);
        Assert.Equal(403, (await Read(address, TestIssuer.Token(Roles.Provider, one.Provider, scope: All))).Status);
        Assert.Equal(403, (await Read(address, TestIssuer.Token(Roles.Mco, one.Payer, scope: PasRequest.Both))).Status);
        await Send(one, HttpMethod.Delete, $"/{id}");

        async Task<(int Status, Resource Answer)> Read(string at, string token)
        {
            using HttpClient http = new();
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var answer = await http.GetAsync(new Uri(at));
            return ((int)answer.StatusCode, PasRequest.Read(await answer.Content.ReadAsStringAsync()));
        }
    }

    [Theory]
    [InlineData("org-identifier", true)]
    [InlineData("orgIdentifier", true)]
    [InlineData("identifier", false)]
    public async Task The_filter_has_the_name_of_the_text_or_that_of_the_topic(string name, bool taken)
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        sent["_criteria"]!["extension"]![0]!["valueString"] = $"{name}=urn:ips-platform:organizations|{one.Provider}";
        var (status, body, _) = await Send(one, HttpMethod.Post, "", sent);
        Assert.Equal(taken ? 201 : 422, status);
        if (body is Subscription made)
            await Send(one, HttpMethod.Delete, $"/{made.Id}");
    }

    [Fact]
    public async Task At_its_end_it_is_off()
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        sent["end"] = service.Clock.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var id = (await Send(one, HttpMethod.Post, "", sent)).Resource!.Id!;
        await Round();
        Assert.Single(receiver.Take());
        service.Clock.Advance(TimeSpan.FromHours(1));
        await Round();
        Assert.Equal(Hl7.Fhir.Model.Subscription.SubscriptionStatus.Off, (await Get(one, id)).Status);
        await Send(one, HttpMethod.Delete, $"/{id}");
    }

    [Fact]
    public async Task The_same_subscription_is_made_once_also_at_the_same_time()
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Send(one, HttpMethod.Post, "", sent)));
        Assert.Equal([200, 200, 200, 201], made.Select(m => m.Status).Order());
        var id = Assert.Single(made.Select(m => m.Resource!.Id).Distinct());
        sent["reason"] = "Another";
        var (status, body, _) = await Send(one, HttpMethod.Post, "", sent);
        Assert.Equal((409, "conflict Subscription.channel.endpoint"), (status, Faults(body)));
        var (_, list, _) = await Send(one, HttpMethod.Get, "");
        Assert.Equal(id, Assert.Single(((Bundle)list!).Entry).Resource!.Id);
        await Send(one, HttpMethod.Delete, $"/{id}");
    }

    [Fact]
    public async Task Only_its_agency_has_it()
    {
        var (one, other) = (await PersonBuilder.Register(service), await PersonBuilder.Register(service));
        await using var receiver = await Receiver.Start();
        var id = (await Send(one, HttpMethod.Post, "", Subscription(one, receiver))).Resource!.Id!;
        var foreign = Subscription(one, receiver);
        foreign["id"] = id;
        var stranger = TestIssuer.Token(Roles.Provider, "agency-foreign", scope: All);
        Assert.Equal(404, (await Send(stranger, HttpMethod.Get, $"/{id}")).Status);
        Assert.Equal(404, (await Send(stranger, HttpMethod.Get, $"/{id}/$status")).Status);
        Assert.Equal(204, (await Send(stranger, HttpMethod.Delete, $"/{id}")).Status);
        Assert.Empty(((Bundle)(await Send(stranger, HttpMethod.Get, "")).Resource!).Entry);
        var (status, body, _) = await Send(stranger, HttpMethod.Put, $"/{id}", foreign);
        Assert.Equal((403, "forbidden Subscription.criteria.extension[0]"), (status, Faults(body)));
        foreach (var token in new[]
        {
            TestIssuer.Token(Roles.Mco, one.Payer, scope: All), TestIssuer.Token(Roles.State, "nc-dhhs", scope: All),
            TestIssuer.Token(Roles.Provider, one.Provider, scope: PasRequest.Both), TestIssuer.Token(Roles.Provider, one.Provider, scope: "system/Subscription.r"),
        })
            Assert.Equal(403, (await Send(token, HttpMethod.Post, "", Subscription(one, receiver))).Status);
        Assert.Equal(id, (await Get(one, id)).Id);

        // What happens to another agency's people does not reach it.
        await Round();
        receiver.Take();
        await PasRequest.Of(service, other).Submitted();
        await other.Approve((await other.Authorizations.ListAuthorizationsAsync(new() { Individual = other.Name }, other.AsProvider)).Authorizations.Single());
        await Round();
        Assert.Empty(receiver.Take());
        await Send(one, HttpMethod.Delete, $"/{id}");
    }

    [Theory]
    [InlineData("status", "\"active\"", "value Subscription.status")]
    [InlineData("criteria", "\"Claim?status=active\"", "value Subscription.criteria")]
    [InlineData("_criteria", "null", "value Subscription.criteria.extension[0]")]
    [InlineData("channel/type", "\"websocket\"", "value Subscription.channel.type")]
    [InlineData("channel/payload", "\"text/plain\"", "value Subscription.channel.payload")]
    [InlineData("channel/_payload/extension/0/valueCode", "\"id-only\"", "value Subscription.channel.payload.extension[0]")]
    [InlineData("channel/endpoint", "null", "required Subscription.channel.endpoint")]
    [InlineData("channel/endpoint", "\"https://10.0.0.1/hook\"", "value Subscription.channel.endpoint")]
    [InlineData("channel/endpoint", "\"ftp://localhost/hook\"", "value Subscription.channel.endpoint")]
    [InlineData("channel/header", "[ \"no colon\" ]", "value Subscription.channel.header[0]")]
    [InlineData("channel/header", "[ \"X: fine\", \"Host: other.example\" ]", "value Subscription.channel.header[1]")]
    [InlineData("channel/header", "[ \"X: a\\r\\nY: b\" ]", "value Subscription.channel.header[0]")]
    [InlineData("end", "\"2026-01-01T00:00:00Z\"", "value Subscription.end")]
    public async Task A_subscription_that_this_server_does_not_serve_is_refused_with_the_element(string path, string value, string fault)
    {
        var one = await PersonBuilder.Register(service);
        await using var receiver = await Receiver.Start();
        var sent = Subscription(one, receiver);
        var parts = path.Split('/');
        JsonNode at = sent;
        foreach (var part in parts[..^1])
            at = (int.TryParse(part, out var index) ? at[index] : at[part])!;
        at[parts[^1]] = JsonNode.Parse(value);
        if (value == "null")
            at.AsObject().Remove(parts[^1]);
        var before = await service.Everything();
        var (status, body, _) = await Send(one, HttpMethod.Post, "", sent);
        Assert.True((status, Faults(body)) == (422, fault), $"{status} {Faults(body)}");
        Assert.Equal(before, await service.Everything());
    }

    [Theory]
    [InlineData("inferno-subscription-good.json", 201, "")]
    [InlineData("inferno-subscription-full-resource-2.0.1.json", 201, "")]
    [InlineData("inferno-subscription-id-only-2.0.1.json", 201, "")]
    [InlineData("inferno-subscription-bad.json", 422, "value Subscription.channel.type")]
    [InlineData("inferno-subscription-bad-topic.json", 422, "value Subscription.criteria, value Subscription.criteria.extension[0]")]
    [InlineData("pas-subscription.json", 201, "")]
    public async Task The_examples_of_the_public_test_kit_and_the_official_one_are_accepted_and_refused(string file, int expected, string faults)
    {
        await using var receiver = await Receiver.Start();
        var sent = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Fhir", "material", file)))!.AsObject();
        sent["channel"]!["endpoint"] = receiver.Address;
        // The organization of the example's NPI; that of the official example is a payer's here.
        var filter = sent["_criteria"]?["extension"]![0]!;
        if (filter is not null)
            filter["valueString"] = ((string)filter["valueString"]!).Replace("1234567893", "8189991234", StringComparison.Ordinal);
        var token = TestIssuer.Token(Roles.Provider, "umo-example", scope: All);
        var (status, body, _) = await Send(token, HttpMethod.Post, "", sent);
        Assert.Equal((expected, faults), (status, body is OperationOutcome ? Faults(body) : ""));
        if (body is Subscription made)
            await Send(token, HttpMethod.Delete, $"/{made.Id}");
    }

    private Task Round() => Placed().ContinueWith(_ => service.Services.GetRequiredService<SubscriptionSender>().Round(default), TaskScheduler.Default).Unwrap();

    // The relay gives events their places in the log.
    private Task Placed() => Poll.Until(async () => await service.Count("outbox_rows where position is null") == 0);

    private async Task<long> Reads(PersonBuilder one) => (long)(await service.Scalar(
        $"select count(*) from ips_who_saw('{one.Name["individuals/".Length..]}'::uuid) w where w::text like '%Subscription/%'"))!;

    private static async Task End(PersonBuilder one, Proto.Authorization authorization)
    {
        var present = await one.Authorizations.GetAuthorizationAsync(new() { Name = authorization.Name }, one.AsProvider);
        await one.Authorizations.TerminateAuthorizationAsync(new()
        {
            Name = present.Name,
            Etag = present.Etag,
            Reason = Proto.TerminationReason.Discharged,
            EffectiveOn = present.ApprovedThrough,
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
    }

    private static JsonObject Subscription(PersonBuilder one, Receiver receiver) => JsonNode.Parse($$"""
        {
          "resourceType": "Subscription", "status": "requested", "reason": "Prior authorization",
          "criteria": "{{SubscriptionTopic}}",
          "_criteria": { "extension": [{ "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria",
            "valueString": "org-identifier=urn:ips-platform:organizations|{{one.Provider}}" }] },
          "channel": { "type": "rest-hook", "endpoint": "{{receiver.Address}}", "payload": "application/fhir+json",
            "_payload": { "extension": [{ "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content",
              "valueCode": "full-resource" }] } }
        }
        """)!.AsObject();

    private const string SubscriptionTopic = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic";

    private async Task<Subscription> Get(PersonBuilder one, string id) => (Subscription)(await Send(one, HttpMethod.Get, $"/{id}")).Resource!;

    private Task<(int Status, Resource? Resource, string? Etag)> Send(
        PersonBuilder one, HttpMethod method, string path, JsonObject? body = null, string? ifMatch = null) =>
        Send(TestIssuer.Token(Roles.Provider, one.Provider, scope: All), method, path, body, ifMatch);

    private async Task<(int Status, Resource? Resource, string? Etag)> Send(
        string token, HttpMethod method, string path, JsonObject? body = null, string? ifMatch = null)
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        using HttpRequestMessage message = new(method, "/fhir/Subscription" + path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ifMatch is not null)
            message.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null)
            message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? null : PasRequest.Read(text), answer.Headers.ETag?.ToString());
    }

    private static string Faults(Resource? outcome) => string.Join(", ", ((OperationOutcome)outcome!).Issue.Select(i =>
        $"{Hl7.Fhir.Utility.EnumUtility.GetLiteral(i.Code)} {string.Join(' ', i.Expression)}"));

    private static string Type(Bundle notification) => Value((Parameters)notification.Entry[0].Resource!, "type");

    private static int Number(Bundle notification) => int.Parse(
        Value((Parameters)notification.Entry[0].Resource!, "events-since-subscription-start"), System.Globalization.CultureInfo.InvariantCulture);

    private static string Shown(Parameters status) =>
        $"{Value(status, "type")} {Value(status, "status")} {Value(status, "events-since-subscription-start")}";

    private static string Shown(Bundle notification)
    {
        var status = (Parameters)notification.Entry[0].Resource!;
        Assert.Equal(SubscriptionTopic, Value(status, "topic"));
        Assert.All(notification.Entry, e => Assert.True(e.Request is not null && e.Response?.Status == "200"));
        var reference = ((ResourceReference)status.Parameter.Single(p => p.Name == "subscription").Value!).Reference!;
        return $"{Hl7.Fhir.Utility.EnumUtility.GetLiteral(notification.Type)} {Value(status, "type")} {Value(status, "status")} "
            + $"{Value(status, "events-since-subscription-start")} {reference[(reference.LastIndexOf('/') + 1)..]} {notification.Entry.Count}";
    }

    private static string Value(Parameters status, string name) => status.Parameter.Single(p => p.Name == name).Value switch
    {
        Code code => code.Value!,
        Canonical canonical => canonical.Value!,
        FhirString text => text.Value!,
        var other => other!.ToString()!,
    };
}
