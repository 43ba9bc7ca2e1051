using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>Row-level security holds where the tenant filter is bypassed: by IgnoreQueryFilters, by raw SQL, by a missing filter.</summary>
[Collection("eligibility")]
public sealed class RowSecurityTests(EligibilityService service)
{
    private static readonly string[] PersonTables =
        ["individuals", "individual_identifiers", "facts", "determinations", "service_orders", "authorizations", "decisions", "referrals"];

    [Fact]
    public async Task The_page_shows_who_sees_which_rows() => Assert.True(await service.WithDb(db =>
    {
        SightPage.Shows("Eligibility", EligibilityDb.Rows, db.Model);
        return Task.FromResult(true);
    }));

    [Fact]
    public async Task Raw_SQL_returns_nothing_to_a_foreign_agency_payer_DVRS_and_state_and_everything_to_the_own_agency()
    {
        var one = await Whole();
        foreach (var table in PersonTables)
        {
            var here = Where(table, one);
            Assert.True(await Count(Roles.Provider, one.Provider, table, here) > 0, $"{table}: the agency does not see its own row");
            Assert.True(await Count(Roles.Mco, one.Payer, table, here) > 0, $"{table}: the payer does not see its enrollee's row");
            Assert.Equal(0, await Count(Roles.Provider, "agency-foreign", table, here));
            Assert.Equal(0, await Count(Roles.Mco, "payer-foreign", table, here));
            Assert.Equal(0, await Count(Roles.State, "nc-dhhs", table, here));
            Assert.Equal(0, await Count("no-role", one.Provider, table, here));
        }

        string[] referralOnly = ["facts", "individual_identifiers", "determinations", "service_orders", "authorizations"];
        foreach (var table in referralOnly)
            Assert.Equal(0, await Count(Roles.Dvrs, "nc-dvrs", table, Where(table, one)));
        Assert.Equal(1, await Count(Roles.Dvrs, "nc-dvrs", "referrals", Where("referrals", one)));
        Assert.Equal(1, await Count(Roles.Dvrs, "nc-dvrs", "individuals", Where("individuals", one)));
        var steps = $"subject in (select 'referrals/' || id from referrals where {Where("referrals", one)})";
        Assert.True(await Count(Roles.Dvrs, "nc-dvrs", "outbox_rows", steps) > 0);
        foreach (var table in PersonTables)
            Assert.Equal(0, await Count(Roles.Dvrs, "mo-vr", table, Where(table, one)));
    }

    [Fact]
    public async Task Without_the_filters_of_EF_a_foreign_person_is_still_hidden()
    {
        var one = await Whole();
        await using var foreign = Scope(Roles.Provider, "agency-foreign");
        var db = foreign.ServiceProvider.GetRequiredService<EligibilityDb>();
        Assert.True(IndividualId.TryParse(one.Name, out var id));
        Assert.False(await db.Individuals.IgnoreQueryFilters().AnyAsync(i => i.Id == id));
        Assert.False(await db.Determinations.IgnoreQueryFilters().AnyAsync(d => d.IndividualId == id));
        await using var own = Scope(Roles.Provider, one.Provider);
        Assert.True(await own.ServiceProvider.GetRequiredService<EligibilityDb>().Individuals.IgnoreQueryFilters().AnyAsync(i => i.Id == id));
    }

    [Fact]
    public async Task A_caller_cannot_change_remove_or_add_a_foreign_row()
    {
        var one = await Whole();
        var id = Id(one);
        Assert.Equal(0, await Execute(Roles.Provider, "agency-foreign", $"update individuals set referred_to = '{{nc-dvrs}}' where id = '{id}'"));
        Assert.Equal(0, await Execute(Roles.Provider, "agency-foreign", $"delete from facts where individual_id = '{id}'"));
        await Refused(Roles.Provider, "agency-foreign",
            "insert into facts (id, version, kind, individual_id, class, \"primary\", recorded_at, recorded_by) "
                + $"values (gen_random_uuid(), 1, 'diagnosis', '{id}', 'SPMI', true, now(), 'x')");
        await Refused(Roles.Provider, "agency-foreign",
            "insert into individuals (id, provider, payers, referred_to, personal_data, recorded_at) "
                + $"values (gen_random_uuid(), '{one.Provider}', '{{}}', '{{}}', '\\x00', now())");
        // A caller cannot give its own row to another tenant or take a row of another tenant.
        await Refused(Roles.Provider, one.Provider, $"update individuals set provider = 'agency-foreign' where id = '{id}'");
    }

