namespace Ips.Staffing.Db;

/// <summary>
/// Who sees which rows, as PostgreSQL enforces it behind the filters of <see cref="StaffingDb"/>: staff and caseloads are the agency's and its network's;
/// every caller sees organizations, teams and who holds a role in them.
/// </summary>
internal static class StaffingRows
{
    private const string Network = "provider = ips_provider() or ips_everybody() or ips_payer() is not null";

    public static TenantPolicies Rules { get; } = new TenantPolicies()
        .Table("staff", Network)
        .Table("assignments", Network)
        .Table("decisions", Network)
        .Follows("credentials", "staff_member_id", "staff")
        .Open("organizations")
        .Open("teams")
        .Open("roles_held");
}
