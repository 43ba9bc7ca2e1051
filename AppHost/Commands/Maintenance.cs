using System.Diagnostics;
using LocalServers;
using Npgsql;

namespace Ips.AppHost.Commands;

/// <summary>
/// Commands of the command line that work on the sandbox's databases: with the PostgreSQL of the platform if it runs, else with one that is started for the
/// command.
/// </summary>
internal static class Maintenance
{
    /// <summary>Commands that a program runs for all services; the names are those of the services' own commands.</summary>
    public static readonly string[] OfServices = ["reconcile", "confirm-clock", "begin-epoch", "return-swept", "resend-events", "verify-audit"];

    /// <summary>Runs the command and returns the exit code.</summary>
    public static async Task<int> RunAsync(AppHostOptions options, CancellationToken cancellationToken)
    {
        var (verb, directory, only, since) = options.Maintenance!;
        if (!Directory.Exists(options.DataOf("postgres")) && Directory.Exists(options.DataOf("postgres-container")))
            throw new LocalServerException("The databases are in a container; docs/operate.md, 'Back up and restore', has the commands for any PostgreSQL.");
        // A restore needs the directory to itself: services that run would go on with what they read before.
        using var owned = verb == "restore" ? DataLock.Take(options.Data) : null;
        var running = await LocalPostgres.FindRunningAsync(options.DataOf("postgres"), cancellationToken);
        await using var started = running is null
            ? await LocalPostgres.StartAsync(new() { DataDirectory = options.DataOf("postgres") }, cancellationToken)
            : null;
        var server = running ?? started!.ConnectionString;
        switch (verb)
        {
            case "backup":
                Backup backup = new(directory ?? Backup.NewDirectory(options.Data));
                PostgresDumps dumps = new(server);
                var databases = await dumps.FindAsync("-db", cancellationToken);
                await backup.WriteAsync(dumps, databases, options.Data, cancellationToken);
                Console.WriteLine($"{databases.Count} databases and the keys of people's data are in {backup.Directory}");
                return 0;
            case "restore":
                var restored = await new Backup(directory!).RestoreAsync(server, only, options.Data, cancellationToken);
                // Its queues hold messages of a time that no database has any more; what is missing comes again from the databases.
                if (only is null && Directory.Exists(options.DataOf("rabbitmq"))) Directory.Delete(options.DataOf("rabbitmq"), recursive: true);
                Console.WriteLine($"Restored: {string.Join(", ", restored)}. Start the platform, then run: reconcile");
                return 0;
            default:
                return await RunToolAsync(server, options.Data, since is null ? [verb] : [verb, "--since", since], cancellationToken);
        }
    }

    private static async Task<int> RunToolAsync(string server, string data, string[] arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new("dotnet", [ServiceResource.ProgramOf(new Projects.DbTool()), .. arguments]) { UseShellExecute = false };
        foreach (var database in await new PostgresDumps(server).FindAsync("-db", cancellationToken))
            start.Environment[$"ConnectionStrings__{database}"] = new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;
        Dictionary<string, object> keys = [];
        PersonalDataKeys.In(data).Configure(keys);
        foreach (var (name, value) in keys) start.Environment[name] = (string)value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
