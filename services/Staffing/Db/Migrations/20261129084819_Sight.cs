using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class Sight : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "proposed_by",
                table: "organizations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "organizations",
                type: "text",
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.AddColumn<string>(
                name: "us_state",
                table: "organizations",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "version",
                table: "organizations",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "contracts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    accepted = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contracts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "coverage",
                columns: table => new
                {
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    retracted = table.Column<bool>(type: "boolean", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_coverage", x => new { x.individual_id, x.payer, x.from_day });
                });

            migrationBuilder.CreateIndex(
                name: "ix_contracts_payer_provider",
                table: "contracts",
                columns: new[] { "payer", "provider" });

            migrationBuilder.CreateIndex(
                name: "ix_contracts_provider",
                table: "contracts",
                column: "provider");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "contracts");

            migrationBuilder.DropTable(
                name: "coverage");

            migrationBuilder.DropColumn(
                name: "proposed_by",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "state",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "us_state",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "version",
                table: "organizations");
        }
    }
}
