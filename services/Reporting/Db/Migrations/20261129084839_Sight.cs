using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Reporting.Db.Migrations
{
    /// <inheritdoc />
    public partial class Sight : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "network_members");

            migrationBuilder.AddColumn<DateOnly>(
                name: "seen_on",
                table: "event_facts",
                type: "date",
                nullable: false,
                defaultValue: new DateOnly(1, 1, 1));

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
                name: "seen_on",
                table: "event_facts");

            migrationBuilder.CreateTable(
                name: "network_members",
                columns: table => new
                {
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_network_members", x => new { x.provider, x.payer });
                });
        }
    }
}
