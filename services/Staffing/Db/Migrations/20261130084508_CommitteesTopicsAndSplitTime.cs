using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class CommitteesTopicsAndSplitTime : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "split_time_through",
                table: "roles_held",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "committee_members",
                table: "meetings",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<bool>(
                name: "partner_agency",
                table: "meetings",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "topics",
                table: "meetings",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "split_time_through",
                table: "roles_held");

            migrationBuilder.DropColumn(
                name: "committee_members",
                table: "meetings");

            migrationBuilder.DropColumn(
                name: "partner_agency",
                table: "meetings");

            migrationBuilder.DropColumn(
                name: "topics",
                table: "meetings");
        }
    }
}
