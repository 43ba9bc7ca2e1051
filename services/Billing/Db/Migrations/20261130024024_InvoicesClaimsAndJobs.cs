using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class InvoicesClaimsAndJobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "answered_on",
                table: "milestones",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "documents_complete_on",
                table: "milestones",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "review_due_on",
                table: "milestones",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "encrypted_employer",
                table: "jobs",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "original_stands",
                table: "claims",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "set_number",
                table: "claims",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.CreateTable(
                name: "deadlines",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    rule_id = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    program = table.Column<string>(type: "text", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    due_on = table.Column<DateOnly>(type: "date", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lead_days = table.Column<List<int>>(type: "integer[]", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    arming = table.Column<int>(type: "integer", nullable: false),
                    passed = table.Column<int>(type: "integer", nullable: false),
                    next_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deadlines", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deposits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    deposit_date = table.Column<DateOnly>(type: "date", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    trace = table.Column<string>(type: "text", nullable: false),
                    payer_number = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deposits", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "employer_contacts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    mode = table.Column<string>(type: "text", nullable: false),
                    encrypted_employer = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_employer_contacts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "incentive_letters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    quarter = table.Column<string>(type: "text", nullable: false),
                    milestones = table.Column<List<int>>(type: "integer[]", nullable: false),
                    received_on = table.Column<DateOnly>(type: "date", nullable: false),
                    due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    due_by = table.Column<string>(type: "text", nullable: false),
                    sha256 = table.Column<string>(type: "text", nullable: false),
                    media_type = table.Column<string>(type: "text", nullable: false),
                    size = table.Column<int>(type: "integer", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_incentive_letters", x => x.id);
                    table.ForeignKey(
                        name: "fk_incentive_letters_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "other_payer_decisions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    claim_line_id = table.Column<Guid>(type: "uuid", nullable: false),
                    encrypted_content = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_other_payer_decisions", x => x.id);
                    table.ForeignKey(
                        name: "fk_other_payer_decisions_claim_lines_claim_line_id",
                        column: x => x.claim_line_id,
                        principalTable: "claim_lines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "incentive_invoices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    letter_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    quarter = table.Column<string>(type: "text", nullable: false),
                    milestones = table.Column<List<int>>(type: "integer[]", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    own_form = table.Column<bool>(type: "boolean", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    submitted_on = table.Column<DateOnly>(type: "date", nullable: true),
                    channel = table.Column<string>(type: "text", nullable: false),
                    documents_requested_on = table.Column<DateOnly>(type: "date", nullable: true),
                    documents_due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    documents_sent_on = table.Column<DateOnly>(type: "date", nullable: true),
                    held_until = table.Column<DateOnly>(type: "date", nullable: true),
                    ended_on = table.Column<DateOnly>(type: "date", nullable: true),
                    transfer = table.Column<string>(type: "text", nullable: false),
                    encrypted_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_incentive_invoices", x => x.id);
                    table.ForeignKey(
                        name: "fk_incentive_invoices_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_incentive_invoices_incentive_letters_letter_id",
                        column: x => x.letter_id,
                        principalTable: "incentive_letters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "incentive_letter_files",
                columns: table => new
                {
                    letter_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    encrypted_file = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_incentive_letter_files", x => x.letter_id);
                    table.ForeignKey(
                        name: "fk_incentive_letter_files_incentive_letters_letter_id",
                        column: x => x.letter_id,
                        principalTable: "incentive_letters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "incentive_letter_people",
                columns: table => new
                {
                    letter_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_incentive_letter_people", x => new { x.letter_id, x.place });
                    table.ForeignKey(
                        name: "fk_incentive_letter_people_incentive_letters_letter_id",
                        column: x => x.letter_id,
                        principalTable: "incentive_letters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "incentive_people",
                columns: table => new
                {
                    invoice_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    milestone = table.Column<int>(type: "integer", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    live = table.Column<bool>(type: "boolean", nullable: false),
                    doubled = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_incentive_people", x => new { x.invoice_id, x.place });
                    table.ForeignKey(
                        name: "fk_incentive_people_incentive_invoices_invoice_id",
                        column: x => x.invoice_id,
                        principalTable: "incentive_invoices",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_deadlines_individual_id_due_on",
                table: "deadlines",
                columns: new[] { "individual_id", "due_on" });

            migrationBuilder.CreateIndex(
                name: "ix_deadlines_next_at",
                table: "deadlines",
                column: "next_at",
                filter: "next_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_deadlines_provider_due_on_id",
                table: "deadlines",
                columns: new[] { "provider", "due_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_deadlines_subject_rule_id_kind",
                table: "deadlines",
                columns: new[] { "subject", "rule_id", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_deposits_provider_trace_payer_number_deposit_date_amount",
                table: "deposits",
                columns: new[] { "provider", "trace", "payer_number", "deposit_date", "amount" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_employer_contacts_individual_id",
                table: "employer_contacts",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_employer_contacts_provider_day_id",
                table: "employer_contacts",
                columns: new[] { "provider", "day", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_incentive_invoices_decision_id",
                table: "incentive_invoices",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_incentive_invoices_letter_id",
                table: "incentive_invoices",
                column: "letter_id");

            migrationBuilder.CreateIndex(
                name: "ix_incentive_invoices_provider_quarter",
                table: "incentive_invoices",
                columns: new[] { "provider", "quarter" });

            migrationBuilder.CreateIndex(
                name: "ix_incentive_letter_people_individual_id",
                table: "incentive_letter_people",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_incentive_letters_decision_id",
                table: "incentive_letters",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_incentive_letters_provider_quarter",
                table: "incentive_letters",
                columns: new[] { "provider", "quarter" });

            migrationBuilder.CreateIndex(
                name: "ux_incentives_once",
                table: "incentive_people",
                columns: new[] { "individual_id", "milestone" },
                unique: true,
                filter: "live");

            migrationBuilder.CreateIndex(
                name: "ix_other_payer_decisions_claim_line_id",
                table: "other_payer_decisions",
                column: "claim_line_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deadlines");

            migrationBuilder.DropTable(
                name: "deposits");

            migrationBuilder.DropTable(
                name: "employer_contacts");

            migrationBuilder.DropTable(
                name: "incentive_letter_files");

            migrationBuilder.DropTable(
                name: "incentive_letter_people");

            migrationBuilder.DropTable(
                name: "incentive_people");

            migrationBuilder.DropTable(
                name: "other_payer_decisions");

            migrationBuilder.DropTable(
                name: "incentive_invoices");

            migrationBuilder.DropTable(
                name: "incentive_letters");

            migrationBuilder.DropColumn(
                name: "answered_on",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "documents_complete_on",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "review_due_on",
                table: "milestones");

            migrationBuilder.DropColumn(
                name: "encrypted_employer",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "original_stands",
                table: "claims");

            migrationBuilder.DropColumn(
                name: "set_number",
                table: "claims");
        }
    }
}
