using System.Collections.Concurrent;
using System.Globalization;
using Ips.Eligibility.Db;
using Ips.Testing;
using LocalServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Entries of the older form are in the chain beside today's, move into today's form without a change of a seal, and are found by the person.
/// </summary>
public sealed class CompactAuditTests : IAsyncLifetime
{
    private const string Columns = "(xid, id, at, action, role, organization, caller, rpc, person, disclosure, trace)";
    private static readonly Guid Person = Guid.Parse("01a201bf-0000-7000-8000-000000000001");

    private readonly ConcurrentQueue<string> lines = [];
    private TestDb database = null!;

    private NpgsqlDataSource Owner { get; set; } = null!;

    private AuditSealer Sealer => new(Owner, Options.Create(new ProtectionOptions()), TimeProvider.System, NullLogger<AuditSealer>.Instance);

    /// <summary>A database without a service: each test begins with an empty log.</summary>
    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        Owner = NpgsqlDataSource.Create(database.ConnectionString);
        await using EligibilityDb db = new(
            (DbContextOptions<EligibilityDb>)Database.Configure(new DbContextOptionsBuilder<EligibilityDb>(), Owner).Options, Caller.None);
        await db.Migrate();
    }

    public async Task DisposeAsync()
    {
        await Owner.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task An_entry_keeps_the_hash_that_the_version_before_gave_it()
    {
        await Run($"""
            insert into audit_entries {Columns} values ('5', '01a201bf-7a47-7ef5-aa6c-b0047a19cf83', '2026-11-20T08:15:30.123456Z', 'read', 'mco', 'alliance',
              'client-alliance', 'ips.eligibility.v1.Determinations/Verify', '{Person}', null, '0af7651916cd43dd8448eb211c80319c')
            """);
        await Sealed();
        Assert.Equal("f6c79f4f5809ca8f", await database.ScalarAsync("select left(encode(marks, 'hex'), 16) from audit_seals where number = 1"));
        Assert.Equal(1, (await Compact()).Moved);
        Assert.Null((await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public async Task Entries_of_both_forms_in_one_seal_hold_move_and_are_found_by_the_person()
    {
        const string Today = "insert into audit_log (at, context, {0}) values (now(), ips_audit_context('write', 'provider', 'o', 'c', 'rpc'), {1})";
        await Run(string.Format(CultureInfo.InvariantCulture, Today, "person", $"'{Person}'"));
        await Older(1, 40);
        await Run(string.Format(CultureInfo.InvariantCulture, Today, "people", $"array['{Person}', gen_random_uuid()]"));
        await Sealed();
        var before = await AuditVerifier.Verify(Owner);
        var words = await Words();
        Assert.Contains("read mco alliance client-7", words);
        Assert.Equal(42, words.Split('\n').Length);

        Assert.Equal((40, 0), await Compact());
        Assert.Equal(0, await Count("audit_entries"));
        Assert.Equal(before, await AuditVerifier.Verify(Owner, before.Last));
        Assert.Equal(words, await Words());
    }

    [Theory]
    [InlineData("update audit_entries set caller = 'x' || caller where xid = '110'")]
    [InlineData("update audit_entries set person = gen_random_uuid() where xid = '110'")]
    [InlineData("delete from audit_entries where xid = '110'")]
    public async Task Entries_whose_seal_does_not_hold_stay_as_they_are(string tamper)
    {
        await Older(100, 20);
        await Sealed();
        await AsSuperuser(tamper);
        var broken = (await AuditVerifier.Verify(Owner)).Break;
        Assert.NotNull(broken);
        var left = await Count("audit_entries");
        Assert.Equal((0, left), await Compact());
        Assert.Equal(broken, (await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public async Task What_would_be_lost_or_is_not_sealed_stays()
    {
        await Older(100, 20);
        await Run($"insert into audit_entries {Columns} values ('105', gen_random_uuid(), now(), 'read', 'r', 'o', 'c', 'x', '{Person}', null, 'no hex')");
        await Sealed();
        // A transaction that still runs keeps the sealer from what comes after it.
        await using var running = await Owner.OpenConnectionAsync();
        await using var transaction = await running.BeginTransactionAsync();
        await using (NpgsqlCommand begin = new("select pg_current_xact_id()", running, transaction))
            await begin.ExecuteScalarAsync();
        await Run($"insert into audit_entries values (default, gen_random_uuid(), now(), 'read', 'r', 'o', 'c', 'x', '{Person}', null, '')");
        Assert.Equal((20, 2), await Compact());
        await transaction.RollbackAsync();
        Assert.Equal((1, 1), await Compact());
        Assert.Null((await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public async Task A_sealer_of_the_version_before_is_refused()
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run(
            "insert into audit_seals (number, from_xid, before_xid, entries, marks, hash, sealed_at) values (1, '0', '9', 0, '', sha256(''), now())"));
        Assert.Equal("form", refused.ColumnName);
    }

    [Fact]
    public async Task A_killed_run_leaves_a_chain_that_holds_and_goes_on()
    {
        const int Entries = 60_000;
        await Older(100, Entries);
        await Sealed();
        var before = await AuditVerifier.Verify(Owner);
        Assert.InRange(before.Seals, 10, 20);
        await using (var killed = await ChildProcess.StartAsync(await Command()))
        {
            await Poll.Until(async () => !killed.IsRunning || await Count("audit_entries") < Entries);
            await killed.KillAsync();
        }

        Assert.InRange(await Count("audit_entries"), 1, Entries - 1);
        Assert.Equal(before, await AuditVerifier.Verify(Owner, before.Last));
        Assert.Equal(Entries, await Count($"ips_who_saw('{Person}')"));

        await using (var again = await ChildProcess.StartAsync(await Command()))
            Assert.True(await again.Exited == 0, string.Join('\n', lines));
        Assert.Equal(0, await Count("audit_entries"));
        Assert.Equal(before, await AuditVerifier.Verify(Owner, before.Last));
        Assert.Equal(Entries, await Count($"ips_who_saw('{Person}')"));
    }

    [Fact]
    public async Task Who_saw_a_person_is_read_by_indexes_only()
    {
        await Older(100, 5_000, people: "md5(n::text)::uuid");
        await Run("""
            insert into audit_log (at, context, person) select now(), 1, md5(n::text)::uuid from generate_series(1, 20000) n;
            insert into audit_log (at, context, people)
              select now(), 1, array(select md5((n + i)::text)::uuid from generate_series(1, 50) i) from generate_series(1, 2000) n;
            analyze audit_log; analyze audit_entries
            """);
        var plan = (string)(await database.ScalarAsync($"""
            create function pg_temp.plan() returns text language plpgsql as $$ declare line text; lines text := ''; begin
              for line in execute 'explain select at, caller, rpc from ips_who_saw(''{Person}'')' loop lines := lines || line || E'\n'; end loop;
              return lines; end $$;
            select pg_temp.plan()
            """))!;
        foreach (var index in new[] { "ix_audit_log_person", "ix_audit_log_people", "ix_audit_entries_person" })
            Assert.Contains(index, plan);
        Assert.DoesNotContain("Seq Scan on audit_log", plan);
        Assert.DoesNotContain("Seq Scan on audit_entries", plan);
    }

    /// <summary>Entries as the version before stored them. A new server is at transaction 700 or more, so theirs are complete.</summary>
    private Task Older(int firstXid, int count, string? people = null) => Run($"""
        insert into audit_entries {Columns}
        select ({firstXid} + (n - 1) % 500)::text::xid8, gen_random_uuid(), now() + n * interval '1 second', 'read', 'mco', 'alliance', 'client-' || n % 10,
          'ips.eligibility.v1.Determinations/Verify', {people ?? $"'{Person}'"},
          case when n % 5 = 0 then gen_random_uuid() end, case when n % 7 = 0 then '' else md5(n::text) end
        from generate_series(1, {count}) n
        """);

    private async Task<string> Words() => (string)(await database.ScalarAsync(
        "select string_agg(concat_ws(' ', xid, id, at, action, role, organization, caller, rpc, people, disclosure, trace), E'\\n' order by xid) "
            + $"from ips_who_saw('{Person}')"))!;

    private async Task<(long Moved, long Left)> Compact()
    {
        var (moved, left) = await new CompactAudit(Owner, Sealer, NullLogger<CompactAudit>.Instance).Compact(default);
        return (moved, left);
    }

    // Other databases of the server may run older transactions; entries they hold back are sealed a moment later.
    private Task Sealed() => Poll.Until(async () =>
    {
        while (await Sealer.Seal(default) > 0)
        {
        }

        return (await AuditVerifier.Verify(Owner)) is { Break: not null } or { Waiting: 0 };
    }, TimeSpan.FromSeconds(90));

    private Task AsSuperuser(string sql) => Run($"set session_replication_role = replica; {sql}; set session_replication_role = origin");

    private async Task Run(string sql) => await database.ScalarAsync(sql);

    private async Task<long> Count(string from) => (long)(await database.ScalarAsync($"select count(*) from {from}"))!;

    /// <summary>The command in a process of its own.</summary>
    private async Task<ChildStart> Command() => new("dotnet",
    [
        typeof(EligibilityDb).Assembly.Location, "compact-rows", $"--ConnectionStrings:eligibility-db={database.ConnectionString}",
        $"--ConnectionStrings:bus={await TestServers.RabbitMqAsync()}", $"--Authentication:Authority={TestIssuer.Authority}",
        "--PersonalData:Current=k1", $"--PersonalData:Keys:k1={Convert.ToBase64String(new byte[32])}",
        $"--PersonalData:HashKey={Convert.ToBase64String(new byte[32])}",
    ])
    {
        WorkingDirectory = Path.GetDirectoryName(typeof(EligibilityDb).Assembly.Location),
        OnLine = lines.Enqueue,
    };
}
