using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class HistoryOfNumbers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_organization_numbers",
                table: "organization_numbers");

            migrationBuilder.AddColumn<DateOnly>(
                name: "from_day",
                table: "organization_numbers",
                type: "date",
                nullable: true);

            migrationBuilder.AddPrimaryKey(
                name: "pk_organization_numbers",
                table: "organization_numbers",
                columns: new[] { "organization", "sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                delete from organization_numbers earlier using organization_numbers later
                where later.organization = earlier.organization and later.sequence > earlier.sequence;
                """);
            migrationBuilder.DropPrimaryKey(
                name: "pk_organization_numbers",
                table: "organization_numbers");

            migrationBuilder.DropColumn(
                name: "from_day",
                table: "organization_numbers");

            migrationBuilder.AddPrimaryKey(
                name: "pk_organization_numbers",
                table: "organization_numbers",
                column: "organization");
        }
    }
}
