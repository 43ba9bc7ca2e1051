using Npgsql;

namespace LocalServers;

/// <summary>
/// The files, port and password of one private PostgreSQL, and what has to be in order before the server starts. Who runs the program (this process or
/// Aspire's orchestrator) is decided elsewhere.
/// </summary>
internal sealed class PostgresInstance : IDisposable
{
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(60);
    private readonly LocalPostgresOptions options;
    private readonly string home;

    /// <summary>Takes the data directory, which no other process may use until this is disposed, and chooses the port.</summary>
    public PostgresInstance(LocalPostgresOptions options)
    {
        this.options = options;
        Directory = DataDirectory.Open(options.DataDirectory);
        home = PostgresHome.Of(Directory.Root);
        Password = options.Password ?? Directory.State.Password ?? DataDirectory.NewPassword();
        Port = Directory.Port("postgres", options.Port);
        LogFile = options.LogFile ?? Path.Combine(Directory.Root, "server.log");
    }

    public DataDirectory Directory { get; }
    public string Home => home;
    public string Password { get; }
    public int Port { get; }
    public string LogFile { get; }
    public string Program { get; private set; } = "postgres";

    public IReadOnlyList<string> Arguments =>
    [
        "-D", Data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={Port}", "-c", $"unix_socket_directories={Sockets()}",
        .. options.Settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" }),
    ];

    private string Data => Path.Combine(home, "data");

    public string ConnectionStringOf(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "localhost",
        Port = Port,
        Username = options.Username,
        Password = Password,
        Database = database,
    }.ConnectionString;

    /// <summary>Finds or installs PostgreSQL, waits for the end of an earlier server, and makes the data where there are none.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var programs = await PostgresPrograms.GetAsync(cancellationToken);
        Program = programs.Postgres;
        await Directory.WaitForPreviousAsync(Native.SigInt, cancellationToken);
        await Directory.WaitForProcessesInAsync(Data, Native.SigInt, cancellationToken);
        if (!File.Exists(Path.Combine(Data, "PG_VERSION"))) await InitAsync(programs, cancellationToken);
        RemoveStaleLock();
        Directory.State.Password = Password;
        Directory.Save();
    }

    public void Dispose() => Directory.Dispose();

    private async Task InitAsync(PostgresPrograms programs, CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(home, "initial-password");
        await File.WriteAllTextAsync(passwordFile, Password, cancellationToken);
        await PostgresHome.ChangeOwnerAsync(home, cancellationToken);
        var made = await Command.RunAsync(PostgresHome.Owned(new(programs.InitDb,
        [
            "-D", Data, "-U", options.Username, $"--pwfile={passwordFile}", "-A", "scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ])
        { WorkingDirectory = home }), InitTimeout, cancellationToken);
        File.Delete(passwordFile);
        if (made.ExitCode != 0)
        {
            throw new LocalServerException(
                $"PostgreSQL could not make its data directory in {home}:\n{made.LastLines(6)}\nFree some space there, or choose another data directory.");
        }
    }

    // Our own server is gone for certain, so a lock file can only name a process that got the same pid later.
    private void RemoveStaleLock()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid)) return;
        var program = $"/proc/{pid}/comm";
        if (File.Exists(program) && !File.ReadAllText(program).StartsWith("postgres", StringComparison.Ordinal)) File.Delete(file);
    }

    // No client uses the socket, but the server needs one, and a socket path may have 107 bytes at most.
    private string Sockets() => home.Length <= 80 ? home : "";
}
