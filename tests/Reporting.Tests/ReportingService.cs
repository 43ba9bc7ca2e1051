using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Testing;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Reporting, with queues of its own: another service on the same broker must not take its messages.</summary>
public sealed class ReportingService : RunningService<ProgramDays, ReportingDb>
{
    public ReportingService()
        : base("reporting-db", options => new(options, Caller.None)) => (Settings["OTEL_SERVICE_NAME"], Settings["Feed:HeartbeatSeconds"]) = (NewCode("reporting"), "1");

    public Task<long> Stored(IReadOnlyList<DomainEvent> events) =>
        Count($"shared_events where id in ({string.Join(',', events.Select(e => $"'{e.EventId}'"))})");

    /// <summary>Publishes that the payer has a contract with the agency and covers the person of its story; completes when both are stored.</summary>
    public async Task Join(string payer, string provider, Story story)
    {
        DomainEvent[] facts = [Story.Contract(provider, payer), Story.Coverage(story.Individual, payer) with { Provider = provider }];
        await Send(facts);
        await Poll.Until(async () => await Count($"inbox_rows where message_id in ({string.Join(',', facts.Select(e => $"'{e.EventId}'"))})") == facts.Length);
    }
}
