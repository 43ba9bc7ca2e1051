using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Testing;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Reporting, with queues of its own: another service on the same broker must not take its messages.</summary>
public sealed class ReportingService : RunningService<ProgramDays, ReportingDb>
{
    public ReportingService()
        : base("reporting-db", options => new(options, Caller.None)) => Settings["OTEL_SERVICE_NAME"] = NewCode("reporting");

    /// <summary>Sends events as another service's relay does, each the given number of times.</summary>
    public async Task Send(IEnumerable<DomainEvent> events, int times = 1)
    {
        await using RabbitSender sender = new(new Uri(await TestServers.RabbitMqAsync()), new ServiceIdentity("other"));
        OutboxEntry[] entries = [.. events.SelectMany(e => Enumerable.Repeat(e.ToEntry(), times))];
        Assert.Equal(entries.Length, (await sender.Send(entries, default)).Confirmed.Count);
    }

    public Task<long> Stored(IReadOnlyList<DomainEvent> events) => Count(
        $"(select distinct event_id from event_facts where event_id in ({string.Join(',', events.Select(e => $"'{e.EventId}'"))})) f");
}
