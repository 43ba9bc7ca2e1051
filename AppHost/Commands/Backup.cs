using System.Globalization;
using System.Text.Json;
using Ips.SandboxIdentity.Keys;
using LocalServers;
using LocalServers.Resources;

namespace Ips.AppHost.Commands;

/// <summary>
/// A backup of the sandbox in a directory: a dump of each database, taken at one moment, and the keys that people's data in them are encrypted with. Other
/// keys and passwords are not in it: a new data directory makes its own.
/// </summary>
internal sealed class Backup(string directory)
{
    private const string About = "backup.json";
    private const string ResendSince = "update outbox_rows set sent_at = null where occurred_at >= $1";

    private sealed record Contents(DateTimeOffset TakenAt, IReadOnlyList<string> Databases);

    /// <summary>"Back up databases", a command of PostgreSQL.</summary>
    public static void AddTo(IResourceBuilder<IResource> postgres, string data) => postgres.WithCommand(
        "backup", "Back up databases",
        async context =>
        {
            var databases = postgres.ApplicationBuilder.Resources.Where(resource => resource.Name.EndsWith("-db", StringComparison.Ordinal))
                .OfType<IResourceWithConnectionString>().ToList();
            var server = await databases[0].GetConnectionStringAsync(context.CancellationToken);
            var programs = Path.GetDirectoryName((postgres.Resource as LocalPostgresResource)?.ProgramNamed("pg_dump"));
            Backup backup = new(NewDirectory(data));
            try
            {
                await backup.WriteAsync(new(server!, programs), [.. databases.Select(database => database.Name)], data, context.CancellationToken);
                return CommandResults.Success($"{databases.Count} databases and the keys of people's data are in {backup.Directory}");
            }
            catch (LocalServerException failed)
            {
                return CommandResults.Failure(failed.Message);
            }
        },
        new() { IconName = "DatabaseArrowDown", Description = $"A dump of every database, and the keys of people's data, in {Path.Combine(data, "backups")}" });

    /// <summary>Where it is.</summary>
    public string Directory => directory;

    /// <summary>A directory for a backup that is taken now, below <c>backups/</c> of the data directory.</summary>
    public static string NewDirectory(string data) =>
        Path.Combine(data, "backups", TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));

    /// <summary>Writes it. It is complete when its <c>backup.json</c> is there.</summary>
    public async Task WriteAsync(PostgresDumps dumps, IReadOnlyList<string> databases, string data, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) System.IO.Directory.CreateDirectory(directory);
        else System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Contents contents = new(TimeProvider.System.GetUtcNow(), databases);
        await dumps.WriteAsync(databases, directory, cancellationToken);
        KeyFile.Replace(Path.Combine(directory, PersonalDataKeys.FileName), PersonalDataKeys.In(data).Text);
        await File.WriteAllTextAsync(Path.Combine(directory, About), JsonSerializer.Serialize(contents), cancellationToken);
    }

    /// <summary>
    /// Puts databases back. The others send the events since the backup again: the restored ones have lost what they had consumed.
    /// </summary>
    /// <param name="server">Connection string of a superuser; no service runs.</param>
    /// <param name="only">The service whose database is restored; null: all.</param>
    /// <param name="data">The data directory, whose keys have to be those of the backup.</param>
    /// <param name="cancellationToken">Ends it in the middle; run it again then.</param>
    /// <returns>The names of the restored databases.</returns>
    /// <exception cref="LocalServerException">The directory holds no backup, or none of this service, or the keys do not fit.</exception>
    public async Task<IReadOnlyList<string>> RestoreAsync(string server, string? only, string data, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(directory, About)))
            throw new LocalServerException($"{directory} holds no backup: it has no {About}.");
        var contents = JsonSerializer.Deserialize<Contents>(await File.ReadAllTextAsync(Path.Combine(directory, About), cancellationToken))!;
        var restored = contents.Databases.Where(name => only is null || name == $"{only}-db").ToList();
        if (restored.Count == 0)
            throw new LocalServerException($"{directory} holds no database of '{only}'; it holds {string.Join(", ", contents.Databases)}.");
        PersonalDataKeys.PutBack(data, await File.ReadAllTextAsync(Path.Combine(directory, PersonalDataKeys.FileName), cancellationToken));
        PostgresDumps dumps = new(server);
        foreach (var database in restored) await dumps.RestoreAsync(database, directory, cancellationToken);
        foreach (var database in contents.Databases.Except(restored))
            await dumps.ExecuteAsync(database, ResendSince, contents.TakenAt.AddHours(-1), cancellationToken);
        return restored;
    }
}
