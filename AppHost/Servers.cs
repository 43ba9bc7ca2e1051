using Ips.AppHost.Commands;
using Ips.SandboxIdentity.Keys;
using LocalServers.Resources;
using Microsoft.Extensions.Configuration;

namespace Ips.AppHost;

/// <summary>
/// PostgreSQL and RabbitMQ: containers where an engine answers, private servers of this machine where none does. A connection string in the
/// configuration replaces either.
/// </summary>
internal sealed class Servers(IDistributedApplicationBuilder builder, AppHostOptions options)
{
    private readonly Lazy<bool> containers = new(() => builder.ExecutionContext.IsPublishMode || ContainerEngine.IsWanted(options.Containers));
    private readonly ServiceLogins logins = new(options.Data);
    private Func<string, IResourceBuilder<IResourceWithConnectionString>>? addDatabase;

    /// <summary>The message broker.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Bus() => IsGiven("bus")
        ? builder.AddConnectionString("bus")
        : containers.Value
            ? WithUsers(WithData(builder.AddRabbitMQ("bus", password: Password("bus-password")).WithManagementPlugin()))
            : WithUsers(builder.AddLocalRabbitMq("bus", new() { DataDirectory = options.DataOf("rabbitmq"), Management = true }));

    /// <summary>The database of a service at the one PostgreSQL, which is added with its first database.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Database(string service)
    {
        var name = $"{service}-db";
        if (IsGiven(name)) return builder.AddConnectionString(name);
        var database = (addDatabase ??= Postgres())(name);
        return builder.ExecutionContext.IsPublishMode ? database : database.OnResourceReady(async (resource, _, cancellationToken) =>
            await logins.CreateRoleAsync(service, (await resource.GetConnectionStringAsync(cancellationToken))!, cancellationToken));
    }

    /// <summary>Gives a program the login of its service in the place of the administrator's, at those servers that this host runs.</summary>
    public async Task UseOwnLoginAsync(EnvironmentCallbackContext context, string service, IResourceWithConnectionString server)
    {
        if (builder.ExecutionContext.IsPublishMode || IsGiven(server.Name)) return;
        var administrator = (await server.GetConnectionStringAsync(context.CancellationToken))!;
        context.EnvironmentVariables[$"ConnectionStrings__{server.Name}"] = server.Name == "bus"
            ? logins.Bus(service, administrator)
            : logins.Database(service, administrator);
    }

    /// <summary>Adds the commands of the servers that this host runs.</summary>
    /// <param name="rotating">The services that keep people's data.</param>
    /// <param name="keys">The keys of that data.</param>
    public void AddCommands(IReadOnlyList<string> rotating, PersonalDataKeys keys)
    {
        foreach (var resource in builder.Resources.ToList())
        {
            if (resource is LocalRabbitMqResource local) ReplayErrors.AddTo(builder.CreateResourceBuilder(local));
            if (resource is RabbitMQServerResource container) ReplayErrors.AddTo(builder.CreateResourceBuilder(container));
            if (resource.Name != "postgres") continue;
            Backup.AddTo(builder.CreateResourceBuilder(resource), options.Data);
            RotateKeys.AddTo(builder.CreateResourceBuilder(resource), rotating, keys);
        }
    }

    // Five services with a pool of 40 each, two replicas of one, and what operators open: PostgreSQL's own limit is 100.
    private const string Connections = "400";

    private Func<string, IResourceBuilder<IResourceWithConnectionString>> Postgres()
    {
        if (containers.Value)
        {
            var server = WithData(builder.AddPostgres("postgres", password: Password("postgres-password")).WithArgs("-c", $"max_connections={Connections}"));
            return name => server.AddDatabase(name);
        }
        var local = builder.AddLocalPostgres("postgres", new()
        {
            DataDirectory = options.DataOf("postgres"),
            Settings = new Dictionary<string, string> { ["max_connections"] = Connections },
        });
        return local.AddDatabase;
    }

    private IResourceBuilder<IResourceWithConnectionString> WithUsers<TBroker>(IResourceBuilder<TBroker> broker)
        where TBroker : IResourceWithEndpoints, IResourceWithConnectionString => builder.ExecutionContext.IsPublishMode
            ? (IResourceBuilder<IResourceWithConnectionString>)broker
            : (IResourceBuilder<IResourceWithConnectionString>)broker.OnResourceReady(async (resource, _, cancellationToken) => await logins.CreateUsersAsync(
                broker.GetEndpoint("management").Url, (await resource.GetConnectionStringAsync(cancellationToken))!, cancellationToken));

    // A run keeps its data in the data directory; a deployment has no such place, but a volume.
    private IResourceBuilder<RabbitMQServerResource> WithData(IResourceBuilder<RabbitMQServerResource> server) => builder.ExecutionContext.IsPublishMode
        ? server.WithDataVolume("bus-data")
        : server.WithDataBindMount(options.DataOf("rabbitmq-container"));

    private IResourceBuilder<PostgresServerResource> WithData(IResourceBuilder<PostgresServerResource> server) => builder.ExecutionContext.IsPublishMode
        ? server.WithDataVolume("postgres-data")
        : server.WithDataBindMount(options.DataOf("postgres-container"));

    private IResourceBuilder<ParameterResource> Password(string name) => builder.ExecutionContext.IsPublishMode
        ? builder.AddParameter(name, secret: true)
        : builder.AddParameter(name, KeyFile.ReadOrMake(options.Data, name, KeyFile.NewPassword).Text, secret: true).WithHidden();

    private bool IsGiven(string name) => builder.Configuration.GetConnectionString(name) is not null;
}
