using MassTransit;
using MassTransit.Middleware;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ips.Platform.Events;

/// <summary>The bus: the one place that names the broker.</summary>
public static class Messaging
{
    /// <summary>
    /// Outbox relay out, MassTransit consumers in. Every consumer gets its own quorum queue <c>{service}.{consumer}</c>, five attempts with growing,
    /// jittered pauses, and an error queue <c>{queue}_error</c> counted by <c>ips.messages.failed</c>. Messages are processed
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
        services.AddSingleton(sp => new BrokerHealth(Broker(sp), sp.GetRequiredService<ServiceIdentity>()));
        services.AddHealthChecks()
            .Add(new HealthCheckRegistration("bus", sp => sp.GetRequiredService<BrokerHealth>(), HealthStatus.Unhealthy, [], TimeSpan.FromSeconds(5)));
        services.Configure<ConsumerWatchOptions>(builder.Configuration.GetSection("Consumers"));
        services.AddHostedService<ConsumerWatch>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(ServiceIdentity.Of(builder).Name + ".", includeNamespace: false));
            bus.ConfigureHealthCheckOptions(health => (health.Name, health.MinimalFailureStatus) = ("consumers", HealthStatus.Unhealthy));
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
    private static Uri Broker(IServiceProvider services) =>
        new(services.GetRequiredService<IConfiguration>().GetConnectionString("bus")
            ?? throw new InvalidOperationException("The connection string \"bus\" is missing; set ConnectionStrings__bus to amqp://user:password@host:port."));

    private static void Endpoint(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        var inGroups = context.GetServices<GroupQueue>().Any(queue => queue.Name == name);
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
            rabbit.PrefetchCount = inGroups ? 2 * GroupConsumer.Largest : 16;   // one group is stored while the next one arrives
        }

        endpoint.UseMessageRetry(retry => retry.SetRetryPolicy(_ => new ConsumerRetry()));
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new CountFailedFilter(name));
            error.UseFilter(new ErrorTransportFilter());
        });
    }

    /// <summary>Counts what goes to the error queue, so that operations is alerted.</summary>
    private sealed class CountFailedFilter(string queue) : IFilter<ExceptionReceiveContext>
    {
        public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
        {
            Telemetry.MessagesFailed.Add(1,
                new KeyValuePair<string, object?>("messaging.destination.name", queue),
                new KeyValuePair<string, object?>("error.type", context.Exception.GetBaseException().GetType().FullName));
            await next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("count-failed");
    }
}
