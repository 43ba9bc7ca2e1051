using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class RecordedBesideRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "long_distance",
                table: "roles_held",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scope",
                table: "credentials",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "ended_by",
                table: "assignments",
                type: "text",
                nullable: false,
                defaultValueSql: "'Unspecified'");

            migrationBuilder.AddColumn<Guid>(
                name: "stepped_down_to",
                table: "assignments",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "meeting_individuals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    meeting_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_meeting_individuals", x => x.id);
                    table.ForeignKey(
                        name: "fk_meeting_individuals_meetings_meeting_id",
                        column: x => x.meeting_id,
                        principalTable: "meetings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_assignments_stepped_down_to",
                table: "assignments",
                column: "stepped_down_to");

            migrationBuilder.CreateIndex(
                name: "ix_meeting_individuals_individual_id",
                table: "meeting_individuals",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_meeting_individuals_meeting_id",
                table: "meeting_individuals",
                column: "meeting_id");

            migrationBuilder.AddForeignKey(
                name: "fk_assignments_treatment_teams_stepped_down_to",
                table: "assignments",
                column: "stepped_down_to",
                principalTable: "treatment_teams",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_assignments_treatment_teams_stepped_down_to",
                table: "assignments");

            migrationBuilder.DropTable(
                name: "meeting_individuals");

            migrationBuilder.DropIndex(
                name: "ix_assignments_stepped_down_to",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "long_distance",
                table: "roles_held");

            migrationBuilder.DropColumn(
                name: "scope",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "ended_by",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "stepped_down_to",
                table: "assignments");
        }
    }
}
