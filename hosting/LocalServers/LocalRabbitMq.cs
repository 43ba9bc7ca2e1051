namespace LocalServers;

/// <summary>What a private RabbitMQ is to be like.</summary>
public sealed record LocalRabbitMqOptions
{
    /// <summary>Private directory for data, ports, password and log. It may hold the data of an earlier start, which are kept.</summary>
    public required string DataDirectory { get; init; }
    public string Username { get; init; } = "guest";
    /// <summary>Null: one is made at the first start and remembered.</summary>
    public string? Password { get; init; }
    /// <summary>AMQP port. Null: that of the last start when free, else a random free one.</summary>
    public int? Port { get; init; }
    /// <summary>Serve the management page and API on <see cref="LocalRabbitMq.ManagementPort"/>.</summary>
    public bool Management { get; init; }
    /// <summary>Null: as <see cref="Port"/>.</summary>
    public int? ManagementPort { get; init; }
    /// <summary>Null: server.log in the data directory.</summary>
    public string? LogFile { get; init; }
    /// <summary>Told as soon as the ports are decided, before the server is ready.</summary>
    public Action<LocalRabbitMq>? OnPorts { get; init; }
}

/// <summary>
/// A private RabbitMQ on loopback with its own Erlang port mapper: both direct children of this process. The RabbitMQ service of
/// the system, if there is one, is neither used nor touched.
/// </summary>
public sealed class LocalRabbitMq : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly LocalRabbitMqOptions options;
    private readonly DataDirectory directory;
    private readonly RabbitMqPrograms programs;
    private RabbitMqFiles? files;
    private ChildProcess? epmd;
    private ChildProcess server = null!;

    private LocalRabbitMq(LocalRabbitMqOptions options, DataDirectory directory, RabbitMqPrograms programs)
    {
        (this.options, this.directory, this.programs) = (options, directory, programs);
        Password = options.Password ?? directory.State.Password ?? DataDirectory.NewPassword();
        LogFile = options.LogFile ?? Path.Combine(directory.Root, "server.log");
    }

    public int Port { get; private set; }
    /// <summary>0 when management is off.</summary>
    public int ManagementPort { get; private set; }
    public string Username => options.Username;
    public string Password { get; }
    public string LogFile { get; }
    public int ProcessId => server.Id;

    /// <summary>Completes with the exit code when the server ends, wanted or not. A new one after each start.</summary>
    public Task<int> Exited => server.Exited;

    public string ConnectionString => $"amqp://{Uri.EscapeDataString(Username)}:{Uri.EscapeDataString(Password)}@localhost:{Port}";

    /// <summary>Finds or installs RabbitMQ, starts it, and waits until a login succeeds.</summary>
    /// <exception cref="LocalServerException">It cannot be had here; the message says why and what to do.</exception>
    public static async Task<LocalRabbitMq> StartAsync(LocalRabbitMqOptions options, CancellationToken stop = default)
    {
        var found = await RabbitMqPrograms.GetAsync(stop);
        var rabbit = new LocalRabbitMq(options, DataDirectory.Open(options.DataDirectory), found);
        try
        {
            await rabbit.StartAsync(stop);
            return rabbit;
        }
        catch
        {
            await rabbit.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts again on the same data after <see cref="StopAsync"/>, <see cref="KillAsync"/> or a crash.</summary>
    public async Task StartAsync(CancellationToken stop = default)
    {
        await directory.WaitForPreviousAsync(Native.SigTerm, stop);
        if (files is null)   // once: all ports stay while we own the directory
        {
            Port = directory.Port("amqp", options.Port);
            ManagementPort = options.Management ? directory.Port("management", options.ManagementPort) : 0;
            files = new RabbitMqFiles(directory, options, programs, Port, ManagementPort, Password);
            options.OnPorts?.Invoke(this);
        }
        directory.State.Password = Password;
        files.Write();
        if (epmd is null or { IsRunning: false }) epmd = await StartEpmdAsync(files.EpmdPort, stop);
        server = await ChildProcess.StartAsync(new(programs.Server, [])
        {
            Environment = files.Environment(),
            CleanEnvironment = true,
            LogFile = LogFile,
            OnParentDeath = Native.SigTerm,
            WorkingDirectory = directory.Root,
        });
        directory.Remember(server);
        await ReadyAsync(stop);
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
        directory.Dispose();
    }

    /// <summary>Removes all that the instance kept, after it was disposed.</summary>
    public void DeleteData() => Directory.Delete(directory.Root, recursive: true);

    // Ours, in the foreground, and listening before the node starts: otherwise the node starts a daemon that outlives everything.
    private async Task<ChildProcess> StartEpmdAsync(int port, CancellationToken stop)
    {
        var started = await ChildProcess.StartAsync(new(programs.Epmd, ["-port", $"{port}", "-address", "127.0.0.1"])
        {
            CleanEnvironment = true,
            Environment = new Dictionary<string, string?> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = directory.Root },
            LogFile = LogFile,
            WorkingDirectory = directory.Root,
        });
        while (started.IsRunning && Ports.IsFree(port)) await Task.Delay(10, stop);
        return started.IsRunning
            ? started
            : throw new LocalServerException($"Erlang's port mapper, which RabbitMQ needs, did not start on 127.0.0.1:{port}. The log is {LogFile}.");
    }

    private async Task ReadyAsync(CancellationToken stop)
    {
        try
        {
            await Login.RabbitMqAsync(ConnectionString, server.Exited, Patience, stop);
        }
        catch (LocalServerException e)
        {
            throw new LocalServerException($"RabbitMQ in {directory.Root} on port {Port} {e.Message}:\n{string.Join('\n', File.ReadLines(LogFile).TakeLast(8))}\nThe whole log is {LogFile}.", e);
        }
    }
}
