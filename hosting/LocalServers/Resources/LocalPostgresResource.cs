using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace LocalServers.Resources;

/// <summary>A private PostgreSQL that Aspire's orchestrator runs.</summary>
public sealed class LocalPostgresResource : LocalServerResource
{
    private readonly PostgresInstance instance;

    internal LocalPostgresResource(string name, PostgresInstance instance)
        : base(name, instance.Home) => this.instance = instance;

    /// <inheritdoc/>
    public override ReferenceExpression ConnectionStringExpression => ConnectionStringOf("postgres");

    /// <summary>A tool that comes with the server, such as pg_dump. Known when the server has started.</summary>
    public string ProgramNamed(string tool) => Path.Combine(Path.GetDirectoryName(instance.Program)!, tool);

    internal IReadOnlyList<string> Arguments =>
    [
        Script("postgres.sh"), "/usr/bin/setpriv", "--pdeathsig", "INT", .. PostgresHome.ChangeUser, "--", instance.Program, .. instance.Arguments,
    ];

    internal ReferenceExpression ConnectionStringOf(string database) => ReferenceExpression.Create($"{instance.ConnectionStringOf(database)}");

    /// <summary>Makes the database if there is none.</summary>
    internal async Task CreateDatabaseAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using NpgsqlCommand find = new("select 1 from pg_database where datname = @name", connection);
        find.Parameters.AddWithValue("name", database);
        if (await find.ExecuteScalarAsync(cancellationToken) is not null) return;
        await using NpgsqlCommand create = new($"create database \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    internal override async Task<string?> LoginAsync(CancellationToken cancellationToken)
    {
        await (await OpenAsync(cancellationToken)).DisposeAsync();
        return null;
    }

    private protected override Task PrepareFilesAsync(CancellationToken cancellationToken) => instance.PrepareAsync(cancellationToken);

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = new($"{instance.ConnectionStringOf("postgres")};Pooling=false;Timeout=5");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
