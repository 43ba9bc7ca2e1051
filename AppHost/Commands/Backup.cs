using System.Diagnostics;
using System.Globalization;
using LocalServers.Resources;
using Npgsql;

namespace Ips.AppHost.Commands;

/// <summary>"Back up databases": pg_dump of every database into a directory of its own below backups/ of the data directory, as plain SQL.</summary>
internal sealed class Backup(IResourceCollection resources, string data, TimeProvider clock)
{
    /// <summary>Adds the command to PostgreSQL.</summary>
    public static void AddTo(IResourceBuilder<IResource> postgres, string data) => postgres.WithCommand(
        "backup", "Back up databases",
        context => new Backup(postgres.ApplicationBuilder.Resources, data, TimeProvider.System).RunAsync(context.CancellationToken),
        new() { IconName = "DatabaseArrowDown", Description = $"pg_dump of every database, as plain SQL, into {Path.Combine(data, "backups")}" });

    private async Task<ExecuteCommandResult> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Path.Combine(data, "backups", clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var databases = resources.Where(resource => resource.Name.EndsWith("-db", StringComparison.Ordinal)).OfType<IResourceWithConnectionString>().ToList();
        foreach (var database in databases)
        {
            var failure = await DumpAsync(database, Path.Combine(directory, $"{database.Name}.sql"), cancellationToken);
            if (failure is not null) return CommandResults.Failure($"{database.Name} was not backed up: {failure}");
        }
        return CommandResults.Success($"{databases.Count} databases are in {directory}");
    }

    private async Task<string?> DumpAsync(IResourceWithConnectionString database, string file, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder address = new(await database.GetConnectionStringAsync(cancellationToken));
        ProcessStartInfo start = new(Program, ["--no-password", "--file", file, address.Database!]) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in new[] { ("PGHOST", address.Host), ("PGPORT", $"{address.Port}"), ("PGUSER", address.Username),
            ("PGPASSWORD", address.Password) })
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? null : errors.Trim();
    }

    private string Program => resources.OfType<LocalPostgresResource>().FirstOrDefault()?.ProgramNamed("pg_dump") ?? "pg_dump";
}
