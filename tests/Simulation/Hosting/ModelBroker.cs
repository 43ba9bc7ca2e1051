using System.Reflection;
using System.Text.Json;
using Ips.Contracts.Events;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Simulation.Hosting;

/// <summary>A consumer of a service and the events it listens to.</summary>
internal sealed record Subscription(string Service, Type Consumer, IReadOnlySet<Type> Events)
{
    /// <summary>The queue of the consumer.</summary>
    public string Queue => $"{Service}.{Consumer.Name}";

    /// <summary>
    /// Whether the consumer stores something for an event. A claim line that is not ready holds no units, a signing that is no new decision on a signed order
    /// changes no claim line, a determination that was and is not discharged frees no place, no payer here has switched the platform's own approval on, a deadline that is not overdue has no consequence, and a
    /// review counts for a team when it is final: nothing is stored.
    /// </summary>
    public bool Takes(DomainEvent happened) => Events.Contains(happened.GetType())
        && !(Consumer == typeof(Eligibility.Incoming.ClaimLineStored) && happened is ClaimLineDecidedV1 { State: not "ready" })
        && !(Consumer == typeof(Billing.Incoming.PersonChanged) && happened is ServiceOrderSignedV1 { DecidedAgain: not true })
        && Consumer != typeof(Eligibility.Incoming.RequestArrived)
        && !(Consumer == typeof(Eligibility.Incoming.DecisionTimeEnded)
            && happened is not DeadlineReachedV1 { Kind: Eligibility.Authorizations.AuthorizationClocks.Decision, State: "overdue" })
        && !(Consumer == typeof(Staffing.Incoming.Discharged) && happened is DeterminationMovedV1 { IsDischarge: false, WasDischarged: false })
        && !(Consumer == typeof(Staffing.Incoming.DeadlinePassed) && happened is StaffDeadlineReachedV1 { State: not "overdue" })
        && !(Consumer == typeof(Staffing.Incoming.TeamReviewed)
            && happened is ReviewRecordedV1 { FinalReportReceivedOn: null } or ReviewMovedV1 { ToState: not ("withdrawn" or "corrected") });

    /// <summary>Every consumer, from the interfaces that MassTransit reads.</summary>
    public static IReadOnlyList<Subscription> All { get; } =
    [
        .. from service in new[] { ("eligibility", typeof(Eligibility.Db.EligibilityDb)), ("staffing", typeof(Staffing.Db.StaffingDb)),
               ("billing", typeof(Billing.Db.BillingDb)), ("reporting", typeof(Reporting.Db.ReportingDb)) }
           from type in service.Item2.Assembly.GetExportedTypes()
           let events = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
               .Select(i => i.GetGenericArguments()[0]).ToHashSet()
           where type is { IsClass: true, IsAbstract: false } && events.Count > 0
           orderby type.Name
           select new Subscription(service.Item1, type, events),
        .. from service in new[] { "fidelity", "reporting" }
           select new Subscription(service, typeof(ContractsConsumer), new HashSet<Type> { typeof(ContractMovedV1) }),
        .. from service in new[] { "staffing", "fidelity", "billing", "reporting" }
           select new Subscription(service, typeof(PolicyActivationsConsumer), new HashSet<Type> { typeof(PolicyActivationMovedV1) }),
        .. from service in new[] { "staffing", "billing", "reporting" }
           select new Subscription(service, typeof(CoverageConsumer), new HashSet<Type> { typeof(CoverageMovedV1) }),
        .. from service in new[] { "eligibility", "billing", "fidelity", "reporting" }
           select new Subscription(service, typeof(CaseloadsConsumer),
               new HashSet<Type> { typeof(AssignmentMadeV1), typeof(AssignmentEndedV1), typeof(AssignmentResumedV1), typeof(AssignmentJoinedV1) }),
    ];
}

