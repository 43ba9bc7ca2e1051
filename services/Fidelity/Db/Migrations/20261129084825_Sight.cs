using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class Sight : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "recorded_by",
                table: "reviews",
                type: "text",
                nullable: false,
                defaultValue: "");

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

            migrationBuilder.DropColumn(
                name: "recorded_by",
                table: "reviews");
        }
    }
}
