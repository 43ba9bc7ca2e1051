namespace Ips.Staffing.Db;

/// <summary>Who sees which rows, as PostgreSQL enforces it behind the filters of <see cref="StaffingDb"/>.</summary>
internal static class StaffingRows
{
    private const string Mine = "provider = ips_provider() or ips_everybody()";

    public static TenantPolicies Rules { get; } = new TenantPolicies()
        .Table("staff", TenantPolicies.Network)
        .Table("assignments", $"{Mine} or (ips_payer() is not null and ips_covers(individual_id, \"from\", through))")
        .Table("decisions", TenantPolicies.Network)
        .Follows("credentials", "staff_member_id", "staff")
        .Table("organizations", "state = 'Active' or proposed_by = ips_organization() or code = ips_organization() or ips_everybody()",
            writes: "proposed_by = ips_payer() or ips_everybody()")
        .Table("contracts", TenantPolicies.OwnContracts, grants: "select, insert, update")
        .Table("teams", TenantPolicies.NetworkOrState)
        .Follows("roles_held", "team_id", "teams");
}