/// <summary>An event on its way to a consumer.</summary>
internal sealed record Delivery(Subscription To, DomainEvent Event)
{
    /// <summary>An event as the outbox stores it.</summary>
    public static DomainEvent Read(string type, string body) =>
        (DomainEvent)JsonSerializer.Deserialize(body, EventCatalog.Find(type)!.Type, EventCatalog.Json)!;
}

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
            var happened = Delivery.Read(type, body);
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
        return delivery.To.Consumer.IsSubclassOf(typeof(GroupConsumer)) ? Store(delivery, seen) : Consume(delivery, seen);
    }

    private Task<bool> Consume(Delivery delivery, InboxRow seen) => world.InScope(delivery.To.Service, Caller.None, async scope =>
    {
        if (await scope.GetRequiredService<EventDb>().Inbox.AsNoTracking().AnyAsync(row => row.MessageId == seen.MessageId && row.Consumer == seen.Consumer))
            return false;
        var consumer = ActivatorUtilities.CreateInstance(scope, delivery.To.Consumer);
        var context = typeof(ConsumeContext<>).MakeGenericType(delivery.Event.GetType());
        await (Task)delivery.To.Consumer.GetMethod("Consume", [context])!
            .Invoke(consumer, BindingFlags.DoNotWrapExceptions, null, [ConsumeContexts.Of(delivery)], null)!;
        return true;
    });

    // A consumer of groups stores inbox row and effects by one statement of PostgreSQL; here they are rows of one transaction.
    private async Task<bool> Store(Delivery delivery, InboxRow seen)
    {
        var service = delivery.To.Service;
        await world.Faults.Pass(service, FaultPoint.BeforeWrite);
        var rows = world.Rows(service);
        world.Store(service).Execute("begin");
        var fresh = rows.TableOf(seen).TryInsert(seen);
        foreach (var row in fresh ? Effects(delivery, seen.ReceivedAt) : [])
            rows.TableOf(row).TryInsert(row);
        world.Store(service).Execute("commit");
        await world.Faults.Pass(service, FaultPoint.AfterWrite);
        return fresh;
    }

    private IEnumerable<object> Effects(Delivery delivery, DateTimeOffset at)
    {
        if (delivery.To.Consumer == typeof(CaseloadsConsumer))
        {
            var span = CaseloadsConsumer.Span(delivery.Event);
            Forget("delete from caseloads where id = $1 and sequence < $2", span.Id.Value, span.Sequence);
            return [span];
        }

        if (delivery.To.Consumer == typeof(Eligibility.Incoming.OrganizationNumbers))
            return [Eligibility.Incoming.OrganizationNumbers.Number(delivery.Event)];

        if (delivery.To.Consumer == typeof(Eligibility.Incoming.TeamsMoved))
            return [Eligibility.Incoming.TeamsMoved.Intake(delivery.Event)];

        switch (delivery.Event)
        {
            // Of contracts, coverage and activations the latest state counts.
            case ContractMovedV1 e:
                Forget("delete from contracts where id = $1 and version < $2", e.ContractId.Value, e.Sequence);
                return [CopyOf(e)];
            case PolicyActivationMovedV1 e:
                Forget("delete from policy_activations where id = $1 and version < $2", e.PolicyActivationId.Value, e.Sequence);
                return [CopyOf(e)];
            case CoverageMovedV1 e:
                Forget("delete from coverage where individual_id = $1 and payer = $2 and from_day = $3 and sequence < $4",
                    e.IndividualId.Value, e.Payer, e.From, e.Sequence);
                return [CopyOf(e)];
            default:
                return new Reporting.Facts.FactReader(world["reporting"].GetRequiredService<Reporting.ProgramDays>().DayOf, at).Read(delivery.Event);
        }

        void Forget(string sql, params object[] values)
        {
            using var forget = world.Store(delivery.To.Service).Connection.CreateCommand();
            forget.CommandText = sql;
            foreach (var (i, value) in values.Index())
                forget.Parameters.AddWithValue($"${i + 1}", value);
            forget.ExecuteNonQuery();
        }
    }

    private static Contract CopyOf(ContractMovedV1 e) => new()
    {
        Id = e.ContractId,
        Version = (int)e.Sequence,
        Payer = e.Payer,
        Provider = e.Provider,
        Program = e.Program,
        From = e.From,
        Through = e.Through,
        Accepted = e.Accepted,
    };

    private static PolicyActivation CopyOf(PolicyActivationMovedV1 e) => new()
    {
        Id = e.PolicyActivationId,
        Version = (int)e.Sequence,
        Program = e.Program,
        PackVersion = e.PackVersion,
        PackHash = e.PackHash,
        From = e.From,
        Shadow = e.Shadow,
        AcceptedAt = e.Accepted ? e.OccurredAt : null,
        Withdrawn = e.Withdrawn,
    };

    private static CoverageSpan CopyOf(CoverageMovedV1 e) => new()
    {
        IndividualId = e.IndividualId,
        Payer = e.Payer,
        From = e.From,
        Through = e.Through,
        Retracted = e.Retracted,
        Sequence = e.Sequence,
    };
}

/// <summary>A context of MassTransit that carries a message and nothing else.</summary>
public class ConsumeContexts : DispatchProxy
{
    private Delivery delivery = null!;

    internal static object Of(Delivery delivery)
    {
        var context = typeof(DispatchProxy).GetMethod(nameof(Create), 2, [])!
            .MakeGenericMethod(typeof(ConsumeContext<>).MakeGenericType(delivery.Event.GetType()), typeof(ConsumeContexts)).Invoke(null, null)!;
        ((ConsumeContexts)context).delivery = delivery;
        return context;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_Message" => delivery.Event,
        "get_MessageId" => delivery.Event.EventId,
        "get_ReceiveContext" => Received(),
        "get_TransportHeaders" => new DictionarySendHeaders(
            EventCheck.Headers(delivery.Event).Where(header => header.Value is not null)
                .ToDictionary(header => header.Name, object? (header) => header.Value)),
        "get_InputAddress" => new Uri($"rabbitmq://none/{delivery.To.Queue}"),
        "get_CancellationToken" => CancellationToken.None,
        _ => throw new NotSupportedException($"{targetMethod.Name} of a message in the simulation"),
    };

    private object Received()
    {
        var received = Create<ReceiveContext, ConsumeContexts>();
        ((ConsumeContexts)(object)received).delivery = delivery;
        return received;
    }
}
