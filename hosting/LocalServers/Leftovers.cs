namespace LocalServers;

/// <summary>Removes data directories whose owner was killed before it could: a test runner kills its processes.</summary>
public static class Leftovers
{
    /// <summary>
    /// Removes each directory in <paramref name="parent"/> whose name begins with <paramref name="prefix"/>, that held a server, and that no process owns.
    /// </summary>
    public static void Remove(string parent, string prefix)
    {
        foreach (var path in Directory.GetDirectories(parent, prefix + "*"))
        {
            // Without its state file a directory may be in the making.
            if (!File.Exists(Path.Combine(path, "server.json"))) continue;
            try
            {
                using var owned = DataDirectory.Open(path);
                if (owned.State is { ProcessId: > 0 and var pid, ProcessStartedAt: { } startedAt } && Native.StartedAt(pid) == startedAt) continue;
                if (new FileInfo(Path.Combine(path, "elsewhere")).LinkTarget is { } elsewhere && Directory.Exists(elsewhere))
                    Directory.Delete(elsewhere, recursive: true);
                Directory.Delete(path, recursive: true);
            }
            catch (Exception e) when (e is LocalServerException or IOException or UnauthorizedAccessException)
            {
                // In use, or another user's: not ours to remove.
            }
        }
    }
}
