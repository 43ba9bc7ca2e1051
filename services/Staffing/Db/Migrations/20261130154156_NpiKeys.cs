using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class NpiKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<List<string>>(
                name: "npi_keys",
                table: "staff",
                type: "text[]",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_staff_npi_keys",
                table: "staff",
                column: "npi_keys")
                .Annotation("Npgsql:IndexMethod", "gin");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_staff_npi_keys",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "npi_keys",
                table: "staff");
        }
    }
}
