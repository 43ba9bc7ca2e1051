using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Rescue;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Ips.Platform.Events;

/// <summary>The bus: the one place that names the broker.</summary>
public static partial class Messaging
{
    /// <summary>
    /// Outbox relay out, MassTransit consumers in. Every consumer gets its own quorum queue <c>{service}.{consumer}</c>, five attempts with growing,
    /// jittered pauses, and an error queue <c>{queue}_error</c> counted by <c>ips.messages.failed</c> and <c>ips.messages.waiting</c>. A message that no
    /// attempt can process (unknown type or version, unreadable, out of range) goes there at once. Messages are processed
    /// one by one, by a use case that stores the message's <see cref="Inbox.Row"/>, or in groups by a <see cref="GroupConsumer"/>. Connection string:
    /// <c>bus</c>.
    /// </summary>
    public static WebApplicationBuilder AddMessaging<TDb>(this WebApplicationBuilder builder, Action<IBusRegistrationConfigurator>? consumers = null)
        where TDb : EventDb
    {
        var services = builder.Services;
        services.Configure<OutboxOptions>(builder.Configuration.GetSection("Outbox"));
        services.TryAddScoped<EventDb>(sp => sp.GetRequiredService<TDb>());
        services.AddSingleton<OutboxNotifier>();
        services.AddHostedService(sp => sp.GetRequiredService<OutboxNotifier>());
        services.AddSingleton<OutboxLog>();
        services.AddSingleton<EventEpochs>();
        services.AddHostedService(sp => sp.GetRequiredService<EventEpochs>());
        services.AddTransient<IServiceCommand, BeginEpoch>().AddTransient<IServiceCommand, ResendEvents>();
        services.AddSingleton<IGroupPart, GroupEvents>();
        services.AddSingleton<IInterceptor, NotifyAfterCommit>();
        services.AddSingleton<IEventSender>(sp => new RabbitSender(Broker(sp), sp.GetRequiredService<ServiceIdentity>()));
        services.AddHostedService<OutboxRelay>();
        services.AddSingleton(sp => new PartnerExchange(Broker(sp), sp.GetRequiredService<ServiceIdentity>()));
        services.AddSingleton(sp => new BrokerHealth(Broker(sp), sp.GetRequiredService<ServiceIdentity>()));
        services.AddHealthChecks()
            .Add(new HealthCheckRegistration("bus", sp => sp.GetRequiredService<BrokerHealth>(), HealthStatus.Degraded, [], TimeSpan.FromSeconds(5)))
            .Add(new HealthCheckRegistration("messages", sp => sp.GetRequiredService<FailedMessages>(), HealthStatus.Degraded, []));
        services.AddSingleton<ConsumerQueues>().AddSingleton<FailedMessages>();
        services.AddTransient<IServiceCommand>(sp => new ErrorCommand(ErrorCommand.List, sp));
        services.AddTransient<IServiceCommand>(sp => new ErrorCommand(ErrorCommand.Replay, sp));
        services.Configure<ConsumerWatchOptions>(builder.Configuration.GetSection("Consumers"));
        services.AddHostedService<ConsumerWatch>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(ServiceIdentity.Of(builder).Name + ".", includeNamespace: false));
            bus.ConfigureHealthCheckOptions(health => (health.Name, health.MinimalFailureStatus) = ("consumers", HealthStatus.Degraded));
            bus.AddConfigureEndpointsCallback(Endpoint);
            consumers?.Invoke(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(Broker(context));
                rabbit.UseEventContracts();
                rabbit.UseRawJsonSerializer(RawSerializerOptions.AddTransportHeaders | RawSerializerOptions.CopyHeaders, isDefault: true);
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder;
    }

    // Read when it is used, so that `migrate` runs without a broker.
    internal static Uri Broker(IServiceProvider services) =>
        new(services.GetRequiredService<IConfiguration>().GetConnectionString("bus")
            ?? throw new InvalidOperationException("The connection string \"bus\" is missing; set ConnectionStrings__bus to amqp://user:password@host:port."));

    private static void Endpoint(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        context.GetRequiredService<ConsumerQueues>().Add(name);
        var inGroups = context.GetServices<GroupQueue>().Any(queue => queue.Name == name);
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
            rabbit.PrefetchCount = inGroups ? 2 * GroupConsumer.Largest : 16;   // one group is stored while the next one arrives
        }

        // No one listens for faults, and no login of a service may declare their exchange: the message itself waits in the error queue.
        endpoint.PublishFaults = false;
        endpoint.UseMessageRetry(retry => retry.SetRetryPolicy(_ => new ConsumerRetry()));
        var log = context.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Messaging).FullName!);
        endpoint.ConfigureError(ToErrorQueue);
        endpoint.ConfigureDeadLetter(skipped => skipped.UseFilter(new UnknownMessageFilter(name, Pipe.New<ExceptionReceiveContext>(ToErrorQueue))));

        void ToErrorQueue(IPipeConfigurator<ExceptionReceiveContext> error)
        {
            error.UseFilter(new CountFailedFilter(name, log));
            error.UseFilter(new ErrorTransportFilter());
        }
    }

    /// <summary>Takes a message of a type or version that no consumer of the queue knows for a failure: it may be an event that this version needs.</summary>
    private sealed class UnknownMessageFilter(string queue, IPipe<ExceptionReceiveContext> error) : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => error.Send(new RescueExceptionReceiveContext(
            context, new MalformedEventException("MT-MessageType", "an unknown type", $"a type and version that {queue} consumes")));

        public void Probe(ProbeContext context) => context.CreateFilterScope("unknown-message");
    }

    /// <summary>Counts and logs what goes to the error queue, so that operations is alerted.</summary>
    private sealed class CountFailedFilter(string queue, ILogger log) : IFilter<ExceptionReceiveContext>
    {
        public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
        {
            Telemetry.MessagesFailed.Add(1,
                new KeyValuePair<string, object?>("messaging.destination.name", queue),
                new KeyValuePair<string, object?>("error.type", context.Exception.GetBaseException().GetType().FullName));
            Failed(log, queue, context.GetMessageId(), context.Exception.GetBaseException().GetType());
            await next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("count-failed");
    }

    // One line without the stack, which the message has in its headers: a flood of bad messages must not become a flood of stacks.
    [LoggerMessage(1107, LogLevel.Error, "{Queue}: message {Message} failed ({Fault}) and waits in the error queue; list-errors shows why")]
    private static partial void Failed(ILogger log, string queue, Guid? message, Type fault);
}
