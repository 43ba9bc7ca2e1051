using System.Diagnostics;
using System.Text.Json;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Reporting.Incoming;
using Ips.Reporting.PartnerQueues;
using Ips.Reporting.Webhooks;
using Ips.Testing;
using LocalServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Reporting with a broker of its own that has the management API.</summary>
public sealed class PartnerService : RunningService<ProgramDays, ReportingDb>
{
    private LocalRabbitMq? broker;

    public PartnerService()
        : base("reporting-db", options => new(options, Caller.None)) =>
        (Settings["OTEL_SERVICE_NAME"], Settings["Partners:EverySeconds"], Settings["Webhooks:AllowLoopback"]) = ("reporting", "3600", "true");

    public LocalRabbitMq Broker => broker!;

    public override async Task InitializeAsync()
    {
        broker = await TestServers.OwnRabbitMqAsync(management: true);
        Settings["ConnectionStrings:bus"] = broker.ConnectionString;
        Settings["ConnectionStrings:bus-management"] = $"http://{broker.Username}:{broker.Password}@localhost:{broker.ManagementPort}";
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Broker.DisposeAsync();
        Broker.DeleteData();
    }

    public Task Store(params DomainEvent[] events) => Services.GetRequiredService<EventFactsConsumer>().Store("reporting.event-facts", events, default);

    public Task SendToPartners() => Services.GetRequiredService<PartnerQueueSender>().Round(default);

    /// <summary>Sends what is due to every webhook; completes when each has answered or failed.</summary>
    public Task SendWebhooks() => Services.GetRequiredService<WebhookSender>().Round(default);

    /// <summary>Stores that the payer alliance has a contract with the agency harbor-works and covers the person of the story.</summary>
    public async Task Join(Story story)
    {
        await Services.GetRequiredService<ContractsConsumer>().Store("reporting.contracts", [Story.Contract("harbor-works", "alliance")], default);
        await Services.GetRequiredService<CoverageConsumer>().Store("reporting.coverage", [Story.Coverage(story.Individual, "alliance")], default);
    }

    /// <summary>Runs the command; returns its exit code and what it prints.</summary>
    public async Task<(int Code, string Printed)> AddPartner(params (string Name, string Value)[] arguments)
    {
        await using var scope = Services.CreateAsyncScope();
        var given = new ConfigurationBuilder().AddConfiguration(Services.GetRequiredService<IConfiguration>())
            .AddInMemoryCollection(arguments.Select(a => new KeyValuePair<string, string?>(a.Name, a.Value))).Build();
        StringWriter output = new();
        AddPartner command = new(
            scope.ServiceProvider.GetRequiredService<ReportingDb>(), Services.GetRequiredService<Feeds.SharedEventLog>(), given,
            TimeProvider.System, NullLogger<AddPartner>.Instance)
        { Output = output };
        return (await command.Run(default), output.ToString());
    }
}

