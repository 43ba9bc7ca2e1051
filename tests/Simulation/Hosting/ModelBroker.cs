using System.Reflection;
using System.Text.Json;
using Ips.Contracts.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Simulation.Hosting;

/// <summary>A consumer of a service and the events it listens to.</summary>
internal sealed record Subscription(string Service, Type Consumer, IReadOnlySet<Type> Events)
{
    /// <summary>The queue of the consumer.</summary>
    public string Queue => $"{Service}.{Consumer.Name}";

    /// <summary>Every consumer, from the interfaces that MassTransit reads.</summary>
    public static IReadOnlyList<Subscription> All { get; } =
    [
        .. from service in new[] { ("eligibility", typeof(Eligibility.Db.EligibilityDb)), ("reporting", typeof(Reporting.Db.ReportingDb)) }
           from type in service.Item2.Assembly.GetExportedTypes()
           let events = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
               .Select(i => i.GetGenericArguments()[0]).ToHashSet()
           where type is { IsClass: true, IsAbstract: false } && events.Count > 0
           orderby type.Name
           select new Subscription(service.Item1, type, events),
    ];
}

/// <summary>An event on its way to a consumer.</summary>
internal sealed record Delivery(Subscription To, DomainEvent Event);

/// <summary>
/// Relay, broker and inboxes: events are sent at least once, arrive in any order across subjects, and each consumer has its effects once.
/// </summary>
internal sealed class ModelBroker(ModelWorld world)
{
    /// <summary>What is on its way, in the order of sending.</summary>
    public List<Delivery> Queue { get; private set; } = [];

    /// <summary>Sends what a service's outbox holds. A crash before the mark sends it again later.</summary>
    public async Task Relay(string service, bool crash = false)
    {
        var store = world.Store(service);
        List<(string Id, string Type, string Body)> unsent = [];
        using (var select = store.Connection.CreateCommand())
        {
            select.CommandText = "select id, type, body from outbox_rows where sent_at is null order by rowid";
            using var reader = select.ExecuteReader();
            while (reader.Read())
                unsent.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        foreach (var (_, type, body) in unsent)
        {
            var happened = (DomainEvent)JsonSerializer.Deserialize(body, EventCatalog.Find(type)!.Type, EventCatalog.Json)!;
            Queue.AddRange(Subscription.All.Where(to => to.Events.Contains(happened.GetType())).Select(to => new Delivery(to, happened)));
        }

        if (unsent.Count > 0 && !crash)
        {
            using var mark = store.Connection.CreateCommand();
            mark.CommandText = "update outbox_rows set position = rowid, sent_at = $now where sent_at is null";
            mark.Parameters.AddWithValue("$now", world.Clock.GetUtcNow());
            mark.ExecuteNonQuery();
        }

        await Task.CompletedTask;
    }

    /// <summary>Delivers one; when the consumer dies or its acknowledgement is lost, the delivery stays.</summary>
    public async Task<bool> Deliver(int index, bool losesAck = false)
    {
        var delivery = Queue[index];
        try
        {
            await Consume(delivery);
        }
        catch (ServiceCrashed)
        {
            return false;
        }

        if (!losesAck)
            Queue.Remove(delivery);
        return true;
    }

    /// <summary>What was on its way at that moment comes again.</summary>
    public void Restore(IEnumerable<Delivery> queue) => Queue = [.. queue];

    private Task<bool> Consume(Delivery delivery) => world.InScope(delivery.To.Service, Caller.None, async scope =>
    {
        var db = scope.GetRequiredService<EventDb>();
        var (id, queue) = (delivery.Event.EventId, delivery.To.Queue);
        if (await db.Inbox.AsNoTracking().AnyAsync(row => row.MessageId == id && row.Consumer == queue))
            return false;
        // The effects of a consumer of single messages are committed before its inbox row is; those of a group together with it.
        Changes seen = new(world.Clock.GetUtcNow());
        seen.Insert(new InboxRow { MessageId = id, Consumer = queue, ReceivedAt = seen.Now });
        if (delivery.To.Consumer == typeof(Reporting.Incoming.EventFactsConsumer))
            await ModelFacts.Add(scope, delivery.Event, seen);
        else
            await (Task)delivery.To.Consumer.GetMethod("Consume")!.Invoke(ActivatorUtilities.CreateInstance(scope, delivery.To.Consumer),
                BindingFlags.DoNotWrapExceptions, null, [ConsumeContexts.Of(delivery.Event)], null)!;
        await scope.GetRequiredService<IChangesWriter>().Write(Caller.None, seen, CancellationToken.None);
        return true;
    });
}

/// <summary>The facts that Reporting's consumer stores by SQL of PostgreSQL, as rows.</summary>
internal static class ModelFacts
{
    public static async Task Add(IServiceProvider scope, DomainEvent happened, Changes changes)
    {
        var db = scope.GetRequiredService<Reporting.Db.ReportingDb>();
        var days = scope.GetRequiredService<Reporting.ProgramDays>();
        foreach (var fact in new Reporting.Facts.FactReader(days.DayOf, changes.Now).Read(happened))
        {
            if (!await db.Facts.AnyAsync(f => f.EventId == fact.EventId && f.Topic == fact.Topic))
                changes.Insert(fact);
            if (fact.Payer is { } payer && !await db.Network.AnyAsync(n => n.Provider == fact.Provider && n.Payer == payer)
                && !changes.Rows.OfType<Reporting.Facts.NetworkMember>().Any(n => n.Provider == fact.Provider && n.Payer == payer))
                changes.Insert(new Reporting.Facts.NetworkMember(fact.Provider, payer));
        }
    }
}

/// <summary>A context of MassTransit that carries a message and nothing else.</summary>
public class ConsumeContexts : DispatchProxy
{
    private object message = null!;

    internal static object Of(DomainEvent happened)
    {
        var context = typeof(DispatchProxy).GetMethod(nameof(Create), 2, [])!
            .MakeGenericMethod(typeof(ConsumeContext<>).MakeGenericType(happened.GetType()), typeof(ConsumeContexts)).Invoke(null, null)!;
        ((ConsumeContexts)context).message = happened;
        return context;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_Message" => message,
        "get_CancellationToken" => CancellationToken.None,
        _ => throw new NotSupportedException($"{targetMethod.Name} of a message in the simulation"),
    };
}
