using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Privacy;

/// <summary>
/// The tables of the audit log. Made by <c>migrate</c> beside the service's own, not by its migrations: they are the same everywhere.
/// Nothing in them may be changed or removed, not even by the owner; only the retention sweep removes whole sealed ranges, and records that.
/// </summary>
internal static class AuditSchema
{
    public const string Entries = "audit_entries";

    /// <remarks>
    /// <c>xid</c> is the transaction that wrote the row. All rows below the oldest running transaction are complete, in an order that never changes,
    /// so rows need no place of their own and writers never wait for each other.
    /// </remarks>
    public const string Script =
        """
        create table if not exists audit_entries (
          xid xid8 not null default pg_current_xact_id(), id uuid not null, at timestamptz not null, action text not null, role text not null,
          organization text not null, caller text not null, rpc text not null, person uuid not null, disclosure uuid, trace text not null,
          primary key (xid, id));
        create index if not exists ix_audit_entries_person on audit_entries (person);
        create table if not exists audit_seals (
          number bigint primary key, from_xid xid8 not null, before_xid xid8 not null, entries int not null, marks bytea not null,
          hash bytea not null, sealed_at timestamptz not null);
        create table if not exists audit_trims (through bigint primary key, entries bigint not null, trimmed_at timestamptz not null);
        create or replace function ips_append_only() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' and tg_table_name = 'audit_entries' and current_setting('ips.trimming', true) = 'on' then return null; end if;
          raise exception '% is append-only', tg_table_name using errcode = '42501';
        end $$;
        create or replace trigger append_only before update or delete or truncate on audit_entries for each statement execute function ips_append_only();
        create or replace trigger append_only before update or delete or truncate on audit_seals for each statement execute function ips_append_only();
        create or replace trigger append_only before update or delete or truncate on audit_trims for each statement execute function ips_append_only();

        """;

    /// <summary>Requests add to the log and do not read it.</summary>
    public const string Grants = "grant insert on audit_entries to ips_request;";
}

/// <summary>The audit log in a service's model.</summary>
public static class AuditMap
{
    /// <summary>The table, for a service's <c>OnModelCreating</c>. Not part of its migrations: <see cref="TenantPolicies.AfterMigrations"/> makes it.</summary>
    public static ModelBuilder HasAuditLog(this ModelBuilder model) => model.Entity<AuditEntry>(entry =>
    {
        entry.ToTable(AuditSchema.Entries, table => table.ExcludeFromMigrations()).HasKey(e => e.Id);
        entry.Property(e => e.Id).ValueGeneratedNever();
    });
}
