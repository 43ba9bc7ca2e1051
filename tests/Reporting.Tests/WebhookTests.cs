using System.Globalization;
using System.Net;
using System.Text.Json;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Reporting.Db;
using Ips.Reporting.Incoming;
using Ips.Reporting.Webhooks;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using Webhook = Ips.Contracts.Reporting.V1.Webhook;

namespace Ips.Reporting.Tests;

/// <summary>Reporting as a sandbox runs it, where receivers are on this machine; its clock stands still until a test moves it.</summary>
public sealed class WebhookService : RunningService<ProgramDays, ReportingDb>
{
    public WebhookService()
        : base("reporting-db", options => new(options, Caller.None), new FixedClock(TimeProvider.System.GetUtcNow()))
    {
        Settings["OTEL_SERVICE_NAME"] = NewCode("reporting");
        Settings["Webhooks:AllowLoopback"] = "true";
        Settings["Webhooks:Timeout"] = "00:00:02";
        // The tests say when.
        Settings["Webhooks:Every"] = "1.00:00:00";
    }

    public Task Round() => Services.GetRequiredService<WebhookSender>().Round(default);

    public Task Store(params DomainEvent[] events) => Services.GetRequiredService<EventFactsConsumer>().Store("reporting.event-facts", events, default);
}

/// <summary>Events sent to addresses of subscribers.</summary>
public sealed class WebhookTests(WebhookService service) : IClassFixture<WebhookService>
{
    private readonly string provider = WebhookService.NewCode("agency");
    private readonly Story story = NewStory(service);

    private Contracts.Reporting.V1.Webhooks.WebhooksClient Client => new(service.Channel);

    private Metadata Mine => service.As(Roles.Provider, provider);

    [Fact]
    public async Task A_receiver_with_the_packages_of_others_verifies_each_message_and_gets_every_event_in_order()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        Assert.StartsWith("whsec_", webhook.Secret, StringComparison.Ordinal);
        await receiver.Set(webhook.Secret);
        var events = await Happen(3);
        await service.Round();
        foreach (var happened in events)
        {
            var message = await receiver.Next();
            Assert.True(message.GetProperty("holds")[0].GetBoolean());
            Assert.Equal("msg_" + happened.EventId, message.GetProperty("id").GetString());
            var content = message.GetProperty("event");
            Assert.Equal(("1.0", happened.EventId.ToString(), "/ips/eligibility", "us.ips.eligibility.referral.moved.v1", happened.Subject),
                (content.GetProperty("specversion").GetString(), content.GetProperty("id").GetString(), content.GetProperty("source").GetString(),
                    content.GetProperty("type").GetString(), content.GetProperty("subject").GetString()));
            Assert.Equal("R", content.GetProperty("confidentiality").GetString());
            Assert.Equal(happened.ToState, content.GetProperty("data").GetProperty("toState").GetString());
        }

