using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class ClaimsToCash : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "billing_profiles",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    encrypted_content = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_billing_profiles", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "claim_batches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    control_number = table.Column<int>(type: "integer", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    submitter_id = table.Column<string>(type: "text", nullable: false),
                    receiver_id = table.Column<string>(type: "text", nullable: false),
                    claims = table.Column<int>(type: "integer", nullable: false),
                    charge = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    sha256 = table.Column<string>(type: "text", nullable: false),
                    encrypted_file = table.Column<byte[]>(type: "bytea", nullable: false),
                    left_out = table.Column<string>(type: "jsonb", nullable: false),
                    remarks = table.Column<string>(type: "jsonb", nullable: false),
                    remaining = table.Column<int>(type: "integer", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_batches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "claim_facts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    milestone_number = table.Column<int>(type: "integer", nullable: false),
                    encrypted_content = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_facts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "control_numbers",
                columns: table => new
                {
                    provider = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    interchange = table.Column<int>(type: "integer", nullable: false),
                    claim = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_control_numbers", x => x.provider);
                });

            migrationBuilder.CreateTable(
                name: "received_files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    sha256 = table.Column<string>(type: "text", nullable: false),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    transactions = table.Column<List<string>>(type: "text[]", nullable: false),
                    claims_moved = table.Column<int>(type: "integer", nullable: false),
                    postings = table.Column<int>(type: "integer", nullable: false),
                    repeated_postings = table.Column<int>(type: "integer", nullable: false),
                    work_items = table.Column<int>(type: "integer", nullable: false),
                    payments = table.Column<string>(type: "jsonb", nullable: false),
                    findings = table.Column<string>(type: "jsonb", nullable: false),
                    encrypted_file = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_received_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "claims",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    claim_line_id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    milestone_number = table.Column<int>(type: "integer", nullable: false),
                    service_date = table.Column<DateOnly>(type: "date", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    frequency = table.Column<string>(type: "text", nullable: false),
                    corrects = table.Column<Guid>(type: "uuid", nullable: true),
                    claim_batch_id = table.Column<Guid>(type: "uuid", nullable: true),
                    number = table.Column<string>(type: "text", nullable: false),
                    line_control = table.Column<string>(type: "text", nullable: false),
                    payer_claim = table.Column<string>(type: "text", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false),
                    modifiers = table.Column<List<string>>(type: "text[]", nullable: false),
                    units = table.Column<int>(type: "integer", nullable: false),
                    charge = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    expected = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    allowed = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    paid = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    adjusted = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    written_off = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    file_through = table.Column<DateOnly>(type: "date", nullable: true),
                    encrypted_member = table.Column<byte[]>(type: "bytea", nullable: true),
                    live = table.Column<bool>(type: "boolean", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    steps = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_claims_claim_batches_claim_batch_id",
                        column: x => x.claim_batch_id,
                        principalTable: "claim_batches",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_claims_claim_lines_claim_line_id",
                        column: x => x.claim_line_id,
                        principalTable: "claim_lines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "payments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    received_file_id = table.Column<Guid>(type: "uuid", nullable: false),
                    trace = table.Column<string>(type: "text", nullable: false),
                    payer_number = table.Column<string>(type: "text", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    provider_amounts = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payments", x => x.id);
                    table.ForeignKey(
                        name: "fk_payments_received_files_received_file_id",
                        column: x => x.received_file_id,
                        principalTable: "received_files",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "claim_moves",
                columns: table => new
                {
                    claim_id = table.Column<Guid>(type: "uuid", nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    codes = table.Column<List<string>>(type: "text[]", nullable: false),
                    received_file_id = table.Column<Guid>(type: "uuid", nullable: true),
                    encrypted_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_moves", x => new { x.claim_id, x.step });
                    table.ForeignKey(
                        name: "fk_claim_moves_claims_claim_id",
                        column: x => x.claim_id,
                        principalTable: "claims",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "postings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    claim_id = table.Column<Guid>(type: "uuid", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false),
                    matched_by = table.Column<string>(type: "text", nullable: false),
                    payer_claim = table.Column<string>(type: "text", nullable: false),
                    charge = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    allowed = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    paid = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    units = table.Column<int>(type: "integer", nullable: false),
                    adjustments = table.Column<string>(type: "jsonb", nullable: false),
                    adjusted = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    remarks = table.Column<List<string>>(type: "text[]", nullable: false),
                    received_file_id = table.Column<Guid>(type: "uuid", nullable: true),
                    payment_id = table.Column<Guid>(type: "uuid", nullable: true),
                    trace = table.Column<string>(type: "text", nullable: false),
                    payment_date = table.Column<DateOnly>(type: "date", nullable: true),
                    key = table.Column<string>(type: "text", nullable: false),
                    encrypted_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    encrypted_entered_by = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_postings", x => x.id);
                    table.ForeignKey(
                        name: "fk_postings_claims_claim_id",
                        column: x => x.claim_id,
                        principalTable: "claims",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_postings_payments_payment_id",
                        column: x => x.payment_id,
                        principalTable: "payments",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_postings_received_files_received_file_id",
                        column: x => x.received_file_id,
                        principalTable: "received_files",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "work_items",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    claim_id = table.Column<Guid>(type: "uuid", nullable: true),
                    candidates = table.Column<List<Guid>>(type: "uuid[]", nullable: false),
                    posting_id = table.Column<Guid>(type: "uuid", nullable: true),
                    received_file_id = table.Column<Guid>(type: "uuid", nullable: true),
                    what = table.Column<string>(type: "text", nullable: false),
                    codes = table.Column<List<string>>(type: "text[]", nullable: false),
                    guide = table.Column<string>(type: "text", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    act_through = table.Column<DateOnly>(type: "date", nullable: true),
                    encrypted_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    resolved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_work_items", x => x.id);
                    table.ForeignKey(
                        name: "fk_work_items_claims_claim_id",
                        column: x => x.claim_id,
                        principalTable: "claims",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_work_items_postings_posting_id",
                        column: x => x.posting_id,
                        principalTable: "postings",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_work_items_received_files_received_file_id",
                        column: x => x.received_file_id,
                        principalTable: "received_files",
                        principalColumn: "id");
                });

            migrationBuilder.CreateIndex(
                name: "ix_billing_profiles_provider_from_day",
                table: "billing_profiles",
                columns: new[] { "provider", "from_day" });

            migrationBuilder.CreateIndex(
                name: "ix_claim_batches_provider_control_number",
                table: "claim_batches",
                columns: new[] { "provider", "control_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_claim_facts_individual_id",
                table: "claim_facts",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_claims_claim_batch_id",
                table: "claims",
                column: "claim_batch_id");

            migrationBuilder.CreateIndex(
                name: "ix_claims_claim_line_id",
                table: "claims",
                column: "claim_line_id");

            migrationBuilder.CreateIndex(
                name: "ix_claims_corrects",
                table: "claims",
                column: "corrects");

            migrationBuilder.CreateIndex(
                name: "ix_claims_individual_id",
                table: "claims",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_claims_provider_payer_claim",
                table: "claims",
                columns: new[] { "provider", "payer_claim" });

            migrationBuilder.CreateIndex(
                name: "ix_claims_provider_service_date",
                table: "claims",
                columns: new[] { "provider", "service_date" });

            migrationBuilder.CreateIndex(
                name: "ux_claims_live",
                table: "claims",
                column: "claim_line_id",
                unique: true,
                filter: "live and frequency = 'Original'");

            migrationBuilder.CreateIndex(
                name: "ux_claims_number",
                table: "claims",
                columns: new[] { "provider", "number" },
                unique: true,
                filter: "number <> ''");

            migrationBuilder.CreateIndex(
                name: "ix_payments_provider_key",
                table: "payments",
                columns: new[] { "provider", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_payments_received_file_id",
                table: "payments",
                column: "received_file_id");

            migrationBuilder.CreateIndex(
                name: "ix_postings_claim_id",
                table: "postings",
                column: "claim_id");

            migrationBuilder.CreateIndex(
                name: "ix_postings_payment_id",
                table: "postings",
                column: "payment_id");

            migrationBuilder.CreateIndex(
                name: "ix_postings_provider_key",
                table: "postings",
                columns: new[] { "provider", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_postings_received_file_id",
                table: "postings",
                column: "received_file_id");

            migrationBuilder.CreateIndex(
                name: "ix_received_files_provider_sha256",
                table: "received_files",
                columns: new[] { "provider", "sha256" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_work_items_claim_id",
                table: "work_items",
                column: "claim_id");

            migrationBuilder.CreateIndex(
                name: "ix_work_items_posting_id",
                table: "work_items",
                column: "posting_id");

            migrationBuilder.CreateIndex(
                name: "ix_work_items_provider_id",
                table: "work_items",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_work_items_received_file_id",
                table: "work_items",
                column: "received_file_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "billing_profiles");

            migrationBuilder.DropTable(
                name: "claim_facts");

            migrationBuilder.DropTable(
                name: "claim_moves");

            migrationBuilder.DropTable(
                name: "control_numbers");

            migrationBuilder.DropTable(
                name: "work_items");

            migrationBuilder.DropTable(
                name: "postings");

            migrationBuilder.DropTable(
                name: "claims");

            migrationBuilder.DropTable(
                name: "payments");

            migrationBuilder.DropTable(
                name: "claim_batches");

            migrationBuilder.DropTable(
                name: "received_files");
        }
    }
}
