using Npgsql;

namespace LocalServers;

/// <summary>What a private PostgreSQL is to be like.</summary>
public sealed record LocalPostgresOptions
{
    /// <summary>Private directory for data, port, password and log. It may hold the data of an earlier start, which are kept.</summary>
    public required string DataDirectory { get; init; }
    /// <summary>The superuser of the instance.</summary>
    public string Username { get; init; } = "postgres";
    /// <summary>Null: one is made at the first start and remembered.</summary>
    public string? Password { get; init; }
    /// <summary>Null: the port of the last start when free, else a random free one.</summary>
    public int? Port { get; init; }
    /// <summary>Server settings by name, as max_connections.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
    /// <summary>Null: server.log in the data directory.</summary>
    public string? LogFile { get; init; }
    /// <summary>Told as soon as the port is decided, before the server is ready.</summary>
    public Action<LocalPostgres>? OnPort { get; init; }
}

/// <summary>
/// A private PostgreSQL on loopback: a direct child of this process with its own data directory. It ends with this process, and
/// the PostgreSQL service of the system, if there is one, is neither used nor touched.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly LocalPostgresOptions options;
    private readonly DataDirectory directory;
    private readonly PostgresPrograms programs;
    private readonly string home;
    private ChildProcess server = null!;

    private LocalPostgres(LocalPostgresOptions options, DataDirectory directory, PostgresPrograms programs)
    {
        (this.options, this.directory, this.programs) = (options, directory, programs);
        home = PostgresHome.Of(directory.Root);
        Password = options.Password ?? directory.State.Password ?? DataDirectory.NewPassword();
        LogFile = options.LogFile ?? Path.Combine(directory.Root, "server.log");
    }

    public int Port { get; private set; }
    public string Username => options.Username;
    public string Password { get; }
    public string LogFile { get; }
    public int ProcessId => server.Id;

    /// <summary>Completes with the exit code when the server ends, wanted or not. A new one after each start.</summary>
    public Task<int> Exited => server.Exited;

    /// <summary>Connection string of the maintenance database, for the superuser.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    public string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "localhost", Port = Port, Username = Username, Password = Password, Database = database }.ConnectionString;

    /// <summary>Finds or installs PostgreSQL, makes the data directory if there is none, starts, and waits until a login succeeds.</summary>
    /// <exception cref="LocalServerException">It cannot be had here; the message says why and what to do.</exception>
    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions options, CancellationToken stop = default)
    {
        var found = await PostgresPrograms.GetAsync(stop);
        var postgres = new LocalPostgres(options, DataDirectory.Open(options.DataDirectory), found);
        try
        {
            await postgres.StartAsync(stop);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts again on the same data after <see cref="StopAsync"/>, <see cref="KillAsync"/> or a crash.</summary>
    public async Task StartAsync(CancellationToken stop = default)
    {
        await directory.WaitForPreviousAsync(Native.SigInt, stop);
        if (!File.Exists(Path.Combine(home, "data", "PG_VERSION"))) await InitAsync(stop);
        if (Port == 0)
        {
            Port = directory.Port("postgres", options.Port);
            options.OnPort?.Invoke(this);
        }
        await RemnantsAsync(stop);
        RemoveStaleLock();
        directory.State.Password = Password;
        File.AppendAllText(LogFile, "");
        server = await ChildProcess.StartAsync(PostgresHome.Owned(new(programs.Postgres,
        [
            "-D", Path.Combine(home, "data"), "-c", "listen_addresses=127.0.0.1", "-c", $"port={Port}", "-c", $"unix_socket_directories={Sockets()}",
            .. options.Settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" }),
        ])
        { LogFile = LogFile, OnParentDeath = Native.SigInt, WorkingDirectory = home }));
        directory.Remember(server);
        await ReadyAsync(stop);
    }

    /// <summary>Ends the server cleanly: open transactions are rolled back, clients are told.</summary>
    public Task StopAsync() => server.StopAsync(Native.SigInt, TimeSpan.FromSeconds(30));

    /// <summary>Ends the server as a power cut would, for fault tests.</summary>
    public Task KillAsync() => server.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await StopAsync();
            await server.DisposeAsync();
        }
        directory.Dispose();
    }

    /// <summary>Removes all that the instance kept, after it was disposed.</summary>
    public void DeleteData()
    {
        if (home != directory.Root) Directory.Delete(home, recursive: true);
        Directory.Delete(directory.Root, recursive: true);
    }

    private async Task InitAsync(CancellationToken stop)
    {
        var passwordFile = Path.Combine(home, "initial-password");
        await File.WriteAllTextAsync(passwordFile, Password, stop);
        await PostgresHome.GiveAsync(home, stop);
        var made = await Command.RunAsync(PostgresHome.Owned(new(programs.InitDb,
        [
            "-D", Path.Combine(home, "data"), "-U", Username, $"--pwfile={passwordFile}", "-A", "scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ])
        { WorkingDirectory = home }), Patience, stop);
        File.Delete(passwordFile);
        if (made.ExitCode != 0)
            throw new LocalServerException($"PostgreSQL could not make its data directory in {home}:\n{made.LastLines(6)}\nFree some space there, or choose another data directory.");
    }

    private async Task ReadyAsync(CancellationToken stop)
    {
        try
        {
            await Login.PostgresAsync(ConnectionString, server.Exited, Patience, stop);
        }
        catch (LocalServerException e)
        {
            throw new LocalServerException($"PostgreSQL in {directory.Root} on port {Port} {e.Message}:\n{string.Join('\n', File.ReadLines(LogFile).TakeLast(8))}\nThe whole log is {LogFile}.", e);
        }
    }

    // A killed server's own processes notice its death one after the other; the next server refuses to start while one of them holds the shared memory.
    private async Task RemnantsAsync(CancellationToken stop)
    {
        var data = Path.GetFullPath(Path.Combine(home, "data"));
        if (!File.Exists(Path.Combine(data, "postmaster.pid"))) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using PeriodicTimer again = new(TimeSpan.FromMilliseconds(50));
        while (!patience.IsCancellationRequested && Directory.EnumerateDirectories("/proc").Any(process => In(process, data)))
            await again.WaitForNextTickAsync(stop);

        static bool In(string process, string data)
        {
            try
            {
                return File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName == data;
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    // Our own server is gone for certain, so a lock file can only name a process that got the same pid later.
    private void RemoveStaleLock()
    {
        var file = Path.Combine(home, "data", "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid)) return;
        var program = $"/proc/{pid}/comm";
        if (File.Exists(program) && !File.ReadAllText(program).StartsWith("postgres", StringComparison.Ordinal)) File.Delete(file);
    }

    // Nobody uses the socket, but the server wants one, and a socket path may have 107 bytes at most.
    private string Sockets() => home.Length <= 80 ? home : "";
}
