using LocalServers;

namespace Testcontainers.RabbitMq;

/// <summary>
/// A RabbitMQ for tests: a container where a container engine answers, else a private server of this machine. It starts empty,
/// listens on loopback, ends with this process at the latest, and leaves nothing behind.
/// </summary>
public sealed class RabbitMqContainer : IAsyncDisposable
{
    private readonly RabbitMqConfiguration configuration;
    private DockerContainer? container;
    private LocalRabbitMq? local;
    private ushort port;

    internal RabbitMqContainer(RabbitMqConfiguration configuration) => this.configuration = configuration;

    public string Hostname => "127.0.0.1";

    public string Name { get; } = $"ips-test-rabbitmq-{Path.GetRandomFileName().Replace(".", "")}";

    /// <summary>The port on this machine for <paramref name="containerPort"/>, which can only be 5672.</summary>
    public ushort GetMappedPublicPort(int containerPort) =>
        containerPort == RabbitMqBuilder.RabbitMqPort ? Started() : throw new InvalidOperationException($"Port {containerPort} is not exposed; AMQP is on 5672.");

    public string GetConnectionString() =>
        new UriBuilder("amqp", Hostname, Started()) { UserName = Uri.EscapeDataString(configuration.Username), Password = Uri.EscapeDataString(configuration.Password) }.ToString();

    public async Task StartAsync(CancellationToken ct = default)
    {
        if (local is not null) await local.StartAsync(ct);
        else if (container is not null) await container.StartAgainAsync(ct);
        else if (await DockerContainer.EngineAnswersAsync(ct)) await StartContainerAsync(ct);
        else await StartLocalAsync(ct);
    }

    public async Task StopAsync(CancellationToken ct = default)
    {
        if (container is not null) await container.StopAsync();
        if (local is not null) await local.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (container is not null) await container.DisposeAsync();
        if (local is null) return;
        await local.DisposeAsync();
        local.DeleteData();
        local = null;
    }

    private async Task StartContainerAsync(CancellationToken ct)
    {
        port = (ushort)Ports.Free();
        container = await DockerContainer.StartAsync(new(configuration.Image)
        {
            Name = Name,
            Keep = true,
            Ready = (exited, stop) => Login.RabbitMqAsync(GetConnectionString(), exited, TimeSpan.FromMinutes(5), stop),
            Environment = new Dictionary<string, string> { ["RABBITMQ_DEFAULT_USER"] = configuration.Username, ["RABBITMQ_DEFAULT_PASS"] = configuration.Password },
            Ports = new Dictionary<int, int> { [port] = RabbitMqBuilder.RabbitMqPort },
        }, stop: ct);
    }

    private async Task StartLocalAsync(CancellationToken ct)
    {
        Leftovers.Remove(Path.GetTempPath(), "ips-test-rabbitmq-");
        local = await LocalRabbitMq.StartAsync(new()
        {
            DataDirectory = Path.Combine(Path.GetTempPath(), Name),
            Username = configuration.Username,
            Password = configuration.Password,
        }, ct);
        port = (ushort)local.Port;
    }

    private ushort Started() => port != 0 ? port : throw new InvalidOperationException("The container is not started yet: call StartAsync first.");
}
