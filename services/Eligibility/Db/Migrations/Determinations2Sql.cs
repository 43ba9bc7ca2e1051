using Microsoft.EntityFrameworkCore.Migrations;

namespace Ips.Eligibility.Db.Migrations;

/// <summary>What the columns of this migration hold for determinations made before it. <see cref="Date"/> stands last in <c>Up</c>.</summary>
internal static class Determinations2Sql
{
    /// <summary>An answer that was given at once was decided when it was recorded.</summary>
    public static void Date(MigrationBuilder migration) =>
        migration.Sql("update determinations set decided_at = recorded_at where state in ('Eligible', 'NotEligible');");
}
