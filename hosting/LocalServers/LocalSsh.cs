using System.Net.Sockets;

namespace LocalServers;

/// <summary>
/// A private OpenSSH server on loopback that serves files (SFTP) to the user of this process and does nothing else: a direct child of this process, with keys
/// of its own. The SSH service of the system, if there is one, is neither used nor touched.
/// </summary>
public sealed class LocalSsh : IAsyncDisposable
{
    private const string Package = "openssh-server";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly DataDirectory directory;
    private ChildProcess server = null!;

    private LocalSsh(string dataDirectory)
    {
        directory = DataDirectory.Open(dataDirectory);
        Port = directory.Port("ssh", null);
    }

    /// <summary>Its port on loopback.</summary>
    public int Port { get; }

    /// <summary>Who may sign in.</summary>
    public string Username => Environment.UserName;

    /// <summary>The key that may sign in, as PEM.</summary>
    public string PrivateKey => File.ReadAllText(ClientKey);

    /// <summary>The fingerprint of the server's key, as <c>ssh-keygen -l</c> prints it: <c>SHA256:...</c>.</summary>
    public string HostKey { get; private set; } = "";

    /// <summary>A folder for what is exchanged.</summary>
    public string Files => Path.Combine(directory.Root, "files");

    /// <summary>Its log.</summary>
    public string LogFile => Path.Combine(directory.Root, "server.log");

    private string ClientKey => Path.Combine(directory.Root, "client_key");

    private string ServerKey => Path.Combine(directory.Root, "host_key");

    /// <summary>Finds or installs OpenSSH's server, makes its keys, starts it, and waits until it greets.</summary>
    /// <exception cref="LocalServerException">It cannot run here; the message contains the reason and what to do.</exception>
    public static async Task<LocalSsh> StartAsync(string dataDirectory, CancellationToken cancellationToken = default)
    {
        LocalSsh ssh = new(dataDirectory);
        try
        {
            await ssh.StartAsync(cancellationToken);
            return ssh;
        }
        catch
        {
            await ssh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts again on the same port and keys after <see cref="KillAsync"/>.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var program = (await Installer.FindOrInstallAsync(Find, "OpenSSH's server", Package, cancellationToken)).Program;
        Directory.CreateDirectory(Files);
        await MakeKey(ClientKey, cancellationToken);
        await MakeKey(ServerKey, cancellationToken);
        File.Copy(ClientKey + ".pub", Path.Combine(directory.Root, "authorized_keys"), overwrite: true);
        var fingerprint = await Command.RunAsync(new("ssh-keygen", ["-l", "-f", ServerKey + ".pub"]), Patience, cancellationToken);
        HostKey = fingerprint.Output.Split(' ').FirstOrDefault(word => word.StartsWith("SHA256:", StringComparison.Ordinal))
            ?? throw new LocalServerException($"ssh-keygen does not print the fingerprint of {ServerKey}: {fingerprint.LastLines(4)}");
        WriteConfiguration();
        // Where its unprivileged part goes; the package makes it only when the system's service starts.
        if (Native.IsRoot)
            Directory.CreateDirectory("/run/sshd");
        server = await ChildProcess.StartAsync(new(program, ["-D", "-e", "-f", Path.Combine(directory.Root, "sshd_config")])
        {
            LogFile = LogFile,
            OnParentDeath = Native.SigTerm,
            WorkingDirectory = directory.Root,
        });
        directory.Remember(server);
        await GreetsAsync(cancellationToken);
    }

    /// <summary>Ends the server, and with it what it serves, as a power cut would.</summary>
    public async Task KillAsync()
    {
        // Sessions are processes of their own.
        foreach (var session in Native.ProcessesIn(directory.Root).Where(id => id != server.Id))
            Native.Signal(session, Native.SigKill);
        await server.KillAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.StopAsync(Native.SigTerm, TimeSpan.FromSeconds(5));
            await server.DisposeAsync();
        }

        directory.Dispose();
    }

    /// <summary>Removes the data directory, after the instance was disposed.</summary>
    public void DeleteData() => Directory.Delete(directory.Root, recursive: true);

    private static Found? Find() => new[] { "/usr/sbin/sshd", "/usr/local/sbin/sshd" }.FirstOrDefault(File.Exists) is { } program
        && Command.FindOnPath("ssh-keygen") is not null ? new(program) : null;

    private static async Task MakeKey(string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
            return;
        var made = await Command.RunAsync(new("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]), Patience, cancellationToken);
        if (made.ExitCode != 0)
            throw new LocalServerException($"ssh-keygen cannot make {file}: {made.LastLines(4)}");
    }

    private void WriteConfiguration()
    {
        using StreamWriter file = new(DataDirectory.CreatePrivateFile(Path.Combine(directory.Root, "sshd_config")));
        file.Write(
            $"""
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey {ServerKey}
            AuthorizedKeysFile {Path.Combine(directory.Root, "authorized_keys")}
            AllowUsers {Username}
            PermitRootLogin prohibit-password
            AuthenticationMethods publickey
            UsePAM no
            StrictModes no
            PidFile none
            AllowTcpForwarding no
            PermitTTY no
            Subsystem sftp internal-sftp
            ForceCommand internal-sftp -d {Files}

            """);
    }

    // It is ready when it says what it is.
    private async Task GreetsAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        while (!timeout.IsCancellationRequested && server.IsRunning)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync("127.0.0.1", Port, timeout.Token);
                using StreamReader reader = new(client.GetStream());
                if (await reader.ReadLineAsync(timeout.Token) is { } greeting && greeting.StartsWith("SSH-2.0", StringComparison.Ordinal))
                    return;
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                await Task.WhenAny(server.Exited, Task.Delay(25, CancellationToken.None));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new LocalServerException(
            $"OpenSSH's server in {directory.Root} does not answer on port {Port}:\n{string.Join('\n', File.ReadLines(LogFile).TakeLast(8))}\nThe whole log is {LogFile}.");
    }

    private sealed record Found(string Program);
}
