using Microsoft.EntityFrameworkCore.Migrations;

namespace Ips.Eligibility.Db.Migrations;

/// <summary>Values of this migration's columns for older determinations. Call <see cref="Date"/> last in <c>Up</c>.</summary>
internal static class Determinations2Sql
{
    /// <summary>A determination with an immediate decision was decided when it was recorded.</summary>
    public static void Date(MigrationBuilder migration) =>
        migration.Sql("update determinations set decided_at = recorded_at where state in ('Eligible', 'NotEligible');");
}
