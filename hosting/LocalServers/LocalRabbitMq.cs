namespace LocalServers;

/// <summary>
/// A private RabbitMQ on loopback with its own Erlang port mapper: both direct children of this process. The RabbitMQ service of
/// the system, if there is one, is neither used nor touched.
/// </summary>
public sealed class LocalRabbitMq : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly RabbitMqInstance instance;
    private ChildProcess? epmd;
    private ChildProcess server = null!;

    private LocalRabbitMq(LocalRabbitMqOptions options) => instance = new(options);

    public int Port => instance.Port;
    /// <summary>0 when management is off.</summary>
    public int ManagementPort => instance.ManagementPort;
    public string Username => instance.Options.Username;
    public string Password => instance.Password;
    public string LogFile => instance.LogFile;
    public int ProcessId => server.Id;

    /// <summary>Completes with the exit code when the server ends, wanted or not. A new one after each start.</summary>
    public Task<int> Exited => server.Exited;

    public string ConnectionString => instance.ConnectionString;

    /// <summary>Finds or installs RabbitMQ, starts it, and waits until a login succeeds.</summary>
    /// <exception cref="LocalServerException">It cannot run here; the message contains the reason and what to do.</exception>
    public static async Task<LocalRabbitMq> StartAsync(LocalRabbitMqOptions options, CancellationToken cancellationToken = default)
    {
        var rabbit = new LocalRabbitMq(options);
        try
        {
            await rabbit.StartAsync(cancellationToken);
            return rabbit;
        }
        catch
        {
            await rabbit.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Addresses of the broker that runs on a data directory, in whatever process, each with the administrator's login: AMQP, and the management API. Null when
    /// none was started there with management.
    /// </summary>
    public static (string Amqp, string Management)? Find(string dataDirectory)
    {
        if (DataDirectory.Read(dataDirectory) is not { Password: { } password, Ports: var ports }
            || !ports.TryGetValue("amqp", out var amqp) || !ports.TryGetValue("management", out var management))
            return null;
        var login = $"{new LocalRabbitMqOptions { DataDirectory = dataDirectory }.Username}:{Uri.EscapeDataString(password)}";
        return ($"amqp://{login}@localhost:{amqp}", $"http://{login}@localhost:{management}");
    }

    /// <summary>Starts again on the same data after <see cref="StopAsync"/>, <see cref="KillAsync"/> or a crash.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await instance.PrepareAsync(cancellationToken);
        if (epmd is null or { IsRunning: false }) epmd = await StartEpmdAsync(instance.EpmdPort, cancellationToken);
        server = await ChildProcess.StartAsync(new(instance.Server, [])
        {
            Environment = instance.Environment,
            CleanEnvironment = true,
            LogFile = LogFile,
            OnParentDeath = Native.SigTerm,
            WorkingDirectory = instance.Directory.Root,
        });
        instance.Directory.Remember(server);
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Ends the server cleanly. Messages in durable and quorum queues stay.</summary>
    public async Task StopAsync()
    {
        await server.StopAsync(Native.SigTerm, TimeSpan.FromSeconds(30));
        if (epmd is not null) await epmd.StopAsync(Native.SigTerm, TimeSpan.FromSeconds(5));
    }

    /// <summary>Ends the server as a power cut would, for fault tests.</summary>
    public Task KillAsync() => server.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await StopAsync();
            await server.DisposeAsync();
        }
        if (epmd is not null) await epmd.DisposeAsync();
        instance.Dispose();
    }

    /// <summary>Removes the data directory, after the instance was disposed.</summary>
    public void DeleteData() => Directory.Delete(instance.Directory.Root, recursive: true);

    // Ours, in the foreground, and listening before the node starts: otherwise the node starts a daemon that outlives everything.
    private async Task<ChildProcess> StartEpmdAsync(int port, CancellationToken cancellationToken)
    {
        var started = await ChildProcess.StartAsync(new(instance.Epmd, ["-port", $"{port}", "-address", "127.0.0.1"])
        {
            CleanEnvironment = true,
            Environment = new Dictionary<string, string?> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = instance.Directory.Root },
            LogFile = LogFile,
            WorkingDirectory = instance.Directory.Root,
        });
        while (started.IsRunning && Ports.IsFree(port)) await Task.Delay(10, cancellationToken);
        return started.IsRunning
            ? started
            : throw new LocalServerException($"Erlang's port mapper, which RabbitMQ needs, did not start on 127.0.0.1:{port}. The log is {LogFile}.");
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Login.RabbitMqAsync(ConnectionString, server.Exited, Patience, cancellationToken);
        }
        catch (LocalServerException e)
        {
            throw new LocalServerException(
                $"RabbitMQ in {instance.Directory.Root} on port {Port} {e.Message}:\n"
                + $"{string.Join('\n', File.ReadLines(LogFile).TakeLast(8))}\nThe whole log is {LogFile}.", e);
        }
    }
}
