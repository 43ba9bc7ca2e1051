using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Ips.AppHost;

/// <summary>
/// Ends this host when Aspire's orchestrator is killed. Its monitors then end every program within seconds, but the host would never end.
/// </summary>
internal sealed class Orchestrator(IHostApplicationLifetime lifetime)
{
    private const string Lost =
        "\nAspire's orchestrator (dcp) ended unexpectedly, and the platform's programs end with it. Start the platform again; the data are kept.";

    /// <summary>Watches the orchestrator of this host from now on. On Linux only, where its processes can be found.</summary>
    public void Watch()
    {
        if (OperatingSystem.IsLinux()) foreach (var pid in Find()) _ = WatchAsync(pid);
    }

    private async Task WatchAsync(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            await process.WaitForExitAsync(lifetime.ApplicationStopping);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (lifetime.ApplicationStopping.IsCancellationRequested) return;
        await Console.Error.WriteLineAsync(Lost);
        // An orderly stop would wait for the orchestrator and never end.
        Environment.Exit(1);
    }

    // The API server, which watches this process, and the controllers, which it started.
    private static IEnumerable<int> Find()
    {
        var processes = Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
            .Select(path => (Pid: int.Parse(Path.GetFileName(path), null), Command: Command(path))).ToList();
        var servers = processes.Where(
            process => process.Command.Contains($"\0start-apiserver\0--monitor\0{Environment.ProcessId}\0", StringComparison.Ordinal)).ToList();
        var kubeconfigs = servers.Select(server => server.Command.Split('\0') is var words ? words[Array.IndexOf(words, "--kubeconfig") + 1] : "").ToHashSet();
        var controllers = processes.Where(
            process => process.Command.Contains("\0run-controllers\0", StringComparison.Ordinal) && process.Command.Split('\0').Any(kubeconfigs.Contains));
        return servers.Concat(controllers).Select(process => process.Pid);
    }

    private static string Command(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";   // ended meanwhile, or another user's
        }
    }
}
