using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Ips.Testing;

/// <summary>
/// External peers: curl, and the scripts in <c>tests/Testing/peers</c> over the npm packages of its lock file, which are installed
/// into the artifacts folder at first use. Where node or curl is missing and we may install it (root on Debian or Ubuntu), it is installed.
/// </summary>
public static class NodePeers
{
    private static readonly string Scripts = Path.Combine(Checkout.Root, "tests", "Testing", "peers");
    private static readonly string Installed = Path.Combine(Checkout.Root, "artifacts", "peers");
    private static readonly Lazy<Task> Ready = new(Install);

    /// <summary>Starts a script; its output is read by the caller, its errors go to the test run's own.</summary>
    public static async Task<Process> Start(string script, params string[] arguments)
    {
        await Ready.Value;
        var start = new ProcessStartInfo(
            "node")
        { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = Scripts };
        start.Environment["NODE_PATH"] = Path.Combine(Installed, "node_modules");
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"node did not start {script}.");
    }

    /// <summary>Runs a program of an npm package to its end; the output includes its errors.</summary>
    public static async Task<(int ExitCode, string Output)> RunProgram(string program, params string[] arguments)
    {
        await Ready.Value;
        var start = new ProcessStartInfo(Path.Combine(Installed, "node_modules", ".bin", program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }

    /// <summary>Starts a script of bash in a folder; node, npm and curl are on PATH. The caller reads what it prints.</summary>
    public static async Task<Process> Shell(string script, string folder)
    {
        await Ready.Value;
        return Process.Start(
            new ProcessStartInfo(
                "bash", ["-c", script])
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })
            ?? throw new InvalidOperationException("bash did not start.");
    }

    /// <summary>The next line that a script prints, as JSON; null at its end.</summary>
    public static async Task<JsonElement?> ReadLine(Process process, CancellationToken cancellationToken)
    {
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is null ? null : JsonSerializer.Deserialize<JsonElement>(line);
    }

    private static async Task Install()
    {
        Directory.CreateDirectory(Installed);

        // Several test processes may run this at once: the lock file is held while one of them installs.
        await using var gate = await Lock(Path.Combine(Installed, ".lock"));
        var wanted = await File.ReadAllTextAsync(Path.Combine(Scripts, "package-lock.json"));
        var marker = Path.Combine(Installed, ".installed");
        List<string> lacking = [];
        foreach (var (command, package) in new[] { ("node", "nodejs"), ("npm", "npm"), ("curl", "curl") })
        {
            if (!await Runs(command, "--version"))
                lacking.Add(package);
        }

        if (lacking.Count > 0)
            await InstallPrograms(lacking);
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker) == wanted)
            return;

        File.Copy(Path.Combine(Scripts, "package.json"), Path.Combine(Installed, "package.json"), overwrite: true);
        File.Copy(Path.Combine(Scripts, "package-lock.json"), Path.Combine(Installed, "package-lock.json"), overwrite: true);
        await Run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        await File.WriteAllTextAsync(marker, wanted);
    }

    private static async Task InstallPrograms(List<string> packages)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/apt-get"))
            throw new InvalidOperationException(
                $"These tests need node 18 or later, npm and curl on the PATH. Install {string.Join(", ", packages)} and run them again.");
        await Run("apt-get", "update", "-qq");
        await Run("apt-get", ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", .. packages]);
    }

    private static async Task<FileStream> Lock(string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!patience.IsCancellationRequested)
            {
                await retry.WaitForNextTickAsync(patience.Token);
            }
        }
    }

    private static async Task<bool> Runs(string command, params string[] arguments)
    {
        try
        {
            await Run(command, arguments);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Installed,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{errors}");
    }
}
