using System.Runtime.InteropServices;

namespace LocalServers;

/// <summary>Signals and process facts that .NET does not offer.</summary>
public static partial class Native
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserCore();

    /// <summary>True on Unix when this process may do what root may.</summary>
    public static bool IsRoot => !OperatingSystem.IsWindows() && EffectiveUserCore() == 0;

    /// <summary>Sends <paramref name="signal"/>. False when there is no such process any more.</summary>
    public static bool Signal(int pid, int signal) => KillCore(pid, signal) == 0;

    /// <summary>
    /// When the process began, in kernel ticks since boot, or null when it is gone. With the pid it identifies one process permanently:
    /// pids are used again. A zombie still counts as there, because PostgreSQL counts it too.
    /// </summary>
    public static string? StartedAt(int pid)
    {
        try
        {
            // Fields after the command, which is in parentheses and may hold blanks: the start time is the 22nd of all.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The processes whose working directory this is, except this one; those of other users are seen by root only.</summary>
    public static IReadOnlyCollection<int> ProcessesIn(string directory)
    {
        var wanted = Path.GetFullPath(directory);
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(process => int.TryParse(Path.GetFileName(process), out var pid) ? pid : 0)
                .Where(pid => pid != 0 && pid != Environment.ProcessId && WorkingDirectoryOf(pid) == wanted),
        ];
    }

    private static string? WorkingDirectoryOf(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;   // ended meanwhile, or another user's
        }
    }
}
