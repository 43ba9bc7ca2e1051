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

    private Task<bool> Consume(Delivery delivery)
    {
        InboxRow seen = new() { MessageId = delivery.Event.EventId, Consumer = delivery.To.Queue, ReceivedAt = world.Clock.GetUtcNow() };
        return delivery.To.Consumer == typeof(Reporting.Incoming.EventFactsConsumer) ? Report(delivery.Event, seen) : Consume(delivery, seen);
    }

    // A consumer of single messages: what its use case commits is committed before the inbox row is.
    private Task<bool> Consume(Delivery delivery, InboxRow seen) => world.InScope(delivery.To.Service, Caller.None, async scope =>
    {
        if (await scope.GetRequiredService<EventDb>().Inbox.AsNoTracking().AnyAsync(row => row.MessageId == seen.MessageId && row.Consumer == seen.Consumer))
            return false;
        var consumer = ActivatorUtilities.CreateInstance(scope, delivery.To.Consumer);
        await (Task)delivery.To.Consumer.GetMethod("Consume")!
            .Invoke(consumer, BindingFlags.DoNotWrapExceptions, null, [ConsumeContexts.Of(delivery.Event)], null)!;
        await world.Faults.Pass(delivery.To.Service, FaultPoint.BeforeWrite);
        world.Rows(delivery.To.Service).TableOf(seen).TryInsert(seen);
        return true;
    });

    // Reporting's consumer stores inbox row and facts by one statement of PostgreSQL; here they are rows of one transaction.
    private async Task<bool> Report(DomainEvent happened, InboxRow seen)
    {
        await world.Faults.Pass("reporting", FaultPoint.BeforeWrite);
        var rows = world.Rows("reporting");
        world.Store("reporting").Execute("begin");
        var fresh = rows.TableOf(seen).TryInsert(seen);
        var days = world["reporting"].GetRequiredService<Reporting.ProgramDays>();
        foreach (var fact in fresh ? new Reporting.Facts.FactReader(days.DayOf, seen.ReceivedAt).Read(happened) : [])
        {
            rows.TableOf(fact).TryInsert(fact);
            if (fact.Payer is { } payer)
            {
                Reporting.Facts.NetworkMember member = new(fact.Provider, payer);
                rows.TableOf(member).TryInsert(member);
            }
        }

        world.Store("reporting").Execute("commit");
        await world.Faults.Pass("reporting", FaultPoint.AfterWrite);
        return fresh;
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
