using System.Diagnostics;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Npgsql;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>
/// A remittance of many claims is posted in one go. With <c>IPS_POSTING=100000</c> it is the benchmark of <c>bench/posting.sh</c>: the same rows are then written
/// by a plain COPY and update in the same run.
/// </summary>
[Collection("cash")]
public sealed class PostingTests(CashService cash, ITestOutputHelper output)
{
    [Fact]
    public async Task A_remittance_of_many_claims_is_posted_in_one_go()
    {
        var isBench = int.TryParse(Environment.GetEnvironmentVariable("IPS_POSTING"), CultureInfo.InvariantCulture, out var count);
        count = isBench ? count : 300;
        var (_, batch, claims) = await cash.SentClaims(units: 1);
        await using var database = NpgsqlDataSource.Create(cash.Database.ConnectionString + ";Command Timeout=0");
        await using var connection = await database.OpenConnectionAsync();
        var prefix = cash.NewTrace()[3..];
        await Clone(connection, claims[0], count, prefix);
        var file = File(claims[0], count, prefix);
        var watch = Stopwatch.StartNew();
        var received = await Upload(file);
        var posted = watch.Elapsed;
        Assert.Equal("", string.Join('\n', received.Findings));
        Assert.Equal((Proto.ReceivedFileState.Posted, count, count, 0), (received.State, received.Postings, received.ClaimsMoved, received.WorkItems));
        Assert.Equal((long)count, await connection.Scalar($"select count(*) from claims where number like 'K{prefix}%' and state = 'Paid' and paid = 24.63"));
        // The same again posts nothing.
        Assert.Equal(received, await Upload(file));
        if (isBench)
            output.WriteLine($"{await Compare(connection, received, prefix, posted, file.Length)} of {batch.Name}");
    }

    /// <summary>Copies of a claim that was sent, with lines and numbers of their own; written past the service, because it would take an hour through it.</summary>
    private static async Task Clone(NpgsqlConnection connection, Proto.Claim claim, int count, string prefix)
    {
        await connection.Run("set session_replication_role = replica");
        await connection.Run($"""
            create temp table clones as select i, gen_random_uuid() as claim_id, gen_random_uuid() as line_id, gen_random_uuid() as person_id
            from generate_series(1, {count}) i
            """);
        await connection.Clone("claim_lines", $"where t.id = '{Id(claim.ClaimLine)}'", new() { ["id"] = "c.line_id", ["individual_id"] = "c.person_id", ["milestone_id"] = "null" });
        await connection.Clone("claims", $"where t.id = '{Id(claim.Name)}'", new()
        {
            ["id"] = "c.claim_id",
            ["claim_line_id"] = "c.line_id",
            ["individual_id"] = "c.person_id",
            ["number"] = $"'K{prefix}' || lpad(c.i::text, 7, '0')",
            ["line_control"] = $"'M{prefix}' || lpad(c.i::text, 7, '0')",
        });
        await connection.Clone("claim_moves", $"where t.claim_id = '{Id(claim.Name)}'", new() { ["claim_id"] = "c.claim_id" });
        await connection.Run("drop table clones; set session_replication_role = origin; analyze claims; analyze claim_lines");
    }

    private string File(Proto.Claim claim, int count, string prefix)
    {
        var amount = decimal.Parse(claim.Charge.Amount, CultureInfo.InvariantCulture);
        StringBuilder body = new();
        for (var i = 1; i <= count; i++)
        {
            foreach (var segment in PayerFiles.Decided(claim, "1", amount, $"P{prefix}{i:0000000}", number: $"K{prefix}{i:0000000}", control: $"M{prefix}{i:0000000}"))
                body.Append(segment).Append(i == count && segment.StartsWith("REF*6R", StringComparison.Ordinal) ? "" : "~");
        }

        return PayerFiles.Remittance(cash.NewTrace(), amount * count, body.ToString().Split('~', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<Proto.ReceivedFile> Upload(string file)
    {
        using var call = cash.Remittances.UploadFile(cash.Us);
        var bytes = Encoding.ASCII.GetBytes(file);
        for (var at = 0; at < bytes.Length; at += 1_000_000)
        {
            Proto.UploadFileRequest piece = new() { Content = ByteString.CopyFrom(bytes, at, Math.Min(1_000_000, bytes.Length - at)) };
            if (at == 0)
                piece.RequestId = BillingService.NewId();
            await call.RequestStream.WriteAsync(piece);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    /// <summary>Writes the same rows again with COPY and one update: claims, postings, moves and the file, without reading, deciding, encryption, audit and events.</summary>
    private static async Task<string> Compare(NpgsqlConnection connection, Proto.ReceivedFile received, string prefix, TimeSpan posted, int bytes)
    {
        var file = Id(received.Name);
        var names = $"(select id from claims where number like 'K{prefix}%')";
        Dictionary<string, string> which = new()
        {
            ["received_files"] = $"id = '{file}'",
            ["payments"] = $"received_file_id = '{file}'",
            ["postings"] = $"received_file_id = '{file}'",
            ["claim_moves"] = $"received_file_id = '{file}'",
        };
        Dictionary<string, byte[]> rows = [];
        foreach (var (table, where) in which)
            rows[table] = await Export(connection, $"select * from {table} where {where}");
        var claims = await Export(connection, $"select * from claims where id in {names}");
        foreach (var (table, where) in which.Reverse())
            await connection.Run($"delete from {table} where {where}");
        await connection.Run($"update claims set state = 'Sent', paid = 0, version = version - 1 where id in {names}; checkpoint");

        var watch = Stopwatch.StartNew();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var table in which.Keys)
                await Import(connection, table, rows[table]);
            await connection.Run("create temp table changed (like claims) on commit drop");
            await Import(connection, "changed", claims);
            await connection.Run("analyze changed");
            await connection.Run("""
                update claims c set version = r.version, state = r.state, paid = r.paid, adjusted = r.adjusted, allowed = r.allowed, written_off = r.written_off,
                  payer_claim = r.payer_claim, steps = r.steps from changed r where c.id = r.id
                """);
            await transaction.CommitAsync();
        }

        var plain = watch.Elapsed;
        return string.Create(CultureInfo.InvariantCulture,
            $"result {received.Postings} claims, {bytes} bytes: posted in {posted.TotalSeconds:0.00} s, COPY and update in {plain.TotalSeconds:0.00} s, ratio {plain / posted:0.00}");
    }

    private static async Task<byte[]> Export(NpgsqlConnection connection, string select)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync($"copy ({select}) to stdout (format binary)");
        using MemoryStream rows = new();
        await stream.CopyToAsync(rows);
        return rows.ToArray();
    }

    private static async Task Import(NpgsqlConnection connection, string table, byte[] rows)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)");
        await stream.WriteAsync(rows);
    }

    private static string Id(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