/// <summary>The feed over AMQP, read with the npm package amqplib.</summary>
public sealed class PartnerQueueTests(PartnerService service) : IClassFixture<PartnerService>
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddHours(-1);
    private readonly string provider = PartnerService.NewCode("agency");

    [Fact]
    public async Task A_partner_reads_its_own_events_in_order_and_no_others()
    {
        var (address, queue) = await Add(Roles.Provider, provider);
        var (other, otherQueue) = await Add(Roles.Provider, PartnerService.NewCode("agency"));
        var story = new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start)));
        await service.Store([.. story.Events, .. new Story(Start, PartnerService.NewCode("agency")).Journey(new(Guid.CreateVersion7(Start))).Events]);
        await Round();
        var read = await Run(address, queue, story.Events.Count, "read");
        Assert.Equal("well", read[^1].GetProperty("ended").GetString());
        Assert.Equal(story.Events.Select(e => e.EventId.ToString()).Order(), read.SkipLast(1).Select(m => m.GetProperty("id").GetString()).Order());
        Assert.All(read.SkipLast(1).GroupBy(m => m.GetProperty("subject").GetString()), subject =>
        {
            var numbers = subject.Select(m => long.Parse(m.GetProperty("sequence").GetString()!)).ToList();
            Assert.Equal(numbers.Order(), numbers);
        });
        Assert.All(read.SkipLast(1), m => Assert.Equal(provider, m.GetProperty("event").GetProperty("provider").GetString()));
        // Nothing comes twice, and what comes next comes.
        await Round();
        var next = story.Moved("acknowledged", "referred", 1);
        await service.Store(next);
        await Round();
        Assert.Equal(next.EventId.ToString(), (await Run(address, queue, 1, "read"))[0].GetProperty("id").GetString());

        // It may read no other queue, bind nothing, and publish nothing.
        Assert.Equal(403, (await Run(address, queue, 0, "spy", otherQueue))[^1].GetProperty("code").GetInt32());
        Assert.Equal(403, (await Run(other, otherQueue, 0, "spy", queue))[^1].GetProperty("code").GetInt32());
        Assert.Equal(403, (await Run(other, otherQueue, 0, "spy", "reporting.event-facts"))[^1].GetProperty("code").GetInt32());
        Assert.Equal(403, (await Run(address, queue, 0, "bind"))[^1].GetProperty("code").GetInt32());
        Assert.Equal(403, (await Run(address, queue, 0, "publish"))[^1].GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Run_again_the_command_gives_a_new_password_and_replays_from_a_day()
    {
        var story = new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start)));
        await service.Store([.. story.Events]);
        var (first, queue) = await Add(Roles.Provider, provider, from: DateOnly.FromDateTime(Start.UtcDateTime));
        await Round();
        Assert.Equal("well", (await Run(first, queue, story.Events.Count, "read"))[^1].GetProperty("ended").GetString());
        var (second, _) = await Add(Roles.Provider, provider, from: DateOnly.FromDateTime(Start.UtcDateTime));
        Assert.Equal("failed", (await Run(first, queue, 1, "read"))[^1].GetProperty("ended").GetString());
        await Round();
        Assert.Equal("well", (await Run(second, queue, story.Events.Count, "read"))[^1].GetProperty("ended").GetString());
    }

    [Fact]
    public async Task What_the_broker_refuses_waits_in_the_log()
    {
        var (address, queue) = await Add(Roles.Provider, provider);
        using HttpClient http = new();
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(
            System.Text.Encoding.UTF8.GetBytes($"{service.Broker.Username}:{service.Broker.Password}")));
        var api = $"http://localhost:{service.Broker.ManagementPort}/api/queues/%2F/{queue}";
        (await http.DeleteAsync(api)).EnsureSuccessStatusCode();
        var story = new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start)));
        await service.Store([.. story.Events]);
        await Round();
        // The queue is made again, as after a loss of the broker's data.
        (address, _) = await Add(Roles.Provider, provider);
        await Round();
        Assert.Equal("well", (await Run(address, queue, story.Events.Count, "read"))[^1].GetProperty("ended").GetString());
    }

    [Theory]
    [InlineData("dvrs", "nc-dvrs", "", "--role")]
    [InlineData("", "nc-dvrs", "", "--role")]
    [InlineData("state", "NC DHHS", "", "--org")]
    [InlineData("state", "", "", "--org")]
    [InlineData("state", "nc-dhhs", "yesterday", "--from-day")]
    public async Task A_wrong_argument_is_named_and_makes_nothing(string role, string organization, string day, string named)
    {
        var (code, printed) = await service.AddPartner(("role", role), ("org", organization), ("from-day", day));
        Assert.Equal(2, code);
        Assert.Contains(named, printed, StringComparison.Ordinal);
        Assert.Equal(0L, await service.Count($"partner_queues where role = '{role}' and organization = '{organization}'"));
    }

    private Task Round() => service.SendToPartners();

    private async Task<(string Address, string Queue)> Add(string role, string organization, DateOnly? from = null)
    {
        var (code, printed) = await service.AddPartner(("role", role), ("org", organization), ("from-day", from?.ToString("O") ?? ""));
        Assert.Equal(0, code);
        var made = JsonDocument.Parse(printed).RootElement;
        return (made.GetProperty("address").GetString()!, made.GetProperty("queue").GetString()!);
    }

    private static async Task<List<JsonElement>> Run(string address, string queue, int count, string what, string other = "")
    {
        using var process = await NodePeers.Start("amqp.js", address, queue, count.ToString(), what, other);
        using CancellationTokenSource patience = new(Poll.Patience);
        List<JsonElement> lines = [];
        while (await NodePeers.ReadLine(process, patience.Token) is { } line)
            lines.Add(line);
        await process.WaitForExitAsync(patience.Token);
        return lines;
    }
}
