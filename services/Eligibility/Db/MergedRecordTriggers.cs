namespace Ips.Eligibility.Db;

/// <summary>
/// Refuses rows that refer to a merged record: a caller that read the record before the merge and writes after it must read again. Every table with a foreign
/// key to people has the trigger, also one that a later migration adds.
/// </summary>
/// <remarks>
/// It asks once for all rows of a statement. PostgreSQL runs it after the triggers of the rows, so after the foreign key has waited for a running merge
/// (<see cref="EligibilityDb.HoldReferences"/>).
/// </remarks>
internal static class MergedRecordTriggers
{
    /// <summary>Creates the function and its triggers; running it again changes nothing.</summary>
    public const string Script =
        """
        create or replace function refuse_merged_rows() returns trigger language plpgsql as $$
        begin
          if exists (select from inserted join individuals on individuals.id = inserted.individual_id where individuals.merged_into is not null) then
            raise exception 'the record was merged into another one; read it again' using errcode = 'serialization_failure';
          end if;
          return null;
        end $$;
        do $$
        declare referring regclass;
        begin
          for referring in select distinct conrelid::regclass from pg_constraint where contype = 'f' and confrelid = 'individuals'::regclass loop
            execute format('drop trigger if exists refuse_merged on %s', referring);
            execute format('create trigger refuse_merged after insert on %s referencing new table as inserted '
              'for each statement execute function refuse_merged_rows()', referring);
          end loop;
        end $$;
        drop function if exists refuse_merged();

        """;
}