    [Fact]
    public async Task A_connection_without_a_caller_sees_nothing()
    {
        var one = await Whole();
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        foreach (var table in PersonTables)
        {
            // A pooled connection may still hold an earlier caller; this one is reset.
            await using var connection = await requests.Source.OpenConnectionAsync();
            await using NpgsqlBatch batch = new(connection);
            batch.BatchCommands.Add(new("begin"));
            batch.BatchCommands.Add(
                new("select set_config('ips.role', '', true), set_config('ips.provider', '', true), "
                    + "set_config('ips.payer', '', true), set_config('ips.vr_agency', '', true), set_config('ips.organization', '', true)"));
            await batch.ExecuteNonQueryAsync();
            await using NpgsqlCommand count = new($"select count(*) from {table}", connection);
            Assert.Equal(0L, await count.ExecuteScalarAsync());
            await using NpgsqlCommand rollback = new("rollback", connection);
            await rollback.ExecuteNonQueryAsync();
        }

        Assert.True(await service.Count($"individuals where id = '{Id(one)}'") == 1);
    }

    [Fact]
    public async Task A_reused_connection_does_not_keep_the_previous_caller()
    {
        var (one, other) = (await Whole(), await Whole());
        for (var turn = 0; turn < 20; turn++)
        {
            foreach (var (mine, theirs) in new[] { (one, other), (other, one) })
            {
                Assert.Equal(1, await Count(Roles.Provider, mine.Provider, "individuals", Where("individuals", mine)));
                Assert.Equal(0, await Count(Roles.Provider, mine.Provider, "individuals", Where("individuals", theirs)));
            }
        }
    }

    [Fact]
    public async Task Every_table_is_protected_or_closed()
    {
        var forced = (string)(await service.Scalar(
            "select string_agg(relname, ' ' order by relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace "
                + "and not (relrowsecurity and relforcerowsecurity)"))!;
        Assert.Equal("audit_contexts audit_entries audit_log audit_seals audit_trims migrations_history", forced);
        var unruled = await service.WithDb(db => Task.FromResult(EligibilityDb.Rows.Of(db.Model).Where(r => r.Value is null).Select(r => r.Key).ToList()));
        Assert.True(unruled.Count == 0,
            $"no rule says who sees {string.Join(", ", unruled)}: add a line to EligibilityRows, or a column individual_id or provider");
        Assert.Equal(0L, await service.Scalar(
            "select count(*) from information_schema.role_table_grants where grantee = 'ips_request' and table_name like 'audit%' "
                + "and privilege_type <> 'INSERT'"));
        Assert.Equal(false, await service.Scalar("select rolsuper or rolbypassrls from pg_roles where rolname = 'ips_request'"));
    }

    [Fact]
    public void No_use_case_bypasses_the_tenant_filter()
    {
        var around = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "services", "Eligibility"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")
                && File.ReadAllText(f).Contains("IgnoreQueryFilters", StringComparison.Ordinal))
            .Select(Path.GetFileName);
        // Row-level security also applies without the filter: such a query returns the caller's rows only, and a rule across tenants would miss the others.
        Assert.Empty(around);
    }

    [Fact]
    public async Task Preparing_the_database_again_changes_nothing() => Assert.True(await service.WithDb(async db =>
    {
        await db.Migrate();
        return true;
    }));

    [Fact]
    public async Task Each_build_checks_a_database_once()
    {
        await service.Services.BringUpToDate<EligibilityDb>();
        Assert.False(await service.Services.BringUpToDate<EligibilityDb>());
        // A database that another build prepared is checked again, and missing steps are done.
        await service.Scalar(
            "comment on table migrations_history is 'up to date with another'; comment on table answered_requests is null; drop policy tenant on individuals");
        Assert.True(await service.Services.BringUpToDate<EligibilityDb>());
        Assert.Equal(1L, await service.Scalar("select count(*) from pg_policies where tablename = 'individuals' and policyname = 'tenant'"));
        Assert.False(await service.Services.BringUpToDate<EligibilityDb>());
    }

    private async Task<PersonBuilder> Whole()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        await one.Draft();
        await one.Requested();
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        return one;
    }

    private static Guid Id(PersonBuilder one) => Guid.Parse(one.Name.Split('/')[1]);

    private static string Where(string table, PersonBuilder one) => table switch
    {
        "individuals" => $"id = '{Id(one)}'",
        "decisions" => $"subject = '{one.Name}'",
        _ => $"individual_id = '{Id(one)}'",
    };

    private async Task<long> Count(string role, string organization, string table, string where)
    {
        await using var connection = await Connection(role, organization);
        await using NpgsqlCommand count = new($"select count(*) from {table} where {where}", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private async Task<int> Execute(string role, string organization, string sql)
    {
        await using var connection = await Connection(role, organization);
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private async Task Refused(string role, string organization, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Execute(role, organization, sql));
        Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, true),
            (refused.SqlState, refused.MessageText.Contains("row-level security", StringComparison.Ordinal)));
    }

    private async Task<NpgsqlConnection> Connection(string role, string organization)
    {
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(role, organization, "client-one"), default);
        return connection;
    }

    private AsyncServiceScope Scope(string role, string organization)
    {
        var scope = service.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = new DefaultHttpContext
        {
            User = new(new System.Security.Claims.ClaimsIdentity(
                [new(Caller.RoleClaim, role), new(Caller.OrganizationClaim, organization), new("sub", "client-one")], "test")),
        };
        return scope;
    }
}
