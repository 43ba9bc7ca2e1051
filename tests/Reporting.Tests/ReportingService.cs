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

    public Task<long> Stored(IReadOnlyList<DomainEvent> events) => Count(
        $"(select distinct event_id from event_facts where event_id in ({string.Join(',', events.Select(e => $"'{e.EventId}'"))})) f");

    /// <summary>Publishes that the payer has a contract with the agency and covers the person of its story; completes when both are stored.</summary>
    public async Task Join(string payer, string provider, Story story)
    {
        DomainEvent[] facts = [Story.Contract(provider, payer), Story.Coverage(story.Individual, payer) with { Provider = provider }];
        await Send(facts);
        await Poll.Until(async () => await Count($"inbox_rows where message_id in ({string.Join(',', facts.Select(e => $"'{e.EventId}'"))})") == facts.Length);
    }
}
