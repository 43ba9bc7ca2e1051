using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Ips.Contracts.Events;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>
/// A consumer that stores events in groups. What arrives while a group is being stored goes into the next one, up to 200 events; an event that arrives alone is
/// stored at once. One statement stores the inbox rows of a group and its effects; then every message of the group is acknowledged.
/// An event that was processed before, or that stands twice in a group, is dropped and counted. When a group fails, its events are tried one by one, so that
/// only the one at fault is retried or goes to the error queue. Register it with <see cref="GroupConsumers.AddGroupConsumer{T}"/>.
/// </summary>
/// <remarks>It is one object for all messages: events of one service arrive in many scopes, and a group crosses them.</remarks>
public abstract class GroupConsumer : IConsumer
{
    /// <summary>The most events in a group.</summary>
    internal const int Largest = 200;

    // The inbox row decides: what joins `fresh` is written once, however often and wherever the event is delivered. Rows are inserted in the order of their
    // keys: two replicas that got the same messages lock them in one order.
    private const string Inbox =
        """
        with fresh as (
          insert into inbox_rows (message_id, consumer, received_at)
          select id, @consumer, @now from unnest(@messages) as message (id) order by id
          on conflict do nothing returning message_id as event_id),
        """;

    private readonly NpgsqlDataSource database;
    private readonly Groups<Received, Exception?> groups;

    /// <param name="database">The database of the inbox and of the effects.</param>
    /// <param name="clock">When a message was received.</param>
    protected GroupConsumer(NpgsqlDataSource database, TimeProvider clock)
    {
        (this.database, Clock) = (database, clock);
        groups = new("consume", Largest, Store);
    }

    /// <summary>The clock.</summary>
    protected TimeProvider Clock { get; }

    /// <summary>Stores an event with its group; completes when the group is committed.</summary>
    /// <exception cref="MalformedEventException">The event is not one that a service publishes.</exception>
    public async Task Consume(ConsumeContext context, DomainEvent happened)
    {
        EventCheck.Require(context, happened, Clock.GetUtcNow());
        Received received = new(happened, context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/'), Activity.Current?.Context ?? default);
        // What failed before runs alone: with it, the next group would fail too.
        var failure = context.GetRetryAttempt() > 0
            ? (await Store([received]))[0]
            : await groups.Run(received, context.CancellationToken);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Stores the inbox rows of these events, and the effects of those that this queue did not process before, in one transaction.</summary>
    /// <returns>How many were not processed before.</returns>
    public async Task<int> Store(string queue, IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken)
    {
        DomainEvent[] distinct = [.. events.DistinctBy(happened => happened.EventId)];
        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue("consumer", queue);
        command.Parameters.AddWithValue("now", Clock.GetUtcNow());
        command.Parameters.AddWithValue("messages", Array.ConvertAll(distinct, happened => happened.EventId));
        command.CommandText = $"{Before} {Inbox} {Effects(distinct, command.Parameters)} select count(*)::int from fresh; {After(distinct)}";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (Before.Length > 0)
            await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var fresh = reader.GetInt32(0);
        while (await reader.NextResultAsync(cancellationToken))
        {
        }

        return fresh;
    }

    /// <summary>
    /// A select that runs before a group is stored, in its transaction, such as one that takes a lock: the group then sees everything that was committed by
    /// who held it before. Empty for none.
    /// </summary>
    protected virtual string Before => "";

    /// <summary>A statement that runs after a group is stored, in its transaction, and sees its rows. Empty for none.</summary>
    protected virtual string After(IReadOnlyList<DomainEvent> events) => "";

    /// <summary>Runs when a group is committed.</summary>
    protected virtual void Committed()
    {
    }

    /// <summary>
    /// The effects of events as SQL: one or more common table expressions. They may write only what joins <c>fresh (event_id)</c>, the events that were not
    /// processed before, and write rows in the order of their keys. An exception means that one of the events cannot be processed.
    /// </summary>
    /// <param name="events">Each event once.</param>
    /// <param name="parameters">Receives the values that the SQL names; <c>consumer</c>, <c>now</c> and <c>messages</c> are taken.</param>
    protected abstract string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters);

    /// <summary>
    /// SQL for <c>on conflict do update ... where</c>: whether the row of an event replaces the stored one. The sequence decides, unless the times of the
    /// two events contradict it by more than clocks may differ: otherwise one wrong sequence would hide all later changes.
    /// </summary>
    /// <param name="table">A table with a column <c>changed_at</c>, the time of the event that the row comes from.</param>
    /// <param name="sequence">The column of its sequence.</param>
    protected static string IsLater(string table, string sequence)
    {
        var skew = $"interval '{EventCheck.Skew.TotalSeconds} seconds'";
        return $"(excluded.{sequence} > {table}.{sequence} and (excluded.changed_at >= {table}.changed_at - {skew} or {table}.changed_at is null)"
            + $" or excluded.changed_at > {table}.changed_at + {skew})";
    }

    private async Task<IReadOnlyList<Exception?>> Store(IReadOnlyList<Received> group)
    {
        // The group belongs to the traces of all its events, not to the one that happened to start it.
        Activity.Current = null;
        using var span = Telemetry.Spans.StartActivity(
            ActivityKind.Internal, parentContext: default, links: group.Select(received => new ActivityLink(received.Trace)), name: $"store {group[0].Queue}");
        span?.SetTag("messaging.batch.message_count", group.Count);
        try
        {
            var fresh = await Store(group[0].Queue, [.. group.Select(received => received.Event)], CancellationToken.None);
            if (fresh < group.Count)
                Telemetry.MessagesRepeated.Add(group.Count - fresh, new KeyValuePair<string, object?>("messaging.destination.name", group[0].Queue));
            Committed();
            return new Exception?[group.Count];
        }
        catch (Exception failed) when (group.Count == 1 || Faults.IsOutage(failed))
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failed.GetType().FullName);
            return [.. group.Select(_ => failed)];
        }
        catch
        {
            List<Exception?> failures = [];
            foreach (var received in group)
                failures.AddRange(await Store([received]));
            return failures;
        }
    }

    private sealed record Received(DomainEvent Event, string Queue, ActivityContext Trace);
}

/// <summary>An event that a <see cref="GroupConsumer"/> consumes.</summary>
public interface IGroupConsumer<T> : IConsumer<T>
    where T : DomainEvent
{
    /// <inheritdoc cref="GroupConsumer.Consume"/>
    Task Consume(ConsumeContext context, DomainEvent happened);

    Task IConsumer<T>.Consume(ConsumeContext<T> context) => Consume(context, context.Message);
}

/// <summary>Registers consumers that store events in groups.</summary>
public static class GroupConsumers
{
    /// <summary>Adds a <see cref="GroupConsumer"/> with a queue of its own.</summary>
    public static void AddGroupConsumer<T>(this IBusRegistrationConfigurator bus)
        where T : GroupConsumer
    {
        bus.AddSingleton<T>();
        bus.AddSingleton(services => new GroupQueue(services.GetRequiredService<IEndpointNameFormatter>().Consumer<T>()));
        bus.AddConsumer<T>();
    }
}

/// <summary>The queue of a <see cref="GroupConsumer"/>.</summary>
internal sealed record GroupQueue(string Name);
