using Ips.SandboxIdentity.Keys;
using Npgsql;

namespace Ips.AppHost;

/// <summary>
/// Each service logs in to PostgreSQL and to RabbitMQ as itself, with a password of its own. It owns its database and can open no other; at the broker it
/// publishes its own events and reads those of the services that it listens to. docs/operate.md says how a deployment gets the same.
/// </summary>
internal sealed class ServiceLogins(string data)
{
    private static readonly SemaphoreSlim Turn = new(1, 1);

    /// <summary>The service's connection string of a database.</summary>
    /// <param name="service">The service, which is also its role.</param>
    /// <param name="administrator">The superuser's connection string.</param>
    public string Database(string service, string administrator) =>
        new NpgsqlConnectionStringBuilder(administrator) { Username = service, Password = Password(service, "db") }.ConnectionString;

    /// <summary>The service's address of the broker.</summary>
    /// <param name="service">The service, which is also its user.</param>
    /// <param name="administrator">The administrator's address.</param>
    public string Bus(string service, string administrator) =>
        new UriBuilder(administrator) { UserName = service, Password = Password(service, "bus") }.Uri.AbsoluteUri.TrimEnd('/');

    /// <summary>Makes the service's role the owner of its database, and of what is in it from versions whose services were superusers.</summary>
    public async Task CreateRoleAsync(string service, string administrator, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new($"{administrator};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(
            $$"""
            do $do$
            declare
              statement text;
            begin
              if not exists (select from pg_roles where rolname = 'ips_request') then
                create role ips_request nologin;
              end if;
              if not exists (select from pg_roles where rolname = '{{service}}') then
                create role "{{service}}";
              end if;
              alter role "{{service}}" login password '{{Password(service, "db")}}';
              grant ips_request to "{{service}}";
              execute format('alter database %I owner to "{{service}}"', current_database());
              execute format('revoke all on database %I from public', current_database());
              for statement in
                select format('alter table %s owner to "{{service}}"', c.oid::regclass) from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and pg_get_userbyid(c.relowner) <> '{{service}}'
                  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
                union all
                select format('alter sequence %s owner to "{{service}}"', c.oid::regclass) from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'S' and pg_get_userbyid(c.relowner) <> '{{service}}'
                  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i', 'e'))
                union all
                select format('alter routine %s owner to "{{service}}"', p.oid::regprocedure) from pg_proc p
                where p.pronamespace = 'public'::regnamespace and pg_get_userbyid(p.proowner) <> '{{service}}'
                  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
              loop
                execute statement;
              end loop;
            end
            $do$
            """, connection);
        // Roles belong to the server: PostgreSQL fails when two databases change one of them at the same time.
        await Turn.WaitAsync(cancellationToken);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Makes the services' users at the broker.</summary>
    /// <param name="management">The address of the management API.</param>
    /// <param name="administrator">The administrator's address of the broker.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task CreateUsersAsync(string management, string administrator, CancellationToken cancellationToken)
    {
        using BrokerManagement broker = new(management, new(administrator));
        foreach (var service in BrokerPermissions.ListensTo.Keys)
        {
            var allowed = BrokerPermissions.Of(service);
            await broker.PutAsync($"users/{service}", new() { ["password"] = Password(service, "bus"), ["tags"] = "" }, cancellationToken);
            await broker.PutAsync($"permissions/%2F/{service}",
                new() { ["configure"] = allowed.Configure, ["write"] = allowed.Write, ["read"] = allowed.Read }, cancellationToken);
            await broker.PutAsync($"topic-permissions/%2F/{service}",
                new() { ["exchange"] = BrokerPermissions.TopicExchange, ["write"] = allowed.Topics, ["read"] = "^$" }, cancellationToken);
        }
    }

    private string Password(string service, string server) =>
        KeyFile.ReadOrMake(data, Path.Combine("servers", $"{service}-{server}.password"), KeyFile.NewPassword).Text;
}
