using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting
{
    public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

    /// <summary>Which project to run. Classes that say so are generated into namespace Projects, one per project reference.</summary>
    public interface IProjectMetadata : IResourceAnnotation
    {
        string ProjectPath { get; }
        bool SuppressBuild => false;
    }

    /// <summary>A generated class also knows the program that the build made. The official tooling runs the project instead.</summary>
    public interface IBuiltProjectMetadata : IProjectMetadata
    {
        string TargetPath { get; }
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource;

    public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
    {
        public string Command => command;
        public string WorkingDirectory => workingDirectory;
    }

    public class ContainerResource(string name, string? entrypoint = null) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
    {
        public string? Entrypoint { get; set; } = entrypoint;
    }

    public sealed class ContainerImageAnnotation : IResourceAnnotation
    {
        public required string Image { get; set; }
        public string? Tag { get; set; }

        internal string Reference => Tag is null ? Image : $"{Image}:{Tag}";
    }

    public enum ContainerMountType
    {
        BindMount = 0,
        Volume = 1,
    }

    public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
    {
        public string? Source => source;
        public string Target => target;
        public ContainerMountType Type => type;
        public bool IsReadOnly => isReadOnly;
    }

    public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
    {
        public int Replicas => replicas;
    }

    public sealed class HealthCheckAnnotation(string key) : IResourceAnnotation
    {
        public string Key => key;
    }

    public enum WaitType
    {
        WaitUntilHealthy = 0,
        WaitForCompletion = 1,
        WaitUntilStarted = 2,
    }

    public enum WaitBehavior
    {
        WaitOnResourceUnavailable = 0,
        StopOnResourceUnavailable = 1,
    }

    public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
    {
        public IResource Resource => resource;
        public WaitType WaitType => waitType;
        public int ExitCode => exitCode;
        public WaitBehavior? WaitBehavior { get; set; }
    }

    public class PostgresServerResource(string name, ParameterResource? userName, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
    {
        public EndpointReference PrimaryEndpoint => new(this, "tcp");
        public ParameterResource? UserNameParameter => userName;
        public ParameterResource PasswordParameter => password;
        public ReferenceExpression UserNameReference => userName is null ? ReferenceExpression.Create($"postgres") : ReferenceExpression.Create($"{userName}");

        public ReferenceExpression ConnectionStringExpression =>
            ReferenceExpression.Create($"Host={PrimaryEndpoint.Property(EndpointProperty.Host)};Port={PrimaryEndpoint.Property(EndpointProperty.Port)};Username={UserNameReference};Password={password}");

        public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties()
        {
            var (host, port) = (PrimaryEndpoint.Property(EndpointProperty.Host), PrimaryEndpoint.Property(EndpointProperty.Port));
            yield return new("Host", ReferenceExpression.Create($"{host}"));
            yield return new("Port", ReferenceExpression.Create($"{port}"));
            yield return new("Username", UserNameReference);
            yield return new("Password", ReferenceExpression.Create($"{password}"));
            yield return new("Uri", ReferenceExpression.Create($"postgresql://{UserNameReference:uri}:{password:uri}@{host}:{port}"));
            yield return new("JdbcConnectionString", ReferenceExpression.Create($"jdbc:postgresql://{host}:{port}"));
        }
    }

    public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource) : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
    {
        public PostgresServerResource Parent => postgresParentResource;
        public string DatabaseName => databaseName;

        public ReferenceExpression ConnectionStringExpression
        {
            get
            {
                var quoted = new System.Data.Common.DbConnectionStringBuilder { ["Database"] = databaseName }.ConnectionString;
                return ReferenceExpression.Create($"{Parent};{quoted}");
            }
        }

        public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties()
        {
            foreach (var (key, value) in Parent.GetConnectionProperties())
                yield return new(key, key is "Uri" or "JdbcConnectionString" ? ReferenceExpression.Create($"{value}/{databaseName:uri}") : value);
            yield return new("DatabaseName", ReferenceExpression.Create($"{databaseName}"));
        }
    }

    public class RabbitMQServerResource(string name, ParameterResource? userName, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
    {
        public EndpointReference PrimaryEndpoint => new(this, "tcp");
        public ParameterResource? UserNameParameter => userName;
        public ParameterResource PasswordParameter => password;
        public ReferenceExpression UserNameReference => userName is null ? ReferenceExpression.Create($"guest") : ReferenceExpression.Create($"{userName}");

        public ReferenceExpression ConnectionStringExpression =>
            ReferenceExpression.Create($"amqp://{UserNameReference:uri}:{password:uri}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

        public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties()
        {
            yield return new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}"));
            yield return new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}"));
            yield return new("Username", UserNameReference);
            yield return new("Password", ReferenceExpression.Create($"{password}"));
            yield return new("Uri", ConnectionStringExpression);
        }
    }
}
