using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class Sight : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "coverage");
        }
    }
}
