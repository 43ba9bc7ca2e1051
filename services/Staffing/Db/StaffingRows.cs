namespace Ips.Staffing.Db;

/// <summary>Who sees which rows, as PostgreSQL enforces it behind the filters of <see cref="StaffingDb"/>.</summary>
internal static class StaffingRows
{
    private const string Mine = "provider = ips_provider() or ips_everybody()";

    public static TenantPolicies Rules { get; } = new TenantPolicies()
        .Table("staff", TenantPolicies.Network)
        .Table("assignments", $"{Mine} or (ips_payer() is not null and ips_covers(individual_id, \"from\", through))")
        .Table("discharges", Mine)
        .Table("decisions", TenantPolicies.Network)
        .Follows("credentials", "staff_member_id", "staff")
        .Follows("experience", "staff_member_id", "staff")
        .Table("staff_corrections", "exists (select from staff s where s.id = staff_corrections.staff_member_id and (s.provider = ips_provider() or ips_everybody()))",
            grants: "select, insert")
        .Table("staff_history", TenantPolicies.Network, grants: "select, insert")
        .Table("clearance_checks", TenantPolicies.Network)
        .Table("exclusion_hits", TenantPolicies.Network)
        .Table("training_completions", TenantPolicies.Network)
        .Table("training_targets", TenantPolicies.Network)
        .Table("training_requirements", TenantPolicies.Network)
        .Table("meetings", TenantPolicies.Network)
        .Follows("meeting_attendees", "meeting_id", "meetings")
        .Table("meeting_individuals", Mine)
        .Table("team_readiness", TenantPolicies.Network)
        .Table("list_imports", "organization = ips_organization() or ips_everybody()")
        .Table("organizations", "state = 'Active' or proposed_by = ips_organization() or code = ips_organization() or ips_everybody()",
            writes: "proposed_by = ips_payer() or ips_everybody()")
        .Table("team_reviews", TenantPolicies.Network)
        .Table("treatment_teams", TenantPolicies.Network)
        .Table("treatment_team_members", TenantPolicies.Network)
        .Table("work_months", TenantPolicies.Network)
        .Table("organization_facts", TenantPolicies.Network)
        .Table("organization_changes", TenantPolicies.Network, grants: "select, insert")
        .Table("contracts", TenantPolicies.OwnContracts, grants: "select, insert, update")
        .Table("teams", TenantPolicies.NetworkOrState)
        .Follows("roles_held", "team_id", "teams")
        .Table("members", "organization = ips_organization() or ips_everybody()", grants: "select, insert, update")
        .Follows("delegations", "member_id", "members")
        // Colleagues are seen: what decides on a role, a check or a training must not be decided on a part.
        .Opens("staff", "staff_corrections", "staff_history", "decisions", "deadlines", "clearance_checks", "exclusion_hits", "training_completions", "training_targets",
            "training_requirements", "meetings", "organizations", "organization_facts", "organization_changes", "teams", "team_readiness", "team_reviews",
            "treatment_teams", "treatment_team_members", "work_months")
        // The rows of assignments that the member sees are those of its caseload.
        .Limits("meeting_individuals", "exists (select from assignments a where a.individual_id = meeting_individuals.individual_id)")
        .Limits("assignments",
            "(staff_member_id = any((select ips_caseloads())::uuid[]) and \"from\" <= ips_today() and coalesce(through, 'infinity') >= ips_today())");
}
