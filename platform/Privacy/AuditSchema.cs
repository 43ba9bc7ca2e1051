namespace Ips.Platform.Privacy;

/// <summary>
/// The tables of the audit log. Made by <c>migrate</c> beside the service's own, not by its migrations: they are the same everywhere.
/// Nothing in them may be changed or removed, not even by the owner. The two exceptions leave the chain intact: the retention sweep removes whole sealed ranges
/// and records that, and <c>compact-rows</c> moves entries of the older form into today's.
/// </summary>
internal static class AuditSchema
{
    /// <summary>The transactions of all entries in both forms; a condition on <c>xid</c> reads one index of each.</summary>
    public const string Xids = "(select xid from audit_log union all select xid from audit_entries) e";

    private const string Today =
        """
        select l.xid, l.id, l.at, l.context, c.action, c.role, c.organization, c.caller, c.rpc, coalesce(l.people, array[l.person]) as people, l.disclosure,
          coalesce(replace(l.trace::text, '-', ''), '') as trace
        from audit_log l left join audit_contexts c on c.code = l.context
        """;

    private const string Older =
        """
        select e.xid, e.id, e.at, null::int, e.action, e.role, e.organization, e.caller, e.rpc, array[e.person], e.disclosure, e.trace from audit_entries e
        """;

    /// <remarks>
    /// <c>xid</c> is the transaction that wrote the row. All rows below the oldest running transaction are complete, in an order that never changes,
    /// so rows need no place of their own and writers never wait for each other. <c>audit_entries</c> is the older form: one person a row, all words in it.
    /// Replicas of the version before may still write it while the new version is rolled out. They must not seal then, because they would leave out
    /// the rows of <c>audit_log</c>: their seals have no <c>form</c>, and are refused.
    /// </remarks>
    public const string Script =
        $$"""
        create table if not exists audit_entries (
          xid xid8 not null default pg_current_xact_id(), id uuid not null, at timestamptz not null, action text not null, role text not null,
          organization text not null, caller text not null, rpc text not null, person uuid not null, disclosure uuid, trace text not null,
          primary key (xid, id));
        create index if not exists ix_audit_entries_person on audit_entries (person);
        create table if not exists audit_contexts (
          code int primary key generated always as identity, action text not null, role text not null, organization text not null, caller text not null,
          rpc text not null, unique (caller, rpc, action, role, organization));
        create table if not exists audit_log (
          xid xid8 not null default pg_current_xact_id(), at timestamptz not null, context int not null, trace uuid, disclosure uuid, person uuid, id uuid,
          people uuid[], check (num_nonnulls(person, people) = 1));
        create index if not exists ix_audit_log_xid on audit_log (xid);
        create index if not exists ix_audit_log_person on audit_log (person) where person is not null;
        create index if not exists ix_audit_log_people on audit_log using gin (people) with (fastupdate = off) where people is not null;
        create table if not exists audit_seals (
          number bigint primary key, from_xid xid8 not null, before_xid xid8 not null, entries int not null, marks bytea not null,
          hash bytea not null, sealed_at timestamptz not null);
        alter table audit_seals add column if not exists form int not null default 1;
        alter table audit_seals alter column form drop default;
        create table if not exists audit_trims (through bigint primary key, entries bigint not null, trimmed_at timestamptz not null);
        create or replace function ips_append_only() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' and (tg_table_name in ('audit_log', 'audit_entries') and current_setting('ips.trimming', true) = 'on'
            or tg_table_name = 'audit_entries' and current_setting('ips.compacting', true) = 'on') then return null; end if;
          raise exception '% is append-only', tg_table_name using errcode = '42501';
        end $$;
        do $$ declare t text; begin
          foreach t in array array['audit_entries', 'audit_contexts', 'audit_log', 'audit_seals', 'audit_trims'] loop
            execute format(
              'create or replace trigger append_only before update or delete or truncate on %I for each statement execute function ips_append_only()', t);
          end loop;
        end $$;
        create or replace function ips_audit_context(action text, role text, organization text, caller text, rpc text) returns int
          language plpgsql security definer set search_path = public, pg_temp as $$
        #variable_conflict use_column
        declare found int;
        begin
          loop
            select code into found from audit_contexts where (caller, rpc, action, role, organization) = ($4, $5, $1, $2, $3);
            exit when found is not null;
            -- If another transaction stores the same one, this waits for it and then reads it.
            insert into audit_contexts (action, role, organization, caller, rpc) values ($1, $2, $3, $4, $5) on conflict do nothing returning code into found;
            exit when found is not null;
          end loop;
          return found;
        end $$;
        create or replace view audit_readable as {{Today}} union all {{Older}};
        create or replace function ips_who_saw(who uuid) returns setof audit_readable language sql stable as $$
          {{Today}} where l.person = who or l.people @> array[who] union all {{Older}} where e.person = who $$;

        """;

    /// <summary>Requests add to the log and do not read it.</summary>
    public const string Grants = "grant insert on audit_log, audit_entries to ips_request;";
}
