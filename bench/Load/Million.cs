using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Ips.Load;

/// <summary>
/// Fills the database: copies of one admitted person with ids, hashes and agencies of their own, written past the service, because a million registrations
/// through it would take an hour. A copy's sealed column is the original's, so copies are verified and listed but not decided about.
/// </summary>
internal sealed partial class Million(string database)
{
    private const int Chunk = 50_000;

    // Shaped like the ids that the service makes: in the order of their making.
    private const string NewPerson = "(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 2000000 + i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid";
    private static readonly string[] Tables = ["individuals", "individual_identifiers", "facts", "decisions", "determinations"];

    /// <summary>Copies until there are so many people.</summary>
    public async Task Fill(int people)
    {
        await using var source = NpgsqlDataSource.Create(database + ";Command Timeout=0");
        await using var connection = await source.OpenConnectionAsync();
        var there = (int)(long)(await Scalar(connection, "select count(*) from individuals"))!;
        // The copies agree with each other by their making; their keys are checked, their references and triggers need not be.
        await Run(connection, "set session_replication_role = replica");
        for (var from = there; from < people; from += Chunk)
            await Copy(connection, from, Math.Min(people, from + Chunk));
        await Run(connection, "set session_replication_role = origin");
        await Run(connection, "vacuum analyze");
        Console.WriteLine($"{people} people, {await Scalar(connection, "select count(*) from facts")} facts, {await Scalar(connection, "select pg_size_pretty(pg_database_size(current_database()))")}");
    }

