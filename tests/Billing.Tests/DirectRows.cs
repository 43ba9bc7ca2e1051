using Npgsql;

namespace Ips.Billing.Tests;

/// <summary>Rows written past the service, because many of them would take an hour through it.</summary>
internal static class DirectRows
{
    /// <summary>
    /// Adds a copy of a row for each row of the table <c>clones</c>, called <c>c</c>; <paramref name="own"/> has the columns that differ. <paramref name="which"/>
    /// selects the row, called <c>t</c>.
    /// </summary>
    public static async Task Clone(this NpgsqlConnection connection, string table, string which, Dictionary<string, string> own)
    {
        var columns = ((string)(await connection.Scalar(
            $"select string_agg(column_name, ',' order by ordinal_position) from information_schema.columns where table_name = '{table}' and is_generated = 'NEVER'"))).Split(',');
        await connection.Run($"""
            insert into {table} ({string.Join(", ", columns.Select(c => $"\"{c}\""))})
            select {string.Join(", ", columns.Select(c => own.GetValueOrDefault(c) ?? $"t.\"{c}\""))} from clones c cross join {table} t {which}
            """);
    }

    public static async Task Run(this NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<object> Scalar(this NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return (await command.ExecuteScalarAsync())!;
    }
}