        var deliveries = await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal(events.Select(e => e.EventId.ToString()).Reverse(), deliveries.Deliveries.Select(d => d.EventId));
        Assert.All(deliveries.Deliveries, d => Assert.Equal((1, 204, true), (d.Attempts, d.Status, d.AcknowledgeTime is not null)));
        var read = await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal(("", WebhookState.Active, 0), (read.Secret, read.State, read.FailedAttempts));
        // Nothing is sent twice.
        await service.Round();
        Assert.All((await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine)).Deliveries, d => Assert.Equal(1, d.Attempts));
    }

    [Fact]
    public void The_signature_is_that_of_the_specification() => Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookClient.Sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""));

    [Fact]
    public async Task A_message_that_is_not_acknowledged_is_sent_again_later_under_the_same_id_and_the_next_ones_wait()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        await receiver.Set("500");
        var events = await Happen(2);
        await service.Round();
        Assert.Equal("msg_" + events[0].EventId, (await receiver.Next()).GetProperty("id").GetString());
        var failing = await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal((1, DeliveryFailure.Status, WebhookState.Active), (failing.FailedAttempts, failing.LastFailure, failing.State));
        Assert.Equal(TimeSpan.FromSeconds(5), failing.NextAttemptTime.ToDateTimeOffset() - failing.FailingSince.ToDateTimeOffset());
        var delivery = Assert.Single((await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name, FailedOnly = true }, Mine)).Deliveries);
        Assert.Equal((500, DeliveryFailure.Status), (delivery.Status, delivery.Failure));

        // Not before its time.
        await service.Round();
        Assert.Equal(1, (await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine)).FailedAttempts);
        service.Clock.Advance(TimeSpan.FromSeconds(6));
        await service.Round();
        Assert.Equal("msg_" + events[0].EventId, (await receiver.Next()).GetProperty("id").GetString());
        failing = await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal((2, TimeSpan.FromSeconds(30)), (failing.FailedAttempts, failing.NextAttemptTime.ToDateTimeOffset() - service.Clock.GetUtcNow()));

        await receiver.Set("204");
        service.Clock.Advance(TimeSpan.FromSeconds(31));
        await service.Round();
        foreach (var happened in events)
            Assert.Equal("msg_" + happened.EventId, (await receiver.Next()).GetProperty("id").GetString());
        Assert.Null((await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine)).FailingSince);
    }

    [Fact]
    public async Task After_days_without_an_acknowledgement_it_is_disabled_and_continues_where_it_stopped_when_it_is_enabled()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        await receiver.Set("503");
        var events = await Happen(1);
        await service.Round();
        await receiver.Next();
        service.Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        await service.Round();
        Assert.Equal(WebhookState.Active, (await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine)).State);
        service.Clock.Advance(TimeSpan.FromHours(4));
        await service.Round();
        var disabled = await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal((WebhookState.Disabled, "not_acknowledged"), (disabled.State, disabled.DisabledReason));
        Assert.Null(disabled.NextAttemptTime);
        service.Clock.Advance(TimeSpan.FromDays(1));
        await service.Round();
        Assert.Equal(3, (await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine)).Deliveries.Single().Attempts);

        await receiver.Set("204");
        await Client.EnableWebhookAsync(new() { RequestId = WebhookService.NewId(), Name = webhook.Name, Etag = disabled.Etag }, Mine);
        await service.Round();
        Assert.Equal("msg_" + events[0].EventId, (await receiver.Next()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_receiver_that_is_gone_gets_nothing_more()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        await receiver.Set("410");
        await Happen(1);
        await service.Round();
        var disabled = await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal((WebhookState.Disabled, "gone"), (disabled.State, disabled.DisabledReason));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_up_no_other()
    {
        await using var silent = await WebhookReceiver.Start();
        await using var other = await WebhookReceiver.Start();
        var stuck = await Create(silent);
        await silent.Set("hang");
        await Create(other);
        var events = await Happen(2);
        var round = service.Round();
        foreach (var happened in events)
            Assert.Equal("msg_" + happened.EventId, (await other.Next()).GetProperty("id").GetString());
        await round;
        Assert.Equal((1, DeliveryFailure.Timeout), await State(stuck));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        await receiver.Set("302");
        var answer = await Client.TestWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal((false, 302, DeliveryFailure.Status), (answer.Acknowledged, answer.Status, answer.Failure));
    }

    [Fact]
    public async Task A_test_message_is_sent_at_once_and_signed_and_changes_nothing()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        await receiver.Set(webhook.Secret);
        var answer = await Client.TestWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Equal((true, 204), (answer.Acknowledged, answer.Status));
        var message = await receiver.Next();
        Assert.True(message.GetProperty("holds")[0].GetBoolean());
        Assert.Equal("us.ips.webhook.test.v1", message.GetProperty("event").GetProperty("type").GetString());
        Assert.Empty((await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine)).Deliveries);
    }

    [Fact]
    public async Task While_a_secret_is_changed_over_both_sign_and_a_day_later_only_the_new_one()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        var rotated = await Client.RotateWebhookSecretAsync(new() { RequestId = WebhookService.NewId(), Name = webhook.Name }, Mine);
        Assert.NotEqual(webhook.Secret, rotated.Secret);
        await receiver.Set($"{webhook.Secret},{rotated.Secret}");
        await Client.TestWebhookAsync(new() { Name = webhook.Name }, Mine);
        var message = await receiver.Next();
        Assert.Equal((true, true), (message.GetProperty("holds")[0].GetBoolean(), message.GetProperty("holds")[1].GetBoolean()));
        Assert.Equal(2, message.GetProperty("signature").GetString()!.Split(' ').Length);
        service.Clock.Advance(TimeSpan.FromDays(1));
        await Client.TestWebhookAsync(new() { Name = webhook.Name }, Mine);
        Assert.Single((await receiver.Next()).GetProperty("signature").GetString()!.Split(' '));
    }

    [Fact]
    public async Task A_replay_sends_the_events_of_a_day_again_and_a_filter_leaves_out_other_types()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var milestones = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        var filtered = await Create(milestones, "us.ips.billing.milestone.decided.v1");
        var events = await Happen(2);
        var reached = With(story.Reached(1, 2, 50m));
        await service.Store(reached);
        await service.Round();
        for (var i = 0; i < 3; i++)
            await receiver.Next();
        Assert.Equal("msg_" + reached.EventId, (await milestones.Next()).GetProperty("id").GetString());
        Assert.Single((await Client.ListWebhookDeliveriesAsync(new() { Name = filtered.Name }, Mine)).Deliveries);

        var day = DateOnly.FromDateTime(events[0].OccurredAt.UtcDateTime).ToString("O", CultureInfo.InvariantCulture);
        await Client.ReplayWebhookAsync(new() { RequestId = WebhookService.NewId(), Name = webhook.Name, FromDay = day }, Mine);
        await service.Round();
        foreach (var happened in events.Append<DomainEvent>(reached))
            Assert.Equal("msg_" + happened.EventId, (await receiver.Next()).GetProperty("id").GetString());
        Assert.All((await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine)).Deliveries, d => Assert.Equal(2, d.Attempts));
    }

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("https://", "is not an address")]
    [InlineData("/events", "is not an address")]
    [InlineData("ftp://127.0.0.1/", "is not https")]
    [InlineData("http://8.8.8.8/", "is not https")]
    [InlineData("https://user:password@8.8.8.8/", "has a user name")]
    [InlineData("https://8.8.8.8/#here", "has a user name or a fragment")]
    [InlineData("https://10.1.2.3/", "is not public")]
    [InlineData("https://172.31.255.255/", "is not public")]
    [InlineData("https://192.168.1.1:8443/x", "is not public")]
    [InlineData("https://169.254.169.254/latest/meta-data", "is not public")]
    [InlineData("https://100.64.0.1/", "is not public")]
    [InlineData("https://0.0.0.0/", "is not public")]
    [InlineData("https://[fe80::1]/", "is not public")]
    [InlineData("https://[fd00::1]/", "is not public")]
    [InlineData("https://[::ffff:10.0.0.1]/", "is not public")]
    [InlineData("https://[64:ff9b::a00:1]/", "is not public")]
    [InlineData("https://0x0a000001/", "is not public")]
    public async Task An_address_that_could_be_used_to_reach_inside_is_refused(string url, string why)
    {
        var refusal = await Refusal.Of(() => Client.CreateWebhookAsync(new() { RequestId = WebhookService.NewId(), Url = url }, Mine).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "url"), (refusal.Code, Assert.Single(refusal.Fields)));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.0", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("169.253.255.255", true)]
    [InlineData("169.254.0.0", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("223.255.255.255", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:0a00:0001::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    public void Public_addresses_are_those_that_the_registries_call_global(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task A_name_that_leads_inside_after_it_was_registered_is_not_connected_to()
    {
        await using var receiver = await WebhookReceiver.Start();
        Names names = new() { Answers = [IPAddress.Parse("93.184.215.14")] };
        using WebhookClient client = new(names, Options.Create(new WebhookOptions()));
        Assert.Null(await client.Complaint("https://receiver.example/events", default));
        foreach (var inside in new[] { "127.0.0.1", "10.0.0.1", "fe80::1" })
        {
            // One of several addresses is enough.
            names.Answers = [IPAddress.Parse("93.184.215.14"), IPAddress.Parse(inside)];
            var url = $"http://receiver.example:{new Uri(receiver.Address).Port}/events";
            var answer = await client.Send(url, "msg_one", service.Clock.GetUtcNow(), "{}", [WebhookClient.NewSecret()], default);
            Assert.Equal((0, DeliveryFailure.Address), (answer.Status, answer.Failure));
        }
    }

    [Fact]
    public async Task Outside_of_a_sandbox_this_machine_is_no_receiver()
    {
        using WebhookClient client = new(new(), Options.Create(new WebhookOptions()));
        foreach (var url in new[] { "http://127.0.0.1:8080/", "https://localhost/", "https://[::1]/" })
            Assert.Contains("not public", await client.Complaint(url, default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_of_another_subscriber_is_not_found_and_its_secret_is_stored_encrypted()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        foreach (var other in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, provider), service.As(Roles.State, "nc-dhhs") })
        {
            Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => Client.GetWebhookAsync(new() { Name = webhook.Name }, other).ResponseAsync)).Code);
            Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => Client.TestWebhookAsync(new() { Name = webhook.Name }, other).ResponseAsync)).Code);
            Assert.Equal(StatusCode.NotFound,
                (await Refusal.Of(() => Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, other).ResponseAsync)).Code);
            Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => Client.RotateWebhookSecretAsync(
                new() { RequestId = WebhookService.NewId(), Name = webhook.Name }, other).ResponseAsync)).Code);
            Assert.DoesNotContain((await Client.ListWebhooksAsync(new(), other)).Webhooks, w => w.Name == webhook.Name);
        }

        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.Of(
            () => Client.CreateWebhookAsync(new() { RequestId = WebhookService.NewId(), Url = "https://8.8.8.8/" }, service.As(Roles.Dvrs, "nc-dvrs")).ResponseAsync)).Code);
        Assert.Equal(0L, await service.Count($"webhooks where position('{webhook.Secret[6..]}' in encode(secret, 'escape')) > 0"));
        Assert.Equal(StatusCode.InvalidArgument, (await Refusal.Of(() => Client.CreateWebhookAsync(
            new() { RequestId = WebhookService.NewId(), Url = receiver.Address, EventTypes = { "us.ips.staffing.team.formed.v1" } }, Mine).ResponseAsync)).Code);
    }

    [Fact]
    public async Task A_repeated_request_registers_once_and_gets_the_same_secret()
    {
        await using var receiver = await WebhookReceiver.Start();
        CreateWebhookRequest request = new() { RequestId = WebhookService.NewId(), Url = receiver.Address };
        var first = await Client.CreateWebhookAsync(request, Mine);
        Assert.Equal(first, await Client.CreateWebhookAsync(request, Mine));
        Assert.Single((await Client.ListWebhooksAsync(new(), Mine)).Webhooks);
    }

    [Fact]
    public async Task Deliveries_are_listed_for_ninety_days()
    {
        await using var receiver = await WebhookReceiver.Start();
        var webhook = await Create(receiver);
        await Happen(1);
        await service.Round();
        service.Clock.Advance(TimeSpan.FromDays(90));
        await service.Services.GetRequiredService<WebhookSender>().Sweep(default);
        Assert.Single((await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine)).Deliveries);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Services.GetRequiredService<WebhookSender>().Sweep(default);
        Assert.Empty((await Client.ListWebhookDeliveriesAsync(new() { Name = webhook.Name }, Mine)).Deliveries);
    }

    private async Task<Webhook> Create(WebhookReceiver receiver, params string[] types) =>
        await Client.CreateWebhookAsync(new() { RequestId = WebhookService.NewId(), Url = receiver.Address, EventTypes = { types } }, Mine);

    private async Task<(int Attempts, DeliveryFailure Failure)> State(Webhook webhook)
    {
        var read = await Client.GetWebhookAsync(new() { Name = webhook.Name }, Mine);
        return (read.FailedAttempts, read.LastFailure);
    }

    // A receiver compares the timestamp with the time of this machine, and tests before this one have moved the clock.
    private static Story NewStory(WebhookService service)
    {
        service.Clock.Set(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        return new(service.Clock.GetUtcNow().AddMinutes(-2), "");
    }

    private async Task<IReadOnlyList<ReferralMovedV1>> Happen(int steps)
    {
        ReferralMovedV1[] events = [With(story.Moved("offered")), With(story.Moved("referred", "offered", 1)), With(story.Moved("acknowledged", "referred", 2))];
        await service.Store([.. events.Take(steps)]);
        return [.. events.Take(steps)];
    }

    private T With<T>(T happened) where T : ProviderEvent => happened with { Provider = provider };

    private sealed class Names : HostNames
    {
        public IPAddress[] Answers { get; set; } = [];

        public override Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) => Task.FromResult(Answers);
    }
}
