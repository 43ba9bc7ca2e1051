using System.Collections.Concurrent;
using Ips.Eligibility.Db;
using Ips.Testing;
using LocalServers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>Entries of the older form are in the chain beside today's, move into today's form without a change of a seal, and are found by the person.</summary>
public sealed class CompactAuditTests : IAsyncLifetime
{
    private const string Columns = "(xid, id, at, action, role, organization, caller, rpc, person, disclosure, trace)";
    private static readonly Guid Person = Guid.Parse("01a201bf-0000-7000-8000-000000000001");

    private readonly AuditedService audited = new();
    private readonly ConcurrentQueue<string> lines = [];

    private EligibilityService Service => audited.Service;

    private NpgsqlDataSource Owner => Service.Services.GetRequiredService<NpgsqlDataSource>();

    public Task InitializeAsync() => audited.InitializeAsync();

    public Task DisposeAsync() => audited.DisposeAsync();

    [Fact]
    public async Task An_entry_keeps_the_hash_that_the_version_before_gave_it()
    {
        await Run($"""
            insert into audit_entries {Columns} values ('5', '01a201bf-7a47-7ef5-aa6c-b0047a19cf83', '2026-11-20T08:15:30.123456Z', 'read', 'mco', 'alliance',
              'client-alliance', 'ips.eligibility.v1.Determinations/Verify', '{Person}', null, '0af7651916cd43dd8448eb211c80319c')
            """);
        await Sealed();
        Assert.Equal("f6c79f4f5809ca8f", await Service.Scalar("select left(encode(marks, 'hex'), 16) from audit_seals where number = 1"));
        Assert.Equal(1, (await Compact()).Moved);
        Assert.Null((await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public async Task Entries_of_both_forms_in_one_seal_hold_move_and_are_found_by_the_person()
    {
        await PersonBuilder.Register(Service);
        var seen = await PersonBuilder.Register(Service);
        await Older(1, 40, seen);
        await PersonBuilder.Register(Service);
        await Sealed();
        var before = await AuditVerifier.Verify(Owner);
        var words = await Words(seen);
        Assert.Contains("read mco alliance client-7", words);

        Assert.Equal((40, 0), await Compact());
        Assert.Equal(0, await Service.Count("audit_entries"));
        Assert.Equal(before, await AuditVerifier.Verify(Owner, before.Last));
        Assert.Equal(words, await Words(seen));
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
        var left = await Service.Count("audit_entries");
        Assert.Equal((0, left), await Compact());
        Assert.Equal(broken, (await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public async Task What_would_be_lost_or_is_not_sealed_stays()
    {
        await Older(100, 20);
        await Run($"insert into audit_entries {Columns} values ('105', gen_random_uuid(), now(), 'read', 'r', 'o', 'c', 'x', '{Person}', null, 'not hexadecimal')");
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
        await using (var killed = await ChildProcess.StartAsync(Command()))
        {
            await Poll.Until(async () => !killed.IsRunning || await Service.Count("audit_entries") < Entries);
            await killed.KillAsync();
        }

        Assert.InRange(await Service.Count("audit_entries"), 1, Entries - 1);
        Assert.Equal(before, await AuditVerifier.Verify(Owner, before.Last));
        Assert.Equal(Entries, await Service.Count($"ips_who_saw('{Person}')"));

        await using (var again = await ChildProcess.StartAsync(Command()))
            Assert.True(await again.Exited == 0, string.Join('\n', lines));
        Assert.Equal(0, await Service.Count("audit_entries"));
        Assert.Equal(before, await AuditVerifier.Verify(Owner, before.Last));
        Assert.Equal(Entries, await Service.Count($"ips_who_saw('{Person}')"));
    }

    [Fact]
    public async Task Who_saw_a_person_is_read_by_indexes_only()
    {
        await Older(100, 5_000, people: "md5(n::text)::uuid");
        await Run("""
            insert into audit_log (at, context, person) select now(), 1, md5(n::text)::uuid from generate_series(1, 20000) n;
            insert into audit_log (at, context, people) select now(), 1, array(select md5((n + i)::text)::uuid from generate_series(1, 50) i) from generate_series(1, 2000) n;
            analyze audit_log; analyze audit_entries
            """);
        var plan = (string)(await Service.Scalar($"""
            create function pg_temp.plan() returns text language plpgsql as $$ declare line text; lines text := ''; begin
              for line in execute 'explain select at, caller, rpc from ips_who_saw(''{Person}'')' loop lines := lines || line || E'\n'; end loop; return lines; end $$;
            select pg_temp.plan()
            """))!;
        foreach (var index in new[] { "ix_audit_log_person", "ix_audit_log_people", "ix_audit_entries_person" })
            Assert.Contains(index, plan);
        Assert.DoesNotContain("Seq Scan on audit_log", plan);
        Assert.DoesNotContain("Seq Scan on audit_entries", plan);
    }

    [Fact]
    public async Task Replicas_that_store_the_same_new_contexts_at_once_give_them_one_code()
    {
        AuditWriter[] writers = [.. Enumerable.Range(0, 8).Select(_ => new AuditWriter(Service.Services.GetRequiredService<RequestDatabase>()))];
        await Task.WhenAll(writers.SelectMany(writer => Enumerable.Range(0, 100).Select(i => writer.Write(
            new() { At = Service.Clock.GetUtcNow(), Context = new("read", "ops", "ips", $"caller-{i * 37 % 100}", "new"), People = [Person] }, default))));
        Assert.Equal(100, await Service.Count("audit_contexts where rpc = 'new'"));
        Assert.Equal(100L, await Service.Scalar("select count(*) from (select from ips_who_saw('" + Person + "') where rpc = 'new' group by caller having count(*) = 8) c"));
    }

    [Fact]
    public async Task A_page_of_a_batch_is_one_row()
    {
        List<string> people = [];
        var (provider, payer) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"));
        for (var i = 0; i < 20; i++)
            people.Add((await PersonBuilder.Register(Service, provider: provider, payer: payer)).Name);
        Contracts.Eligibility.V1.Determinations.DeterminationsClient client = new(Service.Channel);
        using var call = client.VerifyBatch(Service.As(Roles.Mco, payer));
        foreach (var (i, name) in people.Index())
            await call.RequestStream.WriteAsync(new() { ItemId = $"{i}", Verify = new() { Individual = name, Program = "nc-core", ServiceDate = Service.Day() } });
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(default))
        {
        }

        Assert.Equal(20L, await Service.Scalar("select sum(cardinality(people)) from audit_readable where rpc = 'ips.eligibility.v1.Determinations/VerifyBatch'"));
        Assert.InRange(await Service.Count("audit_readable where rpc = 'ips.eligibility.v1.Determinations/VerifyBatch'"), 1, 5);
        Assert.Equal(76, await Service.Scalar("select max(pg_column_size(l.*)) from audit_log l where people is null"));
        Assert.True(await Service.Scalar("select bool_and(pg_column_size(l.*) < 96 + 16 * cardinality(people)) from audit_log l where people is not null") is true);
    }

    /// <summary>Entries as the version before stored them. A new server is at transaction 700 or more, so theirs are complete.</summary>
    private Task Older(int firstXid, int count, PersonBuilder? seen = null, string? people = null) => Run($"""
        insert into audit_entries {Columns} select ({firstXid} + (n - 1) % 500)::text::xid8, gen_random_uuid(), now() + n * interval '1 second', 'read', 'mco', 'alliance',
          'client-' || n % 10, 'ips.eligibility.v1.Determinations/Verify', {people ?? $"'{seen?.Name.Split('/')[1] ?? Person.ToString()}'"},
          case when n % 5 = 0 then gen_random_uuid() end, case when n % 7 = 0 then '' else md5(n::text) end
        from generate_series(1, {count}) n
        """);

    private async Task<string> Words(PersonBuilder one) => (string)(await Service.Scalar(
        "select string_agg(concat_ws(' ', xid, id, at, action, role, organization, caller, rpc, people, disclosure, trace), E'\\n' order by xid) "
            + $"from ips_who_saw('{one.Name.Split('/')[1]}')"))!;

    private async Task<(long Moved, long Left)> Compact()
    {
        (long, long) outcome = default;
        await Service.Use<CompactAudit>(async command =>
        {
            var done = await command.Compact(default);
            outcome = (done.Moved, done.Left);
        });
        return outcome;
    }

    private Task Sealed() => Poll.Until(async () =>
    {
        await Service.Services.GetRequiredService<AuditSealer>().Seal(default);
        return (await AuditVerifier.Verify(Owner)) is { Break: not null } or { Waiting: 0 };
    });

    private Task AsSuperuser(string sql) => Run($"set session_replication_role = replica; {sql}; set session_replication_role = origin");

    private async Task Run(string sql) => await Service.Scalar(sql);

    /// <summary>The command in a process of its own, with the settings of the service.</summary>
    private ChildStart Command() => new("dotnet",
    [
        typeof(EligibilityDb).Assembly.Location, "compact-rows",
        .. Service.Services.GetRequiredService<IConfiguration>().AsEnumerable()
            .Where(s => s.Key.Split(':')[0] is "ConnectionStrings" or "PersonalData" or "Authentication")
            .Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}"),
    ])
    {
        WorkingDirectory = Path.GetDirectoryName(typeof(EligibilityDb).Assembly.Location),
        OnLine = lines.Enqueue,
    };
}
