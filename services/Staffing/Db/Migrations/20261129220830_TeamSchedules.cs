using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class TeamSchedules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "first_review_on",
                table: "team_readiness",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "vr_invited",
                table: "meetings",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "first_review_on",
                table: "team_readiness");

            migrationBuilder.DropColumn(
                name: "vr_invited",
                table: "meetings");
        }
    }
}
