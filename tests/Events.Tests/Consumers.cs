using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ips.Contracts.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Ips.Events.Tests;

/// <summary>PostgreSQL refuses the effect of every message; nothing that is written with it may stay.</summary>
public sealed class RefusingConsumer(TestServiceDb db, Requests requests, TimeProvider clock) : IConsumer<TeamFormedV1>
{
    private static readonly ConcurrentDictionary<string, int> Seen = new();

    public static int Attempts(string connectionString) => Seen.GetValueOrDefault(new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Database!);

    public Task Consume(ConsumeContext<TeamFormedV1> context)
    {
        Seen.AddOrUpdate(db.Database.GetDbConnection().Database, 1, (_, n) => n + 1);
        return requests.Store(context, clock, subject: null!, 0);
    }
}

/// <summary>Behaves as if PostgreSQL were down for the first attempts.</summary>
public sealed class FlakyDatabaseConsumer(Requests requests, TimeProvider clock) : IConsumer<TeamFormedV1>
{
    private static readonly ConcurrentDictionary<Guid, int> Failures = new();

    public static void FailFor(Guid team, int times) => Failures[team] = times;

    public Task Consume(ConsumeContext<TeamFormedV1> context)
    {
        if (Failures.AddOrUpdate(context.Message.TeamId.Value, -1, (_, left) => left - 1) >= 0)
            throw new Npgsql.NpgsqlException("away on purpose", new TimeoutException());
        return requests.Store(context, clock, "flaky", 0);
    }
}

/// <summary>Adds up a counter of ours for one queue.</summary>
public sealed class Counted : IDisposable
{
    private readonly MeterListener listener = new();
    private long total;

    public Counted(string instrument, string queue)
    {
        listener.InstrumentPublished = (found, me) =>
        {
            if (found.Meter.Name == Telemetry.Name && found.Name == instrument)
                me.EnableMeasurementEvents(found);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "messaging.destination.name" && (string?)tag.Value == queue)
                    Interlocked.Add(ref total, value);
            }
        });
        listener.Start();
    }

    public long Total => Interlocked.Read(ref total);

    public void Dispose() => listener.Dispose();
}
