using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class NotesAndMilestones : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_claim_lines_milestones_milestone_id",
                table: "claim_lines");

            migrationBuilder.DropForeignKey(
                name: "fk_service_notes_decisions_decision_id",
                table: "service_notes");

            migrationBuilder.AlterColumn<Guid>(
                name: "decision_id",
                table: "service_notes",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "end_at",
                table: "service_notes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "overlaps",
                table: "service_notes",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "start_at",
                table: "service_notes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "void_reason",
                table: "service_notes",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "voided_at",
                table: "service_notes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "evidence",
                table: "milestones",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "letter_received_on",
                table: "milestones",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "letter_uploaded_on",
                table: "milestones",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "reconsidered_id",
                table: "milestones",
                type: "uuid",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "milestone_id",
                table: "claim_lines",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<string>(
                name: "decided_payer",
                table: "claim_lines",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "evidence",
                table: "claim_lines",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "claim_line_notes",
                columns: table => new
                {
                    claim_line_id = table.Column<Guid>(type: "uuid", nullable: false),
                    note_id = table.Column<Guid>(type: "uuid", nullable: false),
                    service_date = table.Column<DateOnly>(type: "date", nullable: false),
                    minutes = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_line_notes", x => new { x.claim_line_id, x.note_id });
                    table.ForeignKey(
                        name: "fk_claim_line_notes_claim_lines_claim_line_id",
                        column: x => x.claim_line_id,
                        principalTable: "claim_lines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "educations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    facts = table.Column<string>(type: "jsonb", nullable: false),
                    encrypted_corrections = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_educations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    facts = table.Column<string>(type: "jsonb", nullable: false),
                    encrypted_corrections = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "note_addenda",
                columns: table => new
                {
                    note_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    encrypted_text = table.Column<byte[]>(type: "bytea", nullable: false),
                    author = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_note_addenda", x => new { x.note_id, x.number });
                    table.ForeignKey(
                        name: "fk_note_addenda_service_notes_note_id",
                        column: x => x.note_id,
                        principalTable: "service_notes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "vr_cases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    on = table.Column<DateOnly>(type: "date", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vr_cases", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_service_notes_rendering_staff_service_date",
                table: "service_notes",
                columns: new[] { "rendering_staff", "service_date" });

            migrationBuilder.CreateIndex(
                name: "ix_milestones_reconsidered_id",
                table: "milestones",
                column: "reconsidered_id");

            migrationBuilder.CreateIndex(
                name: "ix_claim_line_notes_note_id",
                table: "claim_line_notes",
                column: "note_id");

            migrationBuilder.CreateIndex(
                name: "ix_educations_individual_id",
                table: "educations",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_educations_provider_id",
                table: "educations",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_individual_id",
                table: "jobs",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_provider_id",
                table: "jobs",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_vr_cases_individual_id",
                table: "vr_cases",
                column: "individual_id");

            migrationBuilder.AddForeignKey(
                name: "fk_claim_lines_milestones_milestone_id",
                table: "claim_lines",
                column: "milestone_id",
                principalTable: "milestones",
                principalColumn: "id");

            migrationBuilder.AddForeignKey(
                name: "fk_milestones_decisions_reconsidered_id",
                table: "milestones",
                column: "reconsidered_id",
                principalTable: "decisions",
                principalColumn: "id");

            migrationBuilder.AddForeignKey(
                name: "fk_service_notes_decisions_decision_id",
                table: "service_notes",
                column: "decision_id",
                principalTable: "decisions",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_claim_lines_milestones_milestone_id",
                table: "claim_lines");

            migrationBuilder.DropForeignKey(
                name: "fk_milestones_decisions_reconsidered_id",
                table: "milestones");

            migrationBuilder.DropForeignKey(
                name: "fk_service_notes_decisions_decision_id",
                table: "service_notes");

            migrationBuilder.DropTable(
                name: "claim_line_notes");

            migrationBuilder.DropTable(
                name: "educations");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "note_addenda");

            migrationBuilder.DropTable(
                name: "vr_cases");

            migrationBuilder.DropIndex(
                name: "ix_service_notes_rendering_staff_service_date",
                table: "service_notes");

            migrationBuilder.DropIndex(
                name: "ix_milestones_reconsidered_id",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "end_at",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "overlaps",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "start_at",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "void_reason",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "voided_at",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "evidence",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "letter_received_on",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "letter_uploaded_on",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "reconsidered_id",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "decided_payer",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "evidence",
                table: "claim_lines");

            migrationBuilder.AlterColumn<Guid>(
                name: "decision_id",
                table: "service_notes",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "milestone_id",
                table: "claim_lines",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.AddForeignKey(
                name: "fk_claim_lines_milestones_milestone_id",
                table: "claim_lines",
                column: "milestone_id",
                principalTable: "milestones",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_service_notes_decisions_decision_id",
                table: "service_notes",
                column: "decision_id",
                principalTable: "decisions",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }
    }
}
