using Npgsql;

namespace LocalServers;

/// <summary>
/// A private PostgreSQL on loopback: a direct child of this process with its own data directory. It ends with this process, and
/// the PostgreSQL service of the system, if there is one, is neither used nor touched.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private readonly LocalPostgresOptions options;
    private readonly PostgresInstance instance;
    private ChildProcess server = null!;

    private LocalPostgres(LocalPostgresOptions options) => (this.options, instance) = (options, new(options));

    public int Port => instance.Port;
    public string Username => options.Username;
    public string Password => instance.Password;
    public string LogFile => instance.LogFile;
    public int ProcessId => server.Id;

    /// <summary>Completes with the exit code when the server ends, wanted or not. A new one after each start.</summary>
    public Task<int> Exited => server.Exited;

    /// <summary>Connection string of the maintenance database, for the superuser.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    public string ConnectionStringOf(string database) => instance.ConnectionStringOf(database);

    /// <summary>Finds or installs PostgreSQL, makes the data directory if there is none, starts, and waits until a login succeeds.</summary>
    /// <exception cref="LocalServerException">It cannot run here; the message contains the reason and what to do.</exception>
    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions options, CancellationToken cancellationToken = default)
    {
        var postgres = new LocalPostgres(options);
        try
        {
            await postgres.StartAsync(cancellationToken);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connection string of the maintenance database of the server that runs on a data directory, in whatever process; null when none runs.</summary>
    public static async Task<string?> FindRunningAsync(string dataDirectory, CancellationToken cancellationToken = default)
    {
        if (DataDirectory.Read(dataDirectory) is not { Password: { } password, Ports: var ports } || !ports.TryGetValue("postgres", out var port))
            return null;
        NpgsqlConnectionStringBuilder address = new() { Host = "localhost", Port = port, Username = "postgres", Password = password, Database = "postgres" };
        try
        {
            await using NpgsqlConnection connection = new($"{address.ConnectionString};Pooling=false;Timeout=5");
            await connection.OpenAsync(cancellationToken);
            return address.ConnectionString;
        }
        catch (NpgsqlException)
        {
            return null;   // nothing listens there, or another server
        }
    }

    /// <summary>Starts again on the same data after <see cref="StopAsync"/>, <see cref="KillAsync"/> or a crash.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await instance.PrepareAsync(cancellationToken);
        File.AppendAllText(LogFile, "");
        server = await ChildProcess.StartAsync(PostgresHome.Owned(new(instance.Program, instance.Arguments)
        {
            LogFile = LogFile,
            OnParentDeath = Native.SigInt,
            WorkingDirectory = instance.Home,
        }));
        instance.Directory.Remember(server);
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Ends the server cleanly: open transactions are rolled back, clients get an error.</summary>
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
        instance.Dispose();
    }

    /// <summary>Removes the data directory, after the instance was disposed.</summary>
    public void DeleteData()
    {
        if (instance.Home != instance.Directory.Root) Directory.Delete(instance.Home, recursive: true);
        Directory.Delete(instance.Directory.Root, recursive: true);
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Login.PostgresAsync(ConnectionString, server.Exited, ReadyTimeout, cancellationToken);
        }
        catch (LocalServerException e)
        {
            throw new LocalServerException(
                $"PostgreSQL in {instance.Directory.Root} on port {Port} {e.Message}:\n"
                + $"{string.Join('\n', File.ReadLines(LogFile).TakeLast(8))}\nThe whole log is {LogFile}.", e);
        }
    }
}
