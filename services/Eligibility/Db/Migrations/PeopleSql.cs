using Microsoft.EntityFrameworkCore.Migrations;

namespace Ips.Eligibility.Db.Migrations;

/// <summary>
/// Moves recorded facts from a table per kind into the one table <c>facts</c>. The generated migration drops before it creates, so the rows wait in
/// temporary tables: <see cref="Keep"/> stands first in <c>Up</c>, <see cref="Move"/> last.
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

        // A payer that may see a person without an enrolment is the one that registered the person.
        migration.Sql(
            """
            update individuals i set registering_payers = array(select p from unnest(i.payers) as p
            except select f.payer from facts f where f.individual_id = i.id and f.kind = 'enrollment');
            """);
    }

    private static void Insert(MigrationBuilder migration, string kind, string from, string columns, string values = "") => migration.Sql(
        $"""
        insert into facts (id, version, kind, individual_id, recorded_at, recorded_by, {columns})
        select id, 1, '{kind}', individual_id, recorded_at, '', {(values.Length > 0 ? values : columns)} from kept_{from};
        """);
}
