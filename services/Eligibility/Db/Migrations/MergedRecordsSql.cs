namespace Ips.Eligibility.Db.Migrations;

/// <summary>
/// Refuses a row that refers to a merged record: a caller that read the record before the merge and writes after it must read again. The trigger's name
/// sorts after that of the foreign key, so it runs after the wait for a running merge (<c>EligibilityDb.HoldReferences</c>). For every table that refers to
/// people. Its triggers are replaced after the migrations (<see cref="MergedRecordTriggers"/>).
/// </summary>
internal static class MergedRecordsSql
{
    /// <summary>The function and its triggers.</summary>
    public const string Up =
        """
        create function refuse_merged() returns trigger language plpgsql as $$
        begin
            if exists (select 1 from individuals where id = new.individual_id and merged_into is not null) then
                raise exception 'the record was merged into another one; read it again' using errcode = 'serialization_failure';
            end if;
            return null;
        end $$;
        do $$
        declare referring regclass;
        begin
            for referring in select conrelid::regclass from pg_constraint where contype = 'f' and confrelid = 'individuals'::regclass loop
                execute format('create trigger refuse_merged after insert on %s for each row execute function refuse_merged()', referring);
            end loop;
        end $$;
        """;

    /// <summary>Removes them.</summary>
    public const string Down = "drop function refuse_merged() cascade;";
}
