using Npgsql;

namespace Ips.Testing;

/// <summary>Renders what the group writer sends for every table of a service, and has PostgreSQL plan it.</summary>
public static class StatementPlans
{
    /// <summary>The number of statements that PostgreSQL planned. A table that cannot be written, or a statement that is wrong, throws.</summary>
    public static async Task<int> Explain(ServiceDb db, string connectionString)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        var planned = 0;
        foreach (var statement in TableStatements.Of(db.Model).Values.Select(table => table.Value).Distinct().SelectMany(table => table.All()))
        {
            await using NpgsqlCommand explain = new("explain " + statement.CommandText, connection);
            foreach (var parameter in statement.Parameters.ToArray())
            {
                statement.Parameters.Remove(parameter);
                explain.Parameters.Add(parameter);
            }

            await explain.ExecuteNonQueryAsync();
            planned++;
        }

        return planned;
    }
}
