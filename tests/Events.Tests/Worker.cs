using System.Diagnostics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ips.Events.Tests;

/// <summary>
/// The service as a process of its own, so that a test can kill it: <c>write N TEAMS key=value...</c> commits events and continues to serve;
/// <c>group key=value...</c> writes in groups until it is killed;
/// with <c>Die=before-send</c> or <c>Die=after-send</c> it kills itself (SIGKILL) when the relay holds rows, before or after the broker confirmed them.
/// <c>consume key=value...</c> kills itself when a group of messages, with <c>Single=</c> a message, is committed and not yet acknowledged.
/// </summary>
public static class Worker
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["group", .. var settingsOfWriter])
            return await WriteGroups(Settings(settingsOfWriter));
        if (args is ["consume", .. var settingsOfConsumer])
            return await Consume(Settings(settingsOfConsumer));
        if (args is not ["write", var count, var teams, .. var given])
            return 2;
        var settings = Settings(given);
        await using var service = await TestService.Start(settings, builder =>
        {
            builder.AddDatabase<TestServiceDb>("test-db");
            builder.AddMessaging<TestServiceDb>();
            if (settings.GetValueOrDefault("Die") is { Length: > 0 } when)
                builder.Services.AddSingleton<IEventSender>(
                    sp => new DyingSender(new RabbitSender(new Uri(settings["ConnectionStrings:bus"]!), sp.GetRequiredService<ServiceIdentity>()), when));
        });
        var ids = Enumerable.Range(0, int.Parse(teams)).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var i = 0; i < int.Parse(count); i++)
        {
            var happened = await service.With(async db =>
            {
                var published = db.Publish(TestService.Formed(ids[i % ids.Length]));
                await db.SaveChangesAsync();
                return published;
            });
            Console.WriteLine($"committed {happened.EventId}");
        }

        Console.WriteLine("all committed");
        await service.App.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Sixteen callers write until the process is killed: each call two things of one name, its answer and an event about one of two teams.</summary>
    private static async Task<int> WriteGroups(Dictionary<string, string?> settings)
    {
        await using var service = await TestService.Start(settings, builder =>
        {
            builder.AddDatabase<TestServiceDb>("test-db");
            builder.AddMessaging<TestServiceDb>();
        });
        var writer = service.Services.GetRequiredService<GroupWriter>();
        var teams = new[] { new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]) };
        await Parallel.ForAsync(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (caller, _) =>
        {
            while (true)
            {
                Changes changes = new(DateTimeOffset.UtcNow);
                var request = Guid.CreateVersion7();
                changes.Insert(new AnsweredRequest { RequestId = request, Caller = "a/b", Fingerprint = [1], Answer = [2], AnsweredAt = changes.Now });
                changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = $"{request}" });
                changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = $"{request}" });
                changes.Publish(TestService.Formed(teams[caller % 2]));
                await writer.Write(new Caller("provider", $"agency-{caller % 3}", "client"), changes, default);
            }
        });
        return 0;
    }

    private static async Task<int> Consume(Dictionary<string, string?> settings)
    {
        await using var service = await TestService.Start(settings, builder =>
        {
            builder.AddUseCases();
            builder.AddDatabase<TestServiceDb>("test-db");
            builder.AddMessaging<TestServiceDb>(bus =>
            {
                if (settings.ContainsKey("Single"))
                    bus.AddConsumer<TeamFormedConsumer>();
                else
                    bus.AddGroupConsumer<TeamsFormedConsumer>();
                bus.AddConfigureEndpointsCallback((_, endpoint) => endpoint.UseFilter(new DyingFilter()));
            });
        });
        await service.App.WaitForShutdownAsync();
        return 0;
    }

    private static Dictionary<string, string?> Settings(IEnumerable<string> given) =>
        given.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], string? (pair) => pair[1]);

    private sealed class DyingFilter : IFilter<ConsumeContext>
    {
        public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            await next.Send(context);
            Process.GetCurrentProcess().Kill();
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("dying");
    }

    private sealed class DyingSender(IEventSender inner, string when) : IEventSender
    {
        public async Task<Sent> Send(IReadOnlyList<OutboxEntry> events, CancellationToken cancellationToken)
        {
            if (when == "before-send")
                Process.GetCurrentProcess().Kill();
            var sent = await inner.Send(events, cancellationToken);
            Process.GetCurrentProcess().Kill();
            return sent;
        }
    }
}
