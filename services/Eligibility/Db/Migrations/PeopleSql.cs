using Microsoft.EntityFrameworkCore.Migrations;

namespace Ips.Eligibility.Db.Migrations;

/// <summary>
/// Moves recorded facts from one table per kind into the table <c>facts</c>. The generated migration drops before it creates, so temporary tables store the
/// rows: call <see cref="Keep"/> first in <c>Up</c>, <see cref="Move"/> and <see cref="Guard"/> last, <see cref="Unguard"/> first in <c>Down</c>.
/// </summary>
internal static class PeopleSql
{
    private static readonly string[] Kinds = ["enrollments", "diagnoses", "assessments", "intakes", "necessity_findings"];

    public static void Keep(MigrationBuilder migration)
    {
        foreach (var kind in Kinds)
            migration.Sql($"create temporary table kept_{kind} on commit drop as select * from {kind};");
    }

    public static void Move(MigrationBuilder migration)
    {
        Insert(migration, "enrollment", "enrollments", "payer, from_day, through_day, funding, benefit_plan, benefit_plan_from, benefit_plan_through",
            "payer, \"from\", through, funding, benefit_plan, benefit_plan_from, benefit_plan_through");
        Insert(migration, "diagnosis", "diagnoses", "class, severity, \"primary\", diagnosed_on");
        Insert(migration, "assessment", "assessments", "completed_on, assessor_scope_includes_diagnosis");
        Insert(migration, "intake", "intakes",
            "desire_to_work, desire_to_work_date, employment_history, education_goal_linked_to_employment, need_for_assistance, need_linked_to_diagnosis, "
            + "other_bh_service_last_contact, declines_bh_services, referral_out_date");
        Insert(migration, "necessity_finding", "necessity_findings", "finding, found_on, payer");
        migration.Sql("update facts set assessor_licence = '' where kind = 'assessment';");

        // A payer that may see a person without an enrollment is the payer that registered the person.
        migration.Sql(
            """
            update individuals i set registering_payers = array(select p from unnest(i.payers) as p
            except select f.payer from facts f where f.individual_id = i.id and f.kind = 'enrollment');
            """);
    }

    /// <summary>
    /// Refuses a row that refers to a merged record: a caller that read the record before the merge and writes after it must read again. The trigger's name
    /// sorts after that of the foreign key, so it runs after the wait for a running merge (<c>EligibilityDb.HoldReferences</c>). For every table that refers to
    /// people.
    /// </summary>
    public static void Guard(MigrationBuilder migration) => migration.Sql(
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
        """);

    public static void Unguard(MigrationBuilder migration) => migration.Sql("drop function refuse_merged() cascade;");

    private static void Insert(MigrationBuilder migration, string kind, string from, string columns, string values = "") => migration.Sql(
        $"""
        insert into facts (id, version, kind, individual_id, recorded_at, recorded_by, {columns})
        select id, 1, '{kind}', individual_id, recorded_at, '', {(values.Length > 0 ? values : columns)} from kept_{from};
        """);
}
