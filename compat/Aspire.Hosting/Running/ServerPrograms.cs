using Aspire.Hosting.ApplicationModel;
using LocalServers;

namespace Aspire.Hosting.Running;

/// <summary>A server: a private one of this machine where there is a stand-in for it, else a container.</summary>
internal abstract class ServerPrograms(ContainerResource resource, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution) : Programs(resource, data, log, execution)
{
    private IProgram? running;

    public override async Task<IProgram> StartAsync(int replica, CancellationToken stop)
    {
        try
        {
            foreach (var endpoint in Endpoints().Where(endpoint => running is null && endpoint.Port is not null)) Running.Endpoints.ThrowIfTaken(Resource, endpoint, endpoint.Port!.Value);
            return running = Data.UseContainers || !HasLocal ? await ContainerAsync(stop) : await LocalAsync(running, stop);
        }
        catch (LocalServerException e)
        {
            throw new DistributedApplicationException(e.Message, e);
        }
    }

    protected virtual bool HasLocal => true;

    /// <summary>Starts the private server, or starts it again on its data.</summary>
    protected abstract Task<IProgram> LocalAsync(IProgram? earlier, CancellationToken stop);

    /// <summary>The directory for a private server's data: that of its data mount, else one that is emptied at each start.</summary>
    protected string LocalDirectory()
    {
        switch (Resource.Annotations.OfType<ContainerMountAnnotation>().LastOrDefault())
        {
            case { Type: ContainerMountType.BindMount, Source: { } source }:
                return source;
            case { Source: { } volume }:
                return Path.Combine(Data.Directory, "volumes", volume);
            default:
                var passing = Path.Combine(Data.Directory, "session", Resource.Name);
                if (Directory.Exists(passing)) Directory.Delete(passing, recursive: true);
                return passing;
        }
    }

    protected int? WantedPort(string endpoint) => Endpoints().FirstOrDefault(e => e.Name == endpoint)?.Port;

    protected void Allocate(string endpoint, int port)
    {
        if (Endpoints().FirstOrDefault(e => e.Name == endpoint) is { } found) found.AllocatedEndpoint = new(found, "localhost", port);
    }

    private IEnumerable<EndpointAnnotation> Endpoints() => Resource.Annotations.OfType<EndpointAnnotation>();

    private async Task<IProgram> ContainerAsync(CancellationToken stop)
    {
        if (!await DockerContainer.EngineAnswersAsync(stop))
            throw new LocalServerException($"'{Resource.Name}' is to run in a container, but no container engine answers ('docker info' fails). Start Docker, or start without --containers.");
        var ports = new Dictionary<int, int>();
        foreach (var endpoint in Endpoints())
        {
            var port = endpoint.AllocatedEndpoint?.Port ?? endpoint.Port ?? Ports.Free();
            ports[port] = endpoint.TargetPort ?? throw new DistributedApplicationException($"Endpoint '{endpoint.Name}' of container '{Resource.Name}' needs a target port: the one inside the container.");
            Allocate(endpoint.Name, port);
        }
        var image = Resource.Annotations.OfType<ContainerImageAnnotation>().Last();
        return new ContainerProgram(await DockerContainer.StartAsync(new(image.Reference)
        {
            Name = $"{Resource.Name}-{Stable(Data.Directory)}",
            Arguments = await ArgumentsAsync(0, stop),
            Environment = await EnvironmentAsync(0, stop),
            Ports = ports,
            Mounts = [.. Resource.Annotations.OfType<ContainerMountAnnotation>().Select(Mount)],
            Entrypoint = resource.Entrypoint,
            StopSignal = Resource is PostgresServerResource ? Native.SigInt : Native.SigTerm,
        }, Log.Write));
    }

    // The same name for the same data directory, so that a container left by a crash of the engine's client is found and removed.
    private static string Stable(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..10];

    private static string Mount(ContainerMountAnnotation mount)
    {
        if (mount.Type == ContainerMountType.BindMount) Directory.CreateDirectory(mount.Source!);
        var source = mount.Source is null ? "" : $"source={mount.Source},";
        return $"type={(mount.Type == ContainerMountType.BindMount ? "bind" : "volume")},{source}target={mount.Target}{(mount.IsReadOnly ? ",readonly" : "")}";
    }

    private sealed class ContainerProgram(DockerContainer container) : IProgram
    {
        public int ProcessId => container.ProcessId;
        public Task<int> Exited => container.Exited;
        public async Task StopAsync() => await container.DisposeAsync();
    }
}

internal sealed class ContainerPrograms(ContainerResource resource, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution) : ServerPrograms(resource, data, log, execution)
{
    protected override bool HasLocal => false;

    protected override Task<IProgram> LocalAsync(IProgram? earlier, CancellationToken stop) => throw new InvalidOperationException("There is no private server for an arbitrary image.");
}

internal sealed class PostgresPrograms(PostgresServerResource resource, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution) : ServerPrograms(resource, data, log, execution)
{
    protected override async Task<IProgram> LocalAsync(IProgram? earlier, CancellationToken stop)
    {
        if (earlier is Local { Server: var known })
        {
            await known.StartAsync(stop);
            return new Local(known);
        }
        var started = await LocalPostgres.StartAsync(new()
        {
            DataDirectory = LocalDirectory(),
            Username = (await resource.UserNameReference.GetValueAsync(stop))!,
            Password = await resource.PasswordParameter.GetValueAsync(stop),
            Port = WantedPort("tcp"),
            LogFile = Log.Path,
            Settings = new Dictionary<string, string> { ["max_connections"] = "300" },
            OnPort = server => Allocate("tcp", server.Port),
        }, stop);
        return new Local(started);
    }

    private sealed record Local(LocalPostgres Server) : IProgram
    {
        public int ProcessId { get; } = Server.ProcessId;
        public Task<int> Exited { get; } = Server.Exited;
        public async Task StopAsync() => await Server.DisposeAsync();
    }
}

internal sealed class RabbitMqPrograms(RabbitMQServerResource resource, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution) : ServerPrograms(resource, data, log, execution)
{
    protected override async Task<IProgram> LocalAsync(IProgram? earlier, CancellationToken stop)
    {
        if (earlier is Local { Server: var known })
        {
            await known.StartAsync(stop);
            return new Local(known);
        }
        var management = resource.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.Name == "management");
        var started = await LocalRabbitMq.StartAsync(new()
        {
            DataDirectory = LocalDirectory(),
            Username = (await resource.UserNameReference.GetValueAsync(stop))!,
            Password = await resource.PasswordParameter.GetValueAsync(stop),
            Port = WantedPort("tcp"),
            Management = management,
            ManagementPort = WantedPort("management"),
            LogFile = Log.Path,
            OnPorts = server =>
            {
                Allocate("tcp", server.Port);
                if (management) Allocate("management", server.ManagementPort);
            },
        }, stop);
        return new Local(started);
    }

    private sealed record Local(LocalRabbitMq Server) : IProgram
    {
        public int ProcessId { get; } = Server.ProcessId;
        public Task<int> Exited { get; } = Server.Exited;
        public async Task StopAsync() => await Server.DisposeAsync();
    }
}
