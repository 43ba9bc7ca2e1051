using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class Episodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ux_claim_lines_once",
                table: "claim_lines");

            migrationBuilder.AddColumn<DateOnly>(
                name: "episode_from",
                table: "claim_lines",
                type: "date",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ux_claim_lines_once",
                table: "claim_lines",
                columns: new[] { "individual_id", "program", "milestone_number", "episode_from" },
                unique: true,
                filter: "state = 'Ready' and milestone_number in (2, 3, 4, 5, 9)")
                .Annotation("Npgsql:NullsDistinct", false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ux_claim_lines_once",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "episode_from",
                table: "claim_lines");

            migrationBuilder.CreateIndex(
                name: "ux_claim_lines_once",
                table: "claim_lines",
                columns: new[] { "individual_id", "program", "milestone_number" },
                unique: true,
                filter: "state = 'Ready' and milestone_number in (2, 3, 4, 5, 9)");
        }
    }
}
