using System.ComponentModel;
using System.Diagnostics;

namespace LocalServers;

/// <summary>How to start a child. Standard output and error go to <see cref="LogFile"/> when given, else to <see cref="OnLine"/>.</summary>
public sealed record ChildStart(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to this process's environment, or all of it when <see cref="CleanEnvironment"/> is set. Null removes.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
    public bool CleanEnvironment { get; init; }
    public string? WorkingDirectory { get; init; }
    /// <summary>File that gets both output streams, appended. It is written by the child itself, so it survives this process.</summary>
    public string? LogFile { get; init; }
    /// <summary>The signal that the kernel sends when this process ends for any reason.</summary>
    public int OnParentDeath { get; init; } = Native.SigKill;
    /// <summary>Run as this user; only root can. Null: the user of this process.</summary>
    public string? User { get; init; }
    /// <summary>Called per line of output when there is no log file.</summary>
    public Action<string>? OnLine { get; init; }
}

/// <summary>
/// A direct child that ends when this process ends for any reason. It runs in a session of its own, so that Ctrl+C in a
/// terminal reaches only us and we decide the order in which things stop.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process process;

    private ChildProcess(Process process, Task ended)
    {
        this.process = process;
        Id = process.Id;
        Exited = WaitAsync(ended);
    }

    public int Id { get; }

    /// <summary>Completes with the exit code (128 + signal when killed) once the child is reaped and its output is read.</summary>
    public Task<int> Exited { get; }

    public bool IsRunning => !Exited.IsCompleted;

    /// <summary>Starts the child; it is running when this returns.</summary>
    /// <exception cref="LocalServerException">The program does not exist or may not be run.</exception>
    public static async Task<ChildProcess> StartAsync(ChildStart start)
    {
        var info = Info(start);
        try
        {
            return await ParentThread.Run(() =>
            {
                var child = new Process { StartInfo = info, EnableRaisingEvents = true };
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                child.Exited += (_, _) => ended.TrySetResult();
                if (start.OnLine is { } onLine)
                {
                    child.OutputDataReceived += (_, e) => { if (e.Data is { } line) onLine(line); };
                    child.ErrorDataReceived += (_, e) => { if (e.Data is { } line) onLine(line); };
                }
                child.Start();
                if (info.RedirectStandardInput) child.StandardInput.Close();
                if (info.RedirectStandardOutput) child.BeginOutputReadLine();
                if (info.RedirectStandardError) child.BeginErrorReadLine();
                return new ChildProcess(child, ended.Task);
            });
        }
        catch (Win32Exception e)
        {
            throw new LocalServerException($"'{info.FileName}' cannot be started: {e.Message}. Check that it is installed and that this user may run it.", e);
        }
    }

    /// <summary>Requests that the child ends, and waits; after <paramref name="patience"/> it is killed. Returns the exit code.</summary>
    public async Task<int> StopAsync(int signal, TimeSpan patience)
    {
        if (IsRunning) Signal(signal);
        if (await Task.WhenAny(Exited, Task.Delay(patience)) != Exited) Signal(Native.SigKill);
        return await Exited;
    }

    /// <summary>Ends the child as a crash would, and reaps it.</summary>
    public async Task KillAsync()
    {
        Signal(Native.SigKill);
        await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private void Signal(int signal)
    {
        if (!IsRunning) return;
        if (OperatingSystem.IsWindows()) process.Kill(entireProcessTree: true);
        else Native.Signal(Id, signal);
    }

    // The rest of the output is waited for only briefly: a grandchild that outlives the child would hold the pipe open.
    private async Task<int> WaitAsync(Task ended)
    {
        await ended;
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
        return process.ExitCode;
    }

    private static ProcessStartInfo Info(ChildStart start)
    {
        var piped = start.LogFile is null;
        var info = new ProcessStartInfo
        {
            WorkingDirectory = start.WorkingDirectory ?? "",
            RedirectStandardInput = piped,
            RedirectStandardOutput = piped,
            RedirectStandardError = piped,
            UseShellExecute = false,
        };
        foreach (var part in CommandLine(start)) info.ArgumentList.Add(part);
        info.FileName = info.ArgumentList[0];
        info.ArgumentList.RemoveAt(0);

        if (start.CleanEnvironment) info.Environment.Clear();
        foreach (var (name, value) in start.Environment)
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }
        return info;
    }

    // Every link of the chain execs the next, so the pid that Process knows is the program's own.
    private static IEnumerable<string> CommandLine(ChildStart start)
    {
        if (OperatingSystem.IsLinux())
        {
            yield return "/usr/bin/setsid";
            if (start.LogFile is { } log)   // opened before the user changes: the log's directory is ours
            {
                foreach (var part in new[] { "/bin/sh", "-c", """exec "$@" </dev/null >>"$0" 2>&1""", log }) yield return part;
            }
            yield return "/usr/bin/setpriv";
            if (start.User is { } user)
            {
                yield return $"--reuid={user}";
                yield return $"--regid={user}";
                yield return "--init-groups";
            }
            yield return "--pdeathsig";
            yield return start.OnParentDeath switch { Native.SigInt => "INT", Native.SigTerm => "TERM", _ => "KILL" };
            yield return "--";
            // The parent may have died before the signal was set: then its pid is no longer our parent's. A program that needs our
            // variables does without this check, for a shell drops those whose names it cannot write (services__a-b__http__0).
            if (start.LogFile is not null)
            {
                foreach (var part in new[] { "/bin/sh", "-c", """[ "$PPID" = "$0" ] || exit 143; exec "$@" """, $"{Environment.ProcessId}" }) yield return part;
            }
        }
        yield return start.Program;
        foreach (var argument in start.Arguments) yield return argument;
    }
}
