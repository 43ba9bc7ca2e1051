using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class FollowedMerges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "followed_merges",
                columns: table => new
                {
                    merged_id = table.Column<Guid>(type: "uuid", nullable: false),
                    survivor_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    undone = table.Column<bool>(type: "boolean", nullable: false),
                    applied = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_followed_merges", x => new { x.merged_id, x.survivor_id });
                });

            migrationBuilder.CreateTable(
                name: "moved_rows",
                columns: table => new
                {
                    table_name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    row_key = table.Column<string>(type: "text", nullable: false),
                    recorded_for = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_moved_rows", x => new { x.table_name, x.row_key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_followed_merges_provider",
                table: "followed_merges",
                column: "provider");

            migrationBuilder.CreateIndex(
                name: "ix_moved_rows_recorded_for",
                table: "moved_rows",
                column: "recorded_for");

            // Merges from before: their accounts name the survivor.
            migrationBuilder.Sql(
                """
                insert into followed_merges (merged_id, survivor_id, provider, sequence, undone, applied, version)
                select individual_id, merged_into, provider, 0, false, true, 1 from accounts where merged_into is not null
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "followed_merges");

            migrationBuilder.DropTable(
                name: "moved_rows");
        }
    }
}
