using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class ScoringApart : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "draft_issued_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "final_report_issued_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scale",
                table: "reviews",
                type: "text",
                nullable: false,
                defaultValue: "IPS-25");

            migrationBuilder.AddColumn<Guid>(
                name: "visit_id",
                table: "reviews",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "operation_facts",
                columns: table => new
                {
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: true),
                    team_id = table.Column<Guid>(type: "uuid", nullable: true),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    merged_id = table.Column<Guid>(type: "uuid", nullable: true),
                    code = table.Column<string>(type: "text", nullable: true),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    through = table.Column<DateOnly>(type: "date", nullable: true),
                    minutes = table.Column<int>(type: "integer", nullable: true),
                    in_person = table.Column<bool>(type: "boolean", nullable: true),
                    outside_office = table.Column<bool>(type: "boolean", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operation_facts", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "visits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    team_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    evaluator = table.Column<string>(type: "text", nullable: false),
                    scale = table.Column<string>(type: "text", nullable: false),
                    first_onsite_day = table.Column<DateOnly>(type: "date", nullable: false),
                    last_onsite_day = table.Column<DateOnly>(type: "date", nullable: false),
                    evaluator_organizations = table.Column<List<string>>(type: "text[]", nullable: false),
                    agreed_scores = table.Column<List<int>>(type: "integer[]", nullable: false),
                    agreed_reasons = table.Column<List<string>>(type: "text[]", nullable: false),
                    draft_issued_date = table.Column<DateOnly>(type: "date", nullable: true),
                    review_id = table.Column<Guid>(type: "uuid", nullable: true),
                    cancel_reason = table.Column<string>(type: "text", nullable: false),
                    planned_by = table.Column<string>(type: "text", nullable: false),
                    planned_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_visits", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "item_evidence",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    visit_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sheet_id = table.Column<Guid>(type: "uuid", nullable: false),
                    item = table.Column<int>(type: "integer", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    practice_date = table.Column<DateOnly>(type: "date", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    note = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_item_evidence", x => x.id);
                    table.ForeignKey(
                        name: "fk_item_evidence_visits_visit_id",
                        column: x => x.visit_id,
                        principalTable: "visits",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "score_sheets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    visit_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    inside = table.Column<bool>(type: "boolean", nullable: false),
                    trained = table.Column<bool>(type: "boolean", nullable: false),
                    scores = table.Column<List<int>>(type: "integer[]", nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_score_sheets", x => x.id);
                    table.ForeignKey(
                        name: "fk_score_sheets_visits_visit_id",
                        column: x => x.visit_id,
                        principalTable: "visits",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_item_evidence_visit_id",
                table: "item_evidence",
                column: "visit_id");

            migrationBuilder.CreateIndex(
                name: "ix_operation_facts_provider_day",
                table: "operation_facts",
                columns: new[] { "provider", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_operation_facts_team_id",
                table: "operation_facts",
                column: "team_id");

            migrationBuilder.CreateIndex(
                name: "ix_score_sheets_visit_id_organization_subject",
                table: "score_sheets",
                columns: new[] { "visit_id", "organization", "subject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_visits_team_id",
                table: "visits",
                column: "team_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "item_evidence");

            migrationBuilder.DropTable(
                name: "operation_facts");

            migrationBuilder.DropTable(
                name: "score_sheets");

            migrationBuilder.DropTable(
                name: "visits");

            migrationBuilder.DropColumn(
                name: "draft_issued_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "final_report_issued_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "scale",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "visit_id",
                table: "reviews");
        }
    }
}
