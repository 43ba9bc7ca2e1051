using Ips.SandboxIdentity.Keys;
using LocalServers.Resources;
using Microsoft.Extensions.Configuration;

namespace Ips.AppHost;

/// <summary>
/// PostgreSQL and RabbitMQ: containers where an engine answers, private servers of this machine where none does. A connection string in the
/// configuration takes the place of either.
/// </summary>
internal sealed class Servers(IDistributedApplicationBuilder builder, AppHostOptions options)
{
    private readonly Lazy<bool> containers = new(() => builder.ExecutionContext.IsPublishMode || ContainerEngine.IsWanted(options.Containers));
    private Func<string, IResourceBuilder<IResourceWithConnectionString>>? addDatabase;

    /// <summary>The message broker.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Bus() => IsGiven("bus")
        ? builder.AddConnectionString("bus")
        : containers.Value
            ? builder.AddRabbitMQ("bus", password: Password("bus-password")).WithManagementPlugin().WithDataBindMount(options.DataOf("rabbitmq-container"))
            : builder.AddLocalRabbitMq("bus", new() { DataDirectory = options.DataOf("rabbitmq"), Management = true });

    /// <summary>A database of the one PostgreSQL, which is added with its first database.</summary>
    public IResourceBuilder<IResourceWithConnectionString> Database(string name) => IsGiven(name)
        ? builder.AddConnectionString(name)
        : (addDatabase ??= Postgres())(name);

    private Func<string, IResourceBuilder<IResourceWithConnectionString>> Postgres()
    {
        if (containers.Value)
        {
            var server = builder.AddPostgres("postgres", password: Password("postgres-password")).WithDataBindMount(options.DataOf("postgres-container"));
            return name => server.AddDatabase(name);
        }
        var local = builder.AddLocalPostgres("postgres", new() { DataDirectory = options.DataOf("postgres") });
        return local.AddDatabase;
    }

    private IResourceBuilder<ParameterResource> Password(string name) => builder.ExecutionContext.IsPublishMode
        ? builder.AddParameter(name, secret: true)
        : builder.AddParameter(name, KeyFile.ReadOrMake(options.Data, name, KeyFile.NewPassword).Text, secret: true).WithHidden();

    private bool IsGiven(string name) => builder.Configuration.GetConnectionString(name) is not null;
}
