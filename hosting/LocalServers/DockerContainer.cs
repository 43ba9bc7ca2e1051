using System.Collections.Concurrent;

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
    /// <summary>A stop keeps what is inside, for another start; disposal and the end of this process, however it comes, remove it.</summary>
    public bool Keep { get; init; }
    /// <summary>Waits until a login succeeds; is given the end of the container. Null: it is ready when it runs.</summary>
    public Func<Task<int>, CancellationToken, Task>? Ready { get; init; }
    /// <summary>The signal that ends the program inside cleanly.</summary>
    public int StopSignal { get; init; } = Native.SigTerm;
}

/// <summary>A container run by the docker command line in the foreground: it ends with this process.</summary>
public sealed class DockerContainer : IAsyncDisposable
{
    // Waits for the end of this process, which a test host meets without a word, and removes what was to be kept while it lived.
    private const string Reap = """trap 'kill $!; "$0" rm --force --volumes "$1" >/dev/null 2>&1; exit' TERM; sleep infinity & wait""";

    private readonly DockerRun run;
    private readonly string docker;
    private readonly Action<string>? onLine;
    private readonly ConcurrentQueue<string> lastWords = new();
    private ChildProcess client = null!;
    private ChildProcess? reaper;

    private DockerContainer(DockerRun run, string docker, Action<string>? onLine) => (this.run, this.docker, this.onLine) = (run, docker, onLine);

    public Task<int> Exited => client.Exited;
    public int ProcessId => client.Id;

    /// <summary>True when a container engine answers on this machine.</summary>
    public static async Task<bool> EngineAnswersAsync(CancellationToken stop = default)
    {
        if (Command.FindOnPath("docker") is not { } docker) return false;
        return (await Command.RunAsync(new(docker, ["info", "--format", "{{.ServerVersion}}"]), TimeSpan.FromSeconds(10), stop)).ExitCode == 0;
    }

    /// <summary>Starts the container and waits until it is ready; what it prints goes to <paramref name="onLine"/>.</summary>
    /// <exception cref="LocalServerException">There is no docker client, or the container did not get ready: the message names the image and holds its last words.</exception>
    public static async Task<DockerContainer> StartAsync(DockerRun run, Action<string>? onLine = null, CancellationToken stop = default)
    {
        var docker = Command.FindOnPath("docker")
            ?? throw new LocalServerException("A container is asked for, but there is no 'docker' on PATH. Install Docker, or start without --containers.");
        var container = new DockerContainer(run, docker, onLine);
        await container.RemoveAsync();   // one that an earlier crash of the engine left behind
        if (run.Keep) container.reaper = await ChildProcess.StartAsync(new("/bin/sh", ["-c", Reap, docker, run.Name]) { OnParentDeath = Native.SigTerm });
        try
        {
            await container.ClientAsync(Arguments(run), stop);
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a container that is kept again after <see cref="StopAsync"/>, on its data and ports, and waits until it is ready.</summary>
    /// <exception cref="LocalServerException"/>
    public Task StartAgainAsync(CancellationToken stop = default) => ClientAsync(["start", "--attach", run.Name], stop);

    public async Task StopAsync() => await client.StopAsync(run.StopSignal, TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        if (client is not null)
        {
            await StopAsync();
            await client.DisposeAsync();
        }
        await RemoveAsync();
        if (reaper is not null)
        {
            await reaper.StopAsync(Native.SigTerm, TimeSpan.FromSeconds(30));
            await reaper.DisposeAsync();
        }
    }

    private async Task ClientAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        client = await ChildProcess.StartAsync(new(docker, [.. arguments])
        {
            Environment = run.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            OnLine = Heard,
            OnParentDeath = run.StopSignal,   // the client hands the signal on to the container
        });
        try
        {
            if (run.Ready is { } ready) await ready(Exited, stop);
        }
        catch (LocalServerException e)
        {
            throw new LocalServerException($"The container of the image '{run.Image}' {e.Message}:\n{string.Join('\n', lastWords)}", e);
        }
    }

    private void Heard(string line)
    {
        lastWords.Enqueue(line);
        while (lastWords.Count > 8 && lastWords.TryDequeue(out _)) { }
        onLine?.Invoke(line);
    }

    private Task RemoveAsync() => Command.RunAsync(new(docker, ["rm", "--force", "--volumes", run.Name]), TimeSpan.FromSeconds(30));

    private static IEnumerable<string> Arguments(DockerRun run) =>
    [
        "run",
        .. run.Keep ? [] : new[] { "--rm" },
        "--name", run.Name,
        .. run.Environment.Keys.SelectMany(name => new[] { "--env", name }),
        .. run.Ports.SelectMany(port => new[] { "--publish", $"127.0.0.1:{port.Key}:{port.Value}" }),
        .. run.Mounts.SelectMany(mount => new[] { "--mount", mount }),
        .. run.Entrypoint is { } entrypoint ? new[] { "--entrypoint", entrypoint } : [],
        run.Image,
        .. run.Arguments,
    ];
}
