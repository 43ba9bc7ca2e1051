using System.Diagnostics;

namespace Ips.AppHost;

/// <summary>Whether Docker or Podman answers on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>True when containers are used.</summary>
    /// <exception cref="DistributedApplicationException">They are required and no engine answers.</exception>
    public static bool IsWanted(bool required)
    {
        if (Answers("docker") || Answers("podman")) return true;
        return !required
            ? false
            : throw new DistributedApplicationException(
                "--containers needs Docker or Podman, and no container engine answers. "
                + "Start the engine, or start without --containers to use private servers.");
    }

    private static bool Answers(string engine)
    {
        if (!MayAnswer(engine)) return false;
        using Process process = new()
        {
            StartInfo = new(
            engine, "info")
            { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false }
        };
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(Timeout)) return process.ExitCode == 0;
        process.Kill();
        return false;
    }

    // Without a socket, Docker's client takes a tenth of the platform's start time to fail.
    private static bool MayAnswer(string engine) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, engine)))
        && (engine != "docker" || !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DOCKER_HOST") is not null
        || File.Exists("/var/run/docker.sock"));
}
