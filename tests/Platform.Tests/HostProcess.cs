using System.Diagnostics;
using System.Text;

namespace Ips.Platform.Tests;

/// <summary>The AppHost as a user runs it: a process of its own.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    public HostProcess(params string[] arguments) : this(null, arguments)
    {
    }

    /// <param name="path">PATH of the host, which decides which programs it finds; null: as ours.</param>
    /// <param name="arguments">Its command line.</param>
    public HostProcess(string? path, string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.Combine(global::Projects.AppHost.ProjectPath, "bin", configuration.Parent!.Name, configuration.Name, "AppHost.dll");
        process = new Process
        {
            StartInfo = new ProcessStartInfo(
                Environment.ProcessPath is { } own && Path.GetFileName(own) == "dotnet" ? own
                    : "dotnet", [program, .. arguments])
            { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        process.StartInfo.Environment["HOST_UNDER_TEST"] = string.Join(' ', arguments);   // its children inherit it, so ProcessesOf finds all
        if (path is not null) process.StartInfo.Environment["PATH"] = path;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;
    public bool HasExited => process.HasExited;

    /// <summary>The orchestrator that this host started.</summary>
    public int OrchestratorId => int.Parse(
        Directory.GetDirectories("/proc").Single(path => Read(path, "cmdline").Contains($"\0start-apiserver\0--monitor\0{Id}\0"))[("/proc/".Length)..],
        System.Globalization.CultureInfo.InvariantCulture);

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    public async Task<int> ExitAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var host = new HostProcess(arguments);
        return (await host.ExitAsync(TimeSpan.FromMinutes(1)), host.Output);
    }

    /// <summary>Processes that name the directory in their command line or environment, this one's children or not.</summary>
    public static List<string> ProcessesOf(string directory) => Directory.GetDirectories("/proc")
        .Where(path => int.TryParse(Path.GetFileName(path), out var pid) && pid != Environment.ProcessId)
        .Where(path => (Read(path, "cmdline") + Read(path, "environ")).Contains(directory))
        .Select(path => $"{Path.GetFileName(path)} {Read(path, "cmdline").Replace('\0', ' ')}")
        .ToList();

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;   // the end of one of the two streams
        lock (output) output.AppendLine(line);
    }

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";   // ended meanwhile
        }
    }
}
