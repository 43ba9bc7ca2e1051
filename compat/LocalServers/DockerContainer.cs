namespace LocalServers;

/// <summary>What to run in a container, and what of it to reach on loopback.</summary>
public sealed record DockerRun(string Image)
{
    public required string Name { get; init; }
    public IReadOnlyList<string> Arguments { get; init; } = [];
    /// <summary>Handed over through the client's environment: values do not appear in the process list.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>Port inside the container by port on 127.0.0.1.</summary>
    public IReadOnlyDictionary<int, int> Ports { get; init; } = new Dictionary<int, int>();
    /// <summary>Values of --mount, as "type=volume,source=data,target=/var/lib/x".</summary>
    public IReadOnlyList<string> Mounts { get; init; } = [];
    public string? Entrypoint { get; init; }
    public string? LogFile { get; init; }
    /// <summary>The signal that ends the program inside cleanly.</summary>
    public int StopSignal { get; init; } = Native.SigTerm;
}

/// <summary>A container run by the docker command line in the foreground: it ends with this process and removes itself.</summary>
public sealed class DockerContainer : IAsyncDisposable
{
    private readonly DockerRun run;
    private readonly ChildProcess client;

    private DockerContainer(DockerRun run, ChildProcess client) => (this.run, this.client) = (run, client);

    public Task<int> Exited => client.Exited;
    public int ProcessId => client.Id;

    /// <summary>True when a container engine answers on this machine.</summary>
    public static async Task<bool> EngineAnswersAsync(CancellationToken stop = default)
    {
        if (Command.FindOnPath("docker") is not { } docker) return false;
        return (await Command.RunAsync(new(docker, ["info", "--format", "{{.ServerVersion}}"]), TimeSpan.FromSeconds(10), stop)).ExitCode == 0;
    }

    /// <summary>Starts the container; what it prints goes to the log file or to <paramref name="onLine"/>.</summary>
    /// <exception cref="LocalServerException">There is no docker client.</exception>
    public static async Task<DockerContainer> StartAsync(DockerRun run, Action<string>? onLine = null)
    {
        var docker = Command.FindOnPath("docker")
            ?? throw new LocalServerException("A container is asked for, but there is no 'docker' on PATH. Install Docker, or start without --containers.");
        await RemoveAsync(docker, run.Name);   // one that an earlier crash of the engine left behind
        var started = await ChildProcess.StartAsync(new(docker, [.. Arguments(run)])
        {
            Environment = run.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            LogFile = run.LogFile,
            OnLine = onLine,
            OnParentDeath = run.StopSignal,   // the client hands the signal on to the container
        });
        return new(run, started);
    }

    public async Task StopAsync() => await client.StopAsync(run.StopSignal, TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await client.DisposeAsync();
        if (Command.FindOnPath("docker") is { } docker) await RemoveAsync(docker, run.Name);
    }

    private static Task RemoveAsync(string docker, string name) =>
        Command.RunAsync(new(docker, ["rm", "--force", "--volumes", name]), TimeSpan.FromSeconds(30));

    private static IEnumerable<string> Arguments(DockerRun run) =>
    [
        "run", "--rm", "--name", run.Name,
        .. run.Environment.Keys.SelectMany(name => new[] { "--env", name }),
        .. run.Ports.SelectMany(port => new[] { "--publish", $"127.0.0.1:{port.Key}:{port.Value}" }),
        .. run.Mounts.SelectMany(mount => new[] { "--mount", mount }),
        .. run.Entrypoint is { } entrypoint ? new[] { "--entrypoint", entrypoint } : [],
        run.Image,
        .. run.Arguments,
    ];
}
