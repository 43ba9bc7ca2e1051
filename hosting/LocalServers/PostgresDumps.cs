using System.Diagnostics;
using Npgsql;

namespace LocalServers;

/// <summary>Copies of databases of a PostgreSQL: a file DATABASE.dump each, as <c>pg_dump --format=custom</c> writes it, and one with the roles.</summary>
/// <param name="server">Connection string of a superuser.</param>
/// <param name="programs">Directory of pg_dump and pg_restore; null: where they are installed, or PATH.</param>
public sealed class PostgresDumps(string server, string? programs = null)
{
    private const string Roles = "roles.sql";

    // The audit log orders its rows by the numbers of their transactions. A server that is younger than the dump has to come as far first.
    private const string CatchUp =
        """
        set synchronous_commit = off;
        do $$ declare wanted xid8; begin
          if to_regclass('audit_log') is null then return; end if;
          select max(x) into wanted
          from (select xid from audit_log union all select xid from audit_entries union all select before_xid from audit_seals) as t (x);
          while pg_current_xact_id() < wanted loop commit; end loop;
        end $$
        """;

    /// <summary>The databases of the server whose names end like this.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string suffix, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync("postgres", cancellationToken);
        await using NpgsqlCommand find = new("select datname from pg_database where right(datname, length($1)) = $1 order by 1", connection);
        find.Parameters.Add(new() { Value = suffix });
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        List<string> names = [];
        while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
        return names;
    }

    /// <summary>
    /// Writes the databases as they are at one moment: their snapshots are taken one after the other, in milliseconds, before the first is written. Clients
    /// go on meanwhile.
    /// </summary>
    /// <exception cref="LocalServerException">One could not be written; the message has the reason.</exception>
    public async Task WriteAsync(IReadOnlyList<string> databases, string directory, CancellationToken cancellationToken)
    {
        List<(NpgsqlConnection Connection, string Snapshot)> held = [];
        try
        {
            foreach (var database in databases)
            {
                var connection = await OpenAsync(database, cancellationToken);
                held.Add((connection, ""));
                await using (NpgsqlCommand begin = new("begin isolation level repeatable read read only", connection))
                    await begin.ExecuteNonQueryAsync(cancellationToken);
                await using NpgsqlCommand export = new("select pg_export_snapshot()", connection);
                held[^1] = (connection, (string)(await export.ExecuteScalarAsync(cancellationToken))!);
            }
            foreach (var (database, (_, snapshot)) in databases.Zip(held))
                await RunAsync("pg_dump", database, ["--format=custom", $"--snapshot={snapshot}", "--file", Path.Combine(directory, $"{database}.dump")],
                    cancellationToken);
        }
        finally
        {
            foreach (var (connection, _) in held) await connection.DisposeAsync();
        }
        await RunAsync("pg_dumpall", "postgres", ["--roles-only", "--no-role-passwords", "--file", Path.Combine(directory, Roles)], cancellationToken);
    }

    /// <summary>Replaces a database by its dump. Who is connected is disconnected.</summary>
    /// <exception cref="LocalServerException">It could not be read; the message has the reason.</exception>
    public async Task RestoreAsync(string database, string directory, CancellationToken cancellationToken)
    {
        await using (var connection = await OpenAsync("postgres", cancellationToken))
        {
            foreach (var sql in new[] { $"drop database if exists \"{database}\" with (force)", $"create database \"{database}\" template template0" })
            {
                await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        // Roles that exist already are reported as errors, and that is all that can go wrong here.
        await RunAsync("psql", "postgres", ["--quiet", "--file", Path.Combine(directory, Roles)], cancellationToken);
        // In one transaction: a service that still runs connects again at once, and must not write into half a database.
        await RunAsync("pg_restore", database, ["--single-transaction", "--dbname", database, Path.Combine(directory, $"{database}.dump")], cancellationToken);
        await using (var connection = await OpenAsync(database, cancellationToken))
        {
            foreach (var sql in CatchUp.Split(";\n", 2))
            {
                await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    /// <summary>Runs a statement with one parameter in a database.</summary>
    public async Task ExecuteAsync(string database, string sql, object value, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, cancellationToken);
        await using NpgsqlCommand command = new(sql, connection);
        command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(server) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private async Task RunAsync(string tool, string database, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder address = new(server);
        var program = programs is not null ? Path.Combine(programs, tool) : PostgresPrograms.Installed?.Named(tool) ?? tool;
        ProcessStartInfo start = new(program, ["--no-password", .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in new[] { ("PGHOST", address.Host), ("PGPORT", $"{address.Port}"), ("PGUSER", address.Username),
            ("PGPASSWORD", address.Password), ("PGDATABASE", database) })
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new LocalServerException($"{tool} failed on {database}: {errors.Trim()}");
    }
}
