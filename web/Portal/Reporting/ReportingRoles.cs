using Ips.Contracts.Common.V1;
using Ips.Contracts.Reporting.V1;

namespace Ips.Portal.Reporting;

/// <summary>Who may see numbers: read from the contract, so that the pages match what the service enforces.</summary>
internal static class ReportingRoles
{
    /// <summary>The roles, as tokens write them.</summary>
    public static IReadOnlyList<string> Allowed { get; } = [.. Access().Roles.Select(role => role.ToString().ToLowerInvariant())];

    private static Access Access() => Dashboards.Descriptor.FindMethodByName("GetDashboard").GetOptions().GetExtension(AccessExtensions.Access);
}
