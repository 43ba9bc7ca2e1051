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
    private Func<string, IResourceBuilder<IResourceWithConnectionString>>? addDatabase;

    /// <summary>The message broker.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Bus() => IsGiven("bus")
        ? builder.AddConnectionString("bus")
        : containers.Value
            ? WithData(builder.AddRabbitMQ("bus", password: Password("bus-password")).WithManagementPlugin())
            : builder.AddLocalRabbitMq("bus", new() { DataDirectory = options.DataOf("rabbitmq"), Management = true });

    /// <summary>A database of the one PostgreSQL, which is added with its first database.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Database(string name) => IsGiven(name)
        ? builder.AddConnectionString(name)
        : (addDatabase ??= Postgres())(name);

    /// <summary>Adds the commands of the servers that this host runs.</summary>
    /// <param name="rotating">The services that keep people's data.</param>
    /// <param name="keys">The keys of that data.</param>
    public void AddCommands(IReadOnlyList<string> rotating, PersonalDataKeys keys)
    {
        foreach (var resource in builder.Resources.ToList())
        {
            if (resource is LocalRabbitMqResource local) ErrorQueues.AddTo(builder.CreateResourceBuilder(local));
            if (resource is RabbitMQServerResource container) ErrorQueues.AddTo(builder.CreateResourceBuilder(container));
            if (resource.Name != "postgres") continue;
            Backup.AddTo(builder.CreateResourceBuilder(resource), options.Data);
            RotateKeys.AddTo(builder.CreateResourceBuilder(resource), rotating, keys);
        }
    }

    private Func<string, IResourceBuilder<IResourceWithConnectionString>> Postgres()
    {
        if (containers.Value)
        {
            var server = WithData(builder.AddPostgres("postgres", password: Password("postgres-password")));
            return name => server.AddDatabase(name);
        }
        var local = builder.AddLocalPostgres("postgres", new() { DataDirectory = options.DataOf("postgres") });
        return local.AddDatabase;
    }

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
