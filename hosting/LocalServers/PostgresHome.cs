using System.Security.Cryptography;

namespace LocalServers;

/// <summary>
/// PostgreSQL refuses to run as root. When we are root it runs as the user 'postgres', who must own the data and be able to
/// search every directory above them.
/// </summary>
internal static class PostgresHome
{
    private const string User = "postgres";

    /// <summary>
    /// The directory to hold the data: <paramref name="root"/> itself, or, where the user 'postgres' cannot get there (a clone in
    /// /root, say), one under /var/lib that root/elsewhere points to.
    /// </summary>
    public static string Of(string root)
    {
        if (!Native.IsRoot) return root;
        var link = new FileInfo(Path.Combine(root, "elsewhere"));
        if (link.LinkTarget is { } known && Directory.Exists(known)) return known;
        if (AllCanSearchAbove(root)) return root;

        var elsewhere = Path.Combine("/var/lib/ips-local-servers", RandomNumberGenerator.GetHexString(16, lowercase: true));
        Directory.CreateDirectory(elsewhere);
        link.Delete();
        link.CreateAsSymbolicLink(elsewhere);
        Console.Error.WriteLine($"PostgreSQL's own user cannot enter {root}: its data are in {elsewhere}.");
        return elsewhere;
    }

    /// <summary>Arguments of setpriv that make a program of root's run as the user 'postgres'.</summary>
    public static IReadOnlyList<string> ChangeUser => Native.IsRoot ? [$"--reuid={User}", $"--regid={User}", "--init-groups"] : [];

    public static ChildStart Owned(ChildStart start) => Native.IsRoot ? start with { User = User } : start;

    /// <summary>Makes the user 'postgres' the owner of <paramref name="home"/> and what is in it.</summary>
    public static async Task ChangeOwnerAsync(string home, CancellationToken cancellationToken)
    {
        if (!Native.IsRoot) return;
        var change = await Command.RunAsync(new("/bin/chown", ["-R", $"{User}:", home]), TimeSpan.FromSeconds(30), cancellationToken);
        if (change.ExitCode != 0)
            throw new LocalServerException($"{home} could not be given to the user '{User}', under whom PostgreSQL runs: {change.LastLines(2)}");
    }

    private static bool AllCanSearchAbove(string root)
    {
        if (OperatingSystem.IsWindows()) return true;
        for (var directory = Directory.GetParent(root); directory is not null; directory = directory.Parent)
        {
            if (!directory.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
        }
        return true;
    }
}
