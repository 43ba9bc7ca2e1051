using System.Security.Cryptography;
using System.Text.Json;

namespace LocalServers;

/// <summary>What a server must find again when it is started a second time on its data.</summary>
internal sealed record ServerState
{
    public string? Password { get; set; }
    public string? NodeName { get; set; }
    public Dictionary<string, int> Ports { get; init; } = [];
    public int ProcessId { get; set; }
    public string? ProcessStartedAt { get; set; }
}

/// <summary>
/// The private directory of one server: its lock, its remembered state, its data. Only one process at a time may own it.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };
    private readonly FileStream ownership;

    private DataDirectory(string path, FileStream ownership, ServerState state)
    {
        (Root, this.ownership, State) = (path, ownership, state);
    }

    public string Root { get; }
    public ServerState State { get; }
    private string StateFile => Path.Combine(Root, "server.json");

    /// <summary>Creates the directory if it is missing, and owns it until disposed.</summary>
    /// <exception cref="LocalServerException">Another process owns the directory, or it cannot be written.</exception>
    public static DataDirectory Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            CreatePrivate(path);
            var mine = Own(path);
            return new(path, mine, Read(path) ?? new());
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException and not FileNotFoundException)
        {
            throw new LocalServerException(
                $"The data directory {path} cannot be used: {e.Message} "
                + "Free some space or give this user the right to write there, or choose another directory.", e);
        }
        catch (JsonException e)
        {
            throw new LocalServerException($"{path}/server.json cannot be read: {e.Message} Remove the directory to start with empty data.", e);
        }
    }

    /// <summary>What the server of a directory remembers, without owning the directory; null when there is none.</summary>
    public static ServerState? Read(string path)
    {
        var file = Path.Combine(path, "server.json");
        return File.Exists(file) ? JsonSerializer.Deserialize<ServerState>(File.ReadAllText(file)) : null;
    }

    public void Save()
    {
        // Written beside and moved, so that a crash leaves either the old state or the new one.
        var draft = StateFile + ".new";
        using (var file = CreatePrivateFile(draft))
            JsonSerializer.Serialize(file, State, Json);
        File.Move(draft, StateFile, overwrite: true);
    }

    public int Port(string name, int? wanted)
    {
        var port = wanted ?? Ports.FreeOr(State.Ports.TryGetValue(name, out var last) ? last : null);
        State.Ports[name] = port;
        return port;
    }

    public void Remember(ChildProcess server)
    {
        (State.ProcessId, State.ProcessStartedAt) = (server.Id, Native.StartedAt(server.Id));
        Save();
    }

    /// <summary>
    /// Waits until the server of an earlier owner has ended. When that owner was killed, the kernel signaled its server to stop, which
    /// takes a moment, and PID 1 of a container may take seconds more to reap it; until then PostgreSQL refuses a second start.
    /// </summary>
    public Task WaitForPreviousAsync(int stopSignal, CancellationToken cancellationToken) =>
        State is { ProcessId: > 0 and var pid, ProcessStartedAt: { } startedAt }
            ? WaitForEndAsync(() => Native.StartedAt(pid) == startedAt ? [pid] : [], stopSignal, cancellationToken)
            : Task.CompletedTask;

    /// <summary>
    /// Waits until no process works in <paramref name="directory"/>: a killed server's own processes notice its death one after the other, and the next
    /// server refuses to start while one of them holds the shared memory.
    /// </summary>
    public Task WaitForProcessesInAsync(string directory, int stopSignal, CancellationToken cancellationToken) =>
        WaitForEndAsync(() => Native.ProcessesIn(directory), stopSignal, cancellationToken);

    // Waits 10 s, then sends the stop signal and waits 10 s, then kills.
    private async Task WaitForEndAsync(Func<IReadOnlyCollection<int>> find, int stopSignal, CancellationToken cancellationToken)
    {
        using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(100));
        for (var ticks = 0; find() is { Count: > 0 } running; ticks++)
        {
            if (ticks == 300)
                throw new LocalServerException($"The earlier server of {Root} (process {running.First()}) does not end. End it by hand and start again.");
            if (ticks is 100 or 200)
                foreach (var pid in running) Native.Signal(pid, ticks == 100 ? stopSignal : Native.SigKill);
            await tick.WaitForNextTickAsync(cancellationToken);
        }
    }

    public void Dispose() => ownership.Dispose();

    public static string NewPassword() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 22);

    /// <summary>A new file, readable and writable by the owner alone. An existing file is replaced.</summary>
    public static FileStream CreatePrivateFile(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    public static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStream Own(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && e.HResult is 11 or 35)
        {
            throw new LocalServerException($"{path} is in use by another process. Stop the platform that runs there, or choose another data directory.", e);
        }
    }
}
