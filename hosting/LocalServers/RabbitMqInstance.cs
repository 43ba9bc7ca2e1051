namespace LocalServers;

/// <summary>
/// The files, ports and password of one private RabbitMQ, and what has to be in order before the node starts. Who runs the programs (this process or
/// Aspire's orchestrator) is decided elsewhere.
/// </summary>
internal sealed class RabbitMqInstance : IDisposable
{
    private RabbitMqPrograms? programs;
    private RabbitMqFiles? files;

    /// <summary>Takes the data directory, which no other process may use until this is disposed, and chooses the ports.</summary>
    public RabbitMqInstance(LocalRabbitMqOptions options)
    {
        Options = options;
        Directory = DataDirectory.Open(options.DataDirectory);
        Password = options.Password ?? Directory.State.Password ?? DataDirectory.NewPassword();
        Port = Directory.Port("amqp", options.Port);
        ManagementPort = options.Management ? Directory.Port("management", options.ManagementPort) : 0;
        EpmdPort = Directory.Port("epmd", null);
        DistributionPort = Directory.Port("distribution", null);
        LogFile = options.LogFile ?? Path.Combine(Directory.Root, "server.log");
    }

    public LocalRabbitMqOptions Options { get; }
    public DataDirectory Directory { get; }
    public string Password { get; }
    public int Port { get; }
    /// <summary>0 when management is off.</summary>
    public int ManagementPort { get; }
    public int EpmdPort { get; }
    public int DistributionPort { get; }
    public string LogFile { get; }
    public string Server => Programs.Server;
    public string Epmd => Programs.Epmd;
    public IReadOnlyDictionary<string, string?> Environment => (files ?? throw NotPrepared()).Environment();
    public string ConnectionString => $"amqp://{Uri.EscapeDataString(Options.Username)}:{Uri.EscapeDataString(Password)}@localhost:{Port}";

    private RabbitMqPrograms Programs => programs ?? throw NotPrepared();

    /// <summary>Finds or installs RabbitMQ, waits for the end of an earlier node, and writes its files.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        programs = await RabbitMqPrograms.GetAsync(cancellationToken);
        await Directory.WaitForPreviousAsync(Native.SigTerm, cancellationToken);
        files ??= new(this, programs);
        Directory.State.Password = Password;
        files.Write();
        Directory.Save();
    }

    public void Dispose() => Directory.Dispose();

    private static InvalidOperationException NotPrepared() => new($"{nameof(PrepareAsync)} runs first.");
}
