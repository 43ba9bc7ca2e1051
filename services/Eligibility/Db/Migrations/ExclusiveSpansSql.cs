namespace Ips.Eligibility.Db.Migrations;

/// <summary>
/// One IPS provider at a time and no ACT beside it, guaranteed by the database. <c>exclusive_spans</c> has one row per span and identifier of its person. Two
/// records of one person at two agencies share an identifier and so conflict; no common key of a person is needed. Triggers update the table on every write to
/// authorizations, days of ACT and identifiers. New days of ACT are checked at the commit, so that the same transaction may first end what shares a day with
/// them. The functions run with their owner's rights, because spans that the caller may not see must be respected.
/// </summary>
internal static class ExclusiveSpansSql
{
    /// <summary>The table, its two constraints, and the triggers that fill it.</summary>
    public const string Up =
        """
        create extension if not exists btree_gist;

        create table exclusive_spans (
            individual_id uuid not null,
            source_id uuid not null,
            system text not null,
            hash bytea not null,
            service text not null,
            provider text not null,
            span daterange not null,
            constraint pk_exclusive_spans primary key (source_id, system, hash),
            constraint ex_exclusive_spans_provider exclude using gist (system with =, hash with =, provider with <>, span with &&) where (service = 'ips'),
            constraint ex_exclusive_spans_service exclude using gist (system with =, hash with =, service with <>, span with &&)
        );
        create index ix_exclusive_spans_individual on exclusive_spans (individual_id);
        alter table exclusive_spans enable row level security;
        alter table exclusive_spans force row level security;
        create policy owner on exclusive_spans to current_user using (true) with check (true);

        create function keep_exclusive_spans(person uuid) returns void language plpgsql security definer set search_path from current as $$
        begin
            -- Two transactions that write about one person would each leave the days of the other as they were.
            perform pg_advisory_xact_lock(hashtextextended('exclusive_spans/' || person, 0));
            delete from exclusive_spans where individual_id = person;
            insert into exclusive_spans (individual_id, source_id, system, hash, service, provider, span)
            select s.individual_id, s.source_id, i.system, i.hash, s.service, s.provider, s.span
            from (
                select a.individual_id, a.id as source_id, 'ips' as service, a.provider, daterange(a.approved_from, coalesce(a.ended_through, a.approved_through), '[]') as span
                from authorizations a
                where a.individual_id = person and a.exclusive and a.approved_from <= coalesce(a.ended_through, a.approved_through)
                union all
                select t.individual_id, t.id, 'act', '', daterange(t.started_on, t.ended_through, '[]')
                from act_spans t
                where t.individual_id = person and t.started_on <= coalesce(t.ended_through, t.started_on)
            ) as s
            join (select distinct system, hash from individual_identifiers where individual_id = person) as i on true;
        end $$;

        create function exclusive_spans_changed() returns trigger language plpgsql security definer set search_path from current as $$
        begin
            if tg_op <> 'INSERT' then
                perform keep_exclusive_spans(old.individual_id);
            end if;
            if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.individual_id <> old.individual_id) then
                perform keep_exclusive_spans(new.individual_id);
            end if;
            return null;
        end $$;

        create function exclusive_days(person uuid) returns table (service text, provider text, from_day date, through_day date)
        language sql stable security definer set search_path from current as $$
            select distinct s.service, s.provider, lower(s.span), upper(s.span) - 1
            from individual_identifiers i join exclusive_spans s on s.system = i.system and s.hash = i.hash
            where i.individual_id = person
        $$;

        create trigger authorizations_exclusive
            after insert or delete or update of individual_id, provider, exclusive, approved_from, approved_through, ended_through
            on authorizations for each row execute function exclusive_spans_changed();
        create trigger act_spans_exclusive after delete on act_spans for each row execute function exclusive_spans_changed();
        create constraint trigger act_spans_exclusive_new after insert or update on act_spans deferrable initially deferred
            for each row execute function exclusive_spans_changed();
        create trigger individual_identifiers_exclusive after insert or update or delete on individual_identifiers
            for each row execute function exclusive_spans_changed();

        """;

    /// <summary>Removes the table and its triggers.</summary>
    public const string Down =
        """
        drop trigger individual_identifiers_exclusive on individual_identifiers;
        drop trigger act_spans_exclusive_new on act_spans;
        drop trigger act_spans_exclusive on act_spans;
        drop trigger authorizations_exclusive on authorizations;
        drop function exclusive_days(uuid);
        drop function exclusive_spans_changed();
        drop function keep_exclusive_spans(uuid);
        drop table exclusive_spans;
        """;
}
