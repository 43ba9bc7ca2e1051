namespace LocalServers;

/// <summary>
/// Installs a missing server with the system's package manager, without starting or enabling the service that comes with it.
/// Only root on Debian or Ubuntu installs; other users get an error that names what to install.
/// </summary>
internal static class Installer
{
    private const string PolicyFile = "/usr/sbin/policy-rc.d";
    private const string PolicyMark = "# ips local servers: installing without starting services";

    // The services that come with a package. Only those of the package that is installed are disabled: another one may be in use.
    private static readonly Dictionary<string, string[]> Services = new(StringComparer.Ordinal)
    {
        ["postgresql"] = ["postgresql.service"],
        ["rabbitmq-server"] = ["rabbitmq-server.service", "epmd.service", "epmd.socket"],
        ["openssh-server"] = ["ssh.service", "ssh.socket"],
    };

    /// <summary>Runs <paramref name="find"/>; when it finds nothing, installs <paramref name="package"/> and runs it again.</summary>
    /// <param name="what">For messages: product and lowest version, as "PostgreSQL 15 or newer".</param>
    public static async Task<T> FindOrInstallAsync<T>(Func<T?> find, string what, string package, CancellationToken cancellationToken) where T : class
    {
        if (OperatingSystem.IsLinux() && find() is { } found) return found;
        if (Obstacle(what, package, OperatingSystem.IsLinux(), File.Exists("/usr/bin/apt-get"), Native.IsRoot) is { } obstacle)
            throw new LocalServerException(obstacle);

        await using var fileLock = await LockAsync(cancellationToken);
        if (find() is { } installedMeanwhile) return installedMeanwhile;
        Console.Error.WriteLine($"{what} was not found: installing the package '{package}' (its system service is not started).");
        await InstallAsync(package, what, cancellationToken);
        return find() ?? throw new LocalServerException(
            $"The package '{package}' was installed, but {what} is still not found: this system's packages are too old. {Advice(package)}");
    }

    /// <summary>Why a server that is missing cannot be installed here, and what to do; null when it can.</summary>
    internal static string? Obstacle(string what, string package, bool linux, bool apt, bool root) => (linux, apt, root) switch
    {
        (false, _, _) => $"{what} cannot be run privately on this operating system; Linux is needed for that. "
            + "Use containers (--containers) or give a connection string.",
        (_, false, _) => $"{what} was not found, and this system has no apt-get to install it with. {Advice(package)}",
        (_, _, false) => $"{what} was not found, and only root may install it. {Advice(package)}",
        _ => null,
    };

    private static string Advice(string package) =>
        $"Install the package '{package}' (Debian, Ubuntu: apt-get install {package}), or put its programs on PATH, "
        + "or use containers (--containers), or give a connection string.";

    private static async Task InstallAsync(string package, string what, CancellationToken cancellationToken)
    {
        var mine = ForbidServiceStarts();
        try
        {
            var update = await AptAsync(["update", "-qq"], cancellationToken);
            var install = await AptAsync(["install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", package], cancellationToken);
            if (install.ExitCode != 0)
                throw new LocalServerException(
                    $"{what} was not found, and apt-get could not install '{package}':\n"
                    + $"{(update.ExitCode != 0 ? update.LastLines(4) + "\n" : "")}{install.LastLines(8)}\n{Advice(package)}");
            if (Services.TryGetValue(package, out var services) && Directory.Exists("/run/systemd/system"))
                await Command.RunAsync(new("systemctl", ["disable", "--quiet", .. services]), TimeSpan.FromSeconds(30), cancellationToken);
        }
        finally
        {
            if (mine) File.Delete(PolicyFile);
        }
    }

    private static Task<Command.Result> AptAsync(string[] arguments, CancellationToken cancellationToken) => Command.RunAsync(
        new("/usr/bin/apt-get", arguments)
        {
            Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
            OnParentDeath = Native.SigTerm
        },
        TimeSpan.FromMinutes(10), cancellationToken);

    // invoke-rc.d runs this file; 101 means "not allowed". An existing file that is not ours is not changed: such
    // files have the same purpose.
    private static bool ForbidServiceStarts()
    {
        if (File.Exists(PolicyFile) && !File.ReadAllText(PolicyFile).Contains(PolicyMark)) return false;
        File.WriteAllText(PolicyFile, $"#!/bin/sh\n{PolicyMark}\nexit 101\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PolicyFile, (UnixFileMode)0b111_101_101);
        return true;
    }

    // Test processes start side by side; one of them installs and the others wait. The lock ends with the process.
    private static async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream("/run/ips-local-servers.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }
}
