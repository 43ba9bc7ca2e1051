using System.Globalization;
using Ips.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;

namespace Ips.Simulation.Model;

/// <summary>The database of one service in memory: SQLite behind the same contexts, with the tables of the same EF model.</summary>
internal sealed class ModelStore : ICallerConnections, IDisposable
{
    private readonly SqliteConnection connection = new("Data Source=:memory:;Foreign Keys=True");
    private readonly PostgresSql postgres = new();
    private bool created;

    public ModelStore()
    {
        connection.Open();
        Execute("pragma journal_mode = memory; pragma synchronous = off; pragma temp_store = memory; pragma cache_size = -200000");
    }

    public SqliteConnection Connection => connection;

    /// <summary>Makes the tables, once.</summary>
    public void Create(ServiceDb db)
    {
        if (created)
            return;
        created = true;
        db.Database.EnsureCreated();
        if (db.Model.FindEntityType(typeof(Eligibility.Authorizations.Authorization)) is not null)
            Execute(PostgresSql.ExclusiveSpans);
    }

    /// <summary>No use case opens a connection of its own: raw SQL is PostgreSQL's.</summary>
    public ValueTask<NpgsqlConnection> Open(Caller caller, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The model store has no PostgreSQL connection; give what reads by raw SQL a model form.");

    public void Use(DbContextOptionsBuilder options, Caller caller) =>
        options.UseSqlite(connection, sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery))
            .UseSnakeCaseNamingConvention()
            .EnableThreadSafetyChecks(false)
            .ReplaceService<IModelCustomizer, ModelCustomizer>()
            .AddInterceptors(postgres);

    /// <summary>A copy of everything stored, to restore.</summary>
    public SqliteConnection Copy()
    {
        SqliteConnection copy = new("Data Source=:memory:");
        copy.Open();
        connection.BackupDatabase(copy);
        return copy;
    }

    /// <summary>Everything stored becomes what the copy has.</summary>
    public void Restore(SqliteConnection copy) => copy.BackupDatabase(connection);

    public void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => connection.Dispose();

    /// <summary>What PostgreSQL has and SQLite does not: instants as texts that sort, JSON as text, no sequences.</summary>
    private sealed class ModelCustomizer(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
    {
        // The form in which Microsoft.Data.Sqlite writes a parameter.
        private static readonly ValueConverter<DateTimeOffset, string> Instants = new(
            at => at.ToUniversalTime().ToString(@"yyyy\-MM\-dd HH\:mm\:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
            text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));

        public override void Customize(ModelBuilder modelBuilder, DbContext context)
        {
            base.Customize(modelBuilder, context);
            foreach (var sequence in modelBuilder.Model.GetSequences().ToList())
                modelBuilder.Model.RemoveSequence(sequence.Name, sequence.Schema);
            foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetDeclaredProperties()))
            {
                if ((Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(DateTimeOffset))
                    property.SetValueConverter(Instants);
                if (property.GetColumnType() is "json" or "jsonb")
                    property.SetColumnType(null);
                property.SetDefaultValueSql(null);
            }
        }
    }
}
