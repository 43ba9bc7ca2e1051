using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Ips.Load;

/// <summary>
/// pgbench making the same rows as one stored decision, of the same sizes, in one transaction, in a database with the same tables, keys and indexes on
/// the same server: what PostgreSQL alone could do. The copy keeps the relay from sending its rows.
/// </summary>
internal sealed partial class PgBench(string copy)
{
    private readonly string _script = Path.Combine(Path.GetTempPath(), $"ips-decision-{Environment.ProcessId}.sql");

    /// <summary>Reads the sizes of the rows stored last and writes the script.</summary>
    public async Task Write(string source, string person)
    {
        await using var database = NpgsqlDataSource.Create(source);
        await using var command = database.CreateCommand("""
            select (select avg(length(answer)) from (select answer from answered_requests order by answered_at desc limit 200) as a),
                   (select avg(length(facts)) from (select facts from decisions order by recorded_at desc limit 200) as d),
                   (select avg(length(receipt)) from (select receipt from decisions order by recorded_at desc limit 200) as d),
                   (select avg(length(body::text)) from (select body from outbox_rows where type = 'ips.eligibility.determination-made.v1' limit 200) as o)
            """);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var size = Enumerable.Range(0, 4).Select(i => (int)Math.Round(row.GetDecimal(i))).ToArray();
        await CopyPerson(database, person);
        Console.WriteLine($"bytes of a row: answer {size[0]}, facts {size[1]}, receipt {size[2]}, event {size[3]}");
        await File.WriteAllTextAsync(_script, $$"""
            \set n random(1, 9000000000000000000)
            begin;
            insert into answered_requests (request_id, caller, fingerprint, answer, answered_at)
              values (lpad(to_hex(:n::bigint), 32, '0')::uuid, 'harbor-works/bench', sha256('{{person}}'), convert_to(repeat('answer 1', {{size[0] / 8}}), 'UTF8'), now());
            insert into decisions (id, provider, subject, question, program, pack_version, pack_hash, as_of, verdict, facts, receipt, receipt_sha256, recorded_at)
              values (lpad(to_hex(:n::bigint), 32, '0')::uuid, 'harbor-works', '{{person}}', 'admission', 'nc-core', '2026.1', sha256('pack'), current_date, 'Met',
                convert_to(repeat('fact {12', {{size[1] / 8}}), 'UTF8'), convert_to(repeat('rule {12', {{size[2] / 8}}), 'UTF8'), sha256('receipt'), now());
            insert into determinations (id, individual_id, provider, program, as_of, state, decision_id, recorded_at)
              values (lpad(to_hex(:n::bigint), 32, '0')::uuid, '{{person[(person.IndexOf('/') + 1)..]}}', 'harbor-works', 'nc-core', current_date, 'Eligible', lpad(to_hex(:n::bigint), 32, '0')::uuid, now());
            insert into outbox_subjects as s (subject, sequence) values ('determinations/' || :n::bigint, 1) on conflict (subject) do update set sequence = s.sequence + 1;
            insert into outbox_rows (id, type, urn, subject, sequence, turn, provider, occurred_at, body)
              values (lpad(to_hex(:n::bigint), 32, '0')::uuid, 'ips.eligibility.determination-made.v1', translate('ips.eligibility.determination-made.v1', '.', chr(58)), 'determinations/' || :n::bigint, 1,
                nextval('outbox_turns'), 'harbor-works', now(), ('"' || repeat('b', {{size[3]}}) || '"')::json);
            commit;

            """);
    }

    /// <summary>The person of the foreign keys, in the copy too.</summary>
    private async Task CopyPerson(NpgsqlDataSource from, string person)
    {
        await using var read = from.CreateCommand("select to_json(i)::text from individuals i where id = @id");
        read.Parameters.AddWithValue("id", Guid.Parse(person[(person.IndexOf('/') + 1)..]));
        var row = (string)(await read.ExecuteScalarAsync())!;
        await using var into = NpgsqlDataSource.Create(copy);
        await using var write = into.CreateCommand("insert into individuals select * from json_populate_record(null::individuals, @row::json)");
        write.Parameters.AddWithValue("row", row);
        await write.ExecuteNonQueryAsync();
    }

    /// <summary>Runs it; transactions per second and the mean latency in milliseconds.</summary>
    public async Task<(double PerSecond, double MeanMs)> Run(int clients, TimeSpan span)
    {
        NpgsqlConnectionStringBuilder to = new(copy);
        ProcessStartInfo start = new("pgbench",
            ["-n", "-f", _script, "-M", "prepared", "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}", "-T", $"{(int)span.TotalSeconds}",
             "-h", to.Host!, "-p", $"{to.Port}", "-U", to.Username!, to.Database!])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["PGPASSWORD"] = to.Password;
        using var pgbench = Process.Start(start)!;
        var output = await pgbench.StandardOutput.ReadToEndAsync();
        await pgbench.WaitForExitAsync();
        if (pgbench.ExitCode != 0)
            throw new InvalidOperationException($"pgbench ended with {pgbench.ExitCode}: {output}");
        return (Number(Tps().Match(output)), Number(Latency().Match(output)));
    }

    private static double Number(Match found) => double.Parse(found.Groups["n"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = (?<n>[\d.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tps();

    [GeneratedRegex(@"latency average = (?<n>[\d.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Latency();
}
