using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class DecisionsRestOnRecords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid[]>(
                name: "rests_on",
                table: "decisions",
                type: "uuid[]",
                nullable: false,
                defaultValue: new Guid[0]);

            migrationBuilder.AddColumn<int[]>(
                name: "rests_on_versions",
                table: "decisions",
                type: "integer[]",
                nullable: false,
                defaultValue: new int[0]);

            migrationBuilder.CreateIndex(
                name: "ix_decisions_rests_on",
                table: "decisions",
                column: "rests_on")
                .Annotation("Npgsql:IndexMethod", "gin");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_decisions_rests_on",
                table: "decisions");

            migrationBuilder.DropColumn(
                name: "rests_on",
                table: "decisions");

            migrationBuilder.DropColumn(
                name: "rests_on_versions",
                table: "decisions");
        }
    }
}
