using Npgsql;

namespace Ips.Platform.Data;

/// <summary>The turn of one replica to send to a subscriber: a lock of its connection, which ends with the process.</summary>
public sealed class Turn : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly string what;

    private Turn(NpgsqlConnection connection, string what) => (this.connection, this.what) = (connection, what);

    /// <summary>Takes the turn; null while another replica has it.</summary>
    public static async Task<Turn?> Take(NpgsqlDataSource database, string what, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using NpgsqlCommand command = new("select pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.Add(new() { Value = what });
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
                return new(connection, what);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (connection)
        {
            if (connection.State != System.Data.ConnectionState.Open)
                return;
            await using NpgsqlCommand command = new("select pg_advisory_unlock(hashtextextended($1, 0))", connection);
            command.Parameters.Add(new() { Value = what });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}
