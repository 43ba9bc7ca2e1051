using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class PlansAndReadiness : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "assistance_hours",
                table: "reviews",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_approved_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_reviewed_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_started_date",
                table: "reviews",
                type: "date",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "assistance_hours",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "plan_approved_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "plan_reviewed_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "plan_started_date",
                table: "reviews");
        }
    }
}
