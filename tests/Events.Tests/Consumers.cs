using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ips.Contracts.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Ips.Events.Tests;

/// <summary>How often the consumers of a database were called.</summary>
public static class Attempts
{
    private static readonly ConcurrentDictionary<string, int> Seen = new();

    public static int Of(string connectionString) => Seen.GetValueOrDefault(new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Database!);

    public static void Count(DbContext db) => Seen.AddOrUpdate(db.Database.GetDbConnection().Database, 1, (_, n) => n + 1);
}

/// <summary>PostgreSQL refuses the effect of every message of the program <see cref="Poison"/>; nothing that is written with it may stay.</summary>
public sealed class RefusingConsumer(TestServiceDb db, Requests requests, TimeProvider clock) : IConsumer<TeamFormedV1>
{
    public const string Poison = "poison";

    public Task Consume(ConsumeContext<TeamFormedV1> context)
    {
        Attempts.Count(db);
        return requests.Store(context, clock, context.Message.Program == Poison ? null! : "refusing", 0);
    }
}

/// <summary>Fails for a reason that may pass.</summary>
public sealed class FailingConsumer(TestServiceDb db) : IConsumer<TeamFormedV1>
{
    /// <summary>Teams whose messages no longer fail.</summary>
    public static ConcurrentDictionary<Guid, bool> Fixed { get; } = new();

    public Task Consume(ConsumeContext<TeamFormedV1> context)
    {
        Attempts.Count(db);
        return Fixed.ContainsKey(context.Message.TeamId.Value) ? Task.CompletedTask : throw new InvalidOperationException("fails on purpose");
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
