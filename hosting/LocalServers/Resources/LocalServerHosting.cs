using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LocalServers.Resources;

/// <summary>Adds private servers of this machine to an Aspire application, in the place of containers.</summary>
public static class LocalServerHosting
{
    /// <summary>Adds a private PostgreSQL. It is installed when it is missing, at the resource's start.</summary>
    /// <exception cref="LocalServerException">The data directory is in use or cannot be written.</exception>
    public static IResourceBuilder<LocalPostgresResource> AddLocalPostgres(
        this IDistributedApplicationBuilder builder, string name, LocalPostgresOptions options)
    {
        var instance = new PostgresInstance(options);
        var postgres = builder.AddServer(new LocalPostgresResource(name, instance), instance)
            .WithIconName("DatabaseMultiple")
            .WithEndpoint(port: instance.Port, targetPort: instance.Port, scheme: "tcp", name: "tcp", isProxied: false);
        return postgres
            .WithArgs(context =>
            {
                foreach (var argument in postgres.Resource.Arguments) context.Args.Add(argument);
            })
            .OnResourceReady(CreateDatabasesAsync);
    }

    /// <summary>Adds a database. It is made when the server is ready.</summary>
    public static IResourceBuilder<LocalDatabaseResource> AddDatabase(this IResourceBuilder<LocalPostgresResource> server, string name) =>
        server.ApplicationBuilder.AddResource(new LocalDatabaseResource(name, server.Resource))
            .WithIconName("Database")
            .WithInitialState(new() { ResourceType = "Database", Properties = [], State = KnownResourceStates.Waiting });

    /// <summary>Adds a private RabbitMQ. It is installed when it is missing, at the resource's start.</summary>
    /// <exception cref="LocalServerException">The data directory is in use or cannot be written.</exception>
    public static IResourceBuilder<LocalRabbitMqResource> AddLocalRabbitMq(
        this IDistributedApplicationBuilder builder, string name, LocalRabbitMqOptions options)
    {
        var instance = new RabbitMqInstance(options);
        var rabbit = builder.AddServer(new LocalRabbitMqResource(name, instance), instance)
            .WithIconName("Mailbox")
            .WithEndpoint(port: instance.Port, targetPort: instance.Port, scheme: "tcp", name: "tcp", isProxied: false);
        if (options.Management)
        {
            rabbit.WithHttpEndpoint(port: instance.ManagementPort, targetPort: instance.ManagementPort, name: "management", isProxied: false)
                .WithUrlForEndpoint("management", url => url.DisplayText = "Management");
        }
        return rabbit
            .WithArgs(context =>
            {
                foreach (var argument in rabbit.Resource.Arguments) context.Args.Add(argument);
            })
            .WithEnvironment(context =>
            {
                foreach (var (variable, value) in rabbit.Resource.Environment) context.EnvironmentVariables[variable] = value ?? "";
            });
    }

    private static IResourceBuilder<TServer> AddServer<TServer>(this IDistributedApplicationBuilder builder, TServer server, IDisposable owned)
        where TServer : LocalServerResource
    {
        builder.Services.AddSingleton<IHostedService>(new HeldUntilTheEnd(owned));
        var check = $"{server.Name}_login";
        builder.Services.AddHealthChecks().Add(new(check, _ => new StartingHealthCheck(server.LoginAsync), HealthStatus.Unhealthy, tags: null));
        return builder.AddResource(server)
            .WithHealthCheck(check)
            .OnBeforeResourceStarted((resource, _, cancellationToken) => resource.PrepareAsync(cancellationToken))
            .ExcludeFromManifest();
    }

    private static async Task CreateDatabasesAsync(LocalPostgresResource server, ResourceReadyEvent ready, CancellationToken cancellationToken)
    {
        var notifications = ready.Services.GetRequiredService<ResourceNotificationService>();
        var databases = ready.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<LocalDatabaseResource>();
        foreach (var database in databases.Where(database => database.Parent == server))
        {
            await server.CreateDatabaseAsync(database.Name, cancellationToken);
            // The orchestrator manages programs only: without this, resources that wait for the database would never start.
            await notifications.PublishUpdateAsync(database, snapshot => snapshot with { State = KnownResourceStates.Running });
        }
    }

    /// <summary>The data directory stays ours as long as the application lives.</summary>
    private sealed class HeldUntilTheEnd(IDisposable owned) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => owned.Dispose();
    }
}