    /// <summary>So many people who are eligible, from everywhere in the table.</summary>
    public async Task<List<string>> Eligible(int count)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync();
        return await Names(connection,
            $"select individual_id from determinations where state = 'Eligible' group by individual_id having count(*) < 100 order by random() limit {count}");
    }

    private static async Task<List<string>> Names(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> names = [];
        while (await reader.ReadAsync())
            names.Add($"individuals/{reader.GetGuid(0)}");
        return names;
    }

    /// <summary>So many people with so many determinations each; the newest is the one that admits them.</summary>
    public async Task<List<string>> Histories(int people, int determinations)
    {
        await using var source = NpgsqlDataSource.Create(database + ";Command Timeout=0");
        await using var connection = await source.OpenConnectionAsync();
        await Run(connection, "set session_replication_role = replica");
        var columns = ((string)(await Scalar(connection, ColumnsOf("determinations")))!).Split(',');
        Dictionary<string, string> own = new()
        {
            ["id"] = "md5(d.id::text || i)::uuid",
            ["as_of"] = "d.as_of - i",
            ["decided_at"] = "d.decided_at - i * interval '1 hour'",
            ["recorded_at"] = "d.recorded_at - i * interval '1 hour'",
        };
        await Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            insert into determinations ({string.Join(',', columns)}) select {string.Join(',', columns.Select(c => own.GetValueOrDefault(c, $"d.{c}")))}
            from (select distinct on (individual_id) * from determinations where state = 'Eligible' and provider like 'agency-%'
                  order by individual_id, as_of desc limit {people}) as d, generate_series(1, {determinations - 1}) as i
            on conflict (id) do nothing
            """));
        await Run(connection, "set session_replication_role = origin");
        await Run(connection, "vacuum analyze determinations");
        return await Names(connection, $"select individual_id from determinations group by individual_id having count(*) >= {determinations}");
    }

    /// <summary>
    /// What auto_explain wrote: every statement on the people's tables with how each table is reached, and how often. A table that is read from end
    /// to end is in capitals.
    /// </summary>
    public static void Plans(string log)
    {
        Dictionary<(string Statement, string Scans), int> seen = [];
        foreach (var entry in File.ReadAllText(log).Split("plan:\n").Skip(1))
        {
            var text = string.Join('\n', entry.Split('\n').TakeWhile(line => line.StartsWith('\t')));
            if (Nodes().Match(text) is not { Success: true, Index: var plan })
                continue;
            var statement = Space().Replace(text[..plan].Replace("Query Text:", "", StringComparison.Ordinal), " ").Trim();
            var scans = Scan().Matches(text[plan..]).Select(m => m.Groups["kind"].Value == "Seq Scan" ? $"SEQ SCAN {m.Groups["table"].Value}"
                    : $"{m.Groups["table"].Value} by {m.Groups["index"].Value}")
                .Distinct().Order(StringComparer.Ordinal).ToArray();
            if (scans.Length > 0 && scans.Any(s => Tables.Any(t => s.Contains(t, StringComparison.Ordinal))))
            {
                var key = (statement[..Math.Min(110, statement.Length)], string.Join(", ", scans));
                seen[key] = seen.GetValueOrDefault(key) + 1;
            }
        }

        Console.WriteLine("| times | statement | tables and their indexes |\n|---:|---|---|");
        foreach (var ((statement, scans), times) in seen.OrderByDescending(s => s.Value))
            Console.WriteLine($"| {times} | `{statement.Replace("|", "\\|", StringComparison.Ordinal)}` | {scans} |");
    }

    private static async Task Copy(NpgsqlConnection connection, int from, int through)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            create temp table copies on commit drop as
            select i, {NewPerson} as person, 'agency-' || i % 1000 as agency, md5('decision' || i)::uuid as decision from generate_series({from}, {through - 1}) as i;
            create temp table template on commit drop as
            select d.individual_id as person, d.id as determination, d.decision_id as decision from determinations d join individuals i on i.id = d.individual_id
            where d.state = 'Eligible' and i.provider not like 'agency-%' order by d.recorded_at limit 1
            """));
        foreach (var table in Tables)
        {
            Dictionary<string, string> own = table switch
            {
                "individuals" => new() { ["id"] = "c.person", ["provider"] = "c.agency", ["person_hash"] = "sha256(c.person::text::bytea)" },
                "individual_identifiers" => new()
                {
                    ["id"] = "md5('identifier' || c.i)::uuid",
                    ["individual_id"] = "c.person",
                    ["provider"] = "c.agency",
                    ["hash"] = "sha256(('h' || c.i)::bytea)",
                    ["value_hash"] = "sha256(('v' || c.i)::bytea)"
                },
                "facts" => new() { ["id"] = "md5(t.id::text || c.i)::uuid", ["individual_id"] = "c.person" },
                "decisions" => new() { ["id"] = "c.decision", ["provider"] = "c.agency", ["subject"] = "'individuals/' || c.person" },
                _ => new()
                {
                    ["id"] = "md5('determination' || c.i)::uuid",
                    ["individual_id"] = "c.person",
                    ["provider"] = "c.agency",
                    ["decision_id"] = "c.decision"
                },
            };
            var which = table switch
            {
                "individuals" => "t.id = (select person from template)",
                "decisions" => "t.id = (select decision from template)",
                "determinations" => "t.id = (select determination from template)",
                _ => "t.individual_id = (select person from template)",
            };
            var columns = ((string)(await Scalar(connection, ColumnsOf(table)))!).Split(',');
            await Run(connection, $"insert into {table} ({string.Join(',', columns)}) select {string.Join(',', columns.Select(c => own.GetValueOrDefault(c.Trim('"'), $"t.{c}")))} from copies c cross join {table} t where {which}");
        }

        await transaction.CommitAsync();
    }

    private static string ColumnsOf(string table) =>
        "select string_agg(quote_ident(attname), ',' order by attnum) from pg_attribute "
            + $"where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''";

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The plan's first node, after the statement's text.</summary>
    [GeneratedRegex(@"^\t[^\n]*\(cost=", RegexOptions.Multiline, 5_000)]
    private static partial Regex Nodes();

    [GeneratedRegex(@"(?<kind>Seq Scan) on (?<table>\w+)|(?<kind>Index (Only )?Scan) using (?<index>\w+) on (?<table>\w+)|Bitmap Index Scan on (?<index>(ix|pk|ux)_(?<table>\w+))", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Scan();

    [GeneratedRegex(@"\s+", RegexOptions.None, 5_000)]
    private static partial Regex Space();
}
