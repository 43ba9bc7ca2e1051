using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalServers;

/// <summary>Where PostgreSQL's programs are on this machine.</summary>
internal sealed partial record PostgresPrograms(string Bin)
{
    private const int LowestVersion = 15;

    public string InitDb => Path.Combine(Bin, "initdb");
    public string Named(string tool) => Path.Combine(Bin, tool);
    public string Postgres => Path.Combine(Bin, "postgres");

    public static Task<PostgresPrograms> GetAsync(CancellationToken cancellationToken) =>
        Installer.FindOrInstallAsync(Find, "PostgreSQL 15 or newer", "postgresql", cancellationToken);

    /// <summary>The programs, if they are installed.</summary>
    public static PostgresPrograms? Installed => Find();

    /// <summary>The newest installed version that is new enough: Debian keeps one directory per version, others use PATH.</summary>
    private static PostgresPrograms? Find()
    {
        var versioned = new[] { "/usr/lib/postgresql", "/usr/local/lib/postgresql" }
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Where(directory => int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var version) && version >= LowestVersion)
            .OrderByDescending(directory => int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture))
            .Select(directory => Path.Combine(directory, "bin"));
        var onPath = Command.FindOnPath("postgres") is { } postgres ? Path.GetDirectoryName(Command.Real(postgres)) : null;
        return versioned.Append(onPath)
            .Where(bin => bin is not null && File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
            .Where(bin => bin != onPath || VersionOf(bin!) >= LowestVersion)
            .Select(bin => new PostgresPrograms(bin!))
            .FirstOrDefault();
    }

    private static int VersionOf(string bin)
    {
        var version = Command.RunAsync(new(Path.Combine(bin, "postgres"), ["--version"]), TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();
        return MajorVersion().Match(version.Output) is { Success: true } match ? int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)", RegexOptions.None, 1000)]
    private static partial Regex MajorVersion();
}
