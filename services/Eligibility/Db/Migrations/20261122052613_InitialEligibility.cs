using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class InitialEligibility : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "outbox_positions");

            migrationBuilder.CreateSequence(
                name: "outbox_turns");

            migrationBuilder.CreateTable(
                name: "answered_requests",
                columns: table => new
                {
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    caller = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    answer = table.Column<byte[]>(type: "bytea", nullable: false),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_answered_requests", x => new { x.request_id, x.caller });
                });

            migrationBuilder.CreateTable(
                name: "decisions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    question = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    pack_version = table.Column<string>(type: "text", nullable: false),
                    pack_hash = table.Column<string>(type: "text", nullable: false),
                    as_of = table.Column<DateOnly>(type: "date", nullable: false),
                    verdict = table.Column<string>(type: "text", nullable: false),
                    facts = table.Column<string>(type: "text", nullable: false),
                    receipt = table.Column<string>(type: "text", nullable: false),
                    receipt_sha256 = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_decisions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dvrs_messages",
                columns: table => new
                {
                    message_id = table.Column<string>(type: "text", nullable: false),
                    referral_id = table.Column<Guid>(type: "uuid", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dvrs_messages", x => x.message_id);
                });

            migrationBuilder.CreateTable(
                name: "inbox_rows",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer = table.Column<string>(type: "text", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_rows", x => new { x.message_id, x.consumer });
                });

            migrationBuilder.CreateTable(
                name: "individuals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payers = table.Column<List<string>>(type: "text[]", nullable: false),
                    referred_to_dvrs = table.Column<bool>(type: "boolean", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_individuals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_rows",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    urn = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    turn = table.Column<long>(type: "bigint", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: true),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    body = table.Column<string>(type: "json", nullable: false),
                    trace_parent = table.Column<string>(type: "text", nullable: true),
                    trace_state = table.Column<string>(type: "text", nullable: true),
                    position = table.Column<long>(type: "bigint", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_rows", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_subjects",
                columns: table => new
                {
                    subject = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_subjects", x => x.subject);
                });

            migrationBuilder.CreateTable(
                name: "assessments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    completed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    assessor_scope_includes_diagnosis = table.Column<bool>(type: "boolean", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_assessments", x => x.id);
                    table.ForeignKey(
                        name: "fk_assessments_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "authorizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    received_on = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_from = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_through = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_units = table.Column<int>(type: "integer", nullable: false),
                    approved_from = table.Column<DateOnly>(type: "date", nullable: true),
                    approved_through = table.Column<DateOnly>(type: "date", nullable: true),
                    approved_units = table.Column<int>(type: "integer", nullable: false),
                    payer_rule_id = table.Column<string>(type: "text", nullable: false),
                    payer_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_authorizations", x => x.id);
                    table.ForeignKey(
                        name: "fk_authorizations_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_authorizations_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "determinations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    as_of = table.Column<DateOnly>(type: "date", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_determinations", x => x.id);
                    table.ForeignKey(
                        name: "fk_determinations_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_determinations_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "diagnoses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    @class = table.Column<string>(name: "class", type: "text", nullable: false),
                    severity = table.Column<string>(type: "text", nullable: true),
                    primary = table.Column<bool>(type: "boolean", nullable: false),
                    diagnosed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_diagnoses", x => x.id);
                    table.ForeignKey(
                        name: "fk_diagnoses_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "enrollments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    through = table.Column<DateOnly>(type: "date", nullable: true),
                    funding = table.Column<string>(type: "text", nullable: false),
                    benefit_plan = table.Column<string>(type: "text", nullable: false),
                    benefit_plan_from = table.Column<DateOnly>(type: "date", nullable: true),
                    benefit_plan_through = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_enrollments", x => x.id);
                    table.ForeignKey(
                        name: "fk_enrollments_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "individual_identifiers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    system = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_individual_identifiers", x => x.id);
                    table.ForeignKey(
                        name: "fk_individual_identifiers_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "intakes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    desire_to_work = table.Column<bool>(type: "boolean", nullable: true),
                    desire_to_work_date = table.Column<DateOnly>(type: "date", nullable: true),
                    employment_history = table.Column<string>(type: "text", nullable: true),
                    education_goal_linked_to_employment = table.Column<bool>(type: "boolean", nullable: true),
                    need_for_assistance = table.Column<bool>(type: "boolean", nullable: true),
                    need_linked_to_diagnosis = table.Column<bool>(type: "boolean", nullable: true),
                    other_bh_service_last_contact = table.Column<DateOnly>(type: "date", nullable: true),
                    declines_bh_services = table.Column<bool>(type: "boolean", nullable: true),
                    referral_out_date = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_intakes", x => x.id);
                    table.ForeignKey(
                        name: "fk_intakes_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "necessity_findings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    finding = table.Column<string>(type: "text", nullable: false),
                    found_on = table.Column<DateOnly>(type: "date", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_necessity_findings", x => x.id);
                    table.ForeignKey(
                        name: "fk_necessity_findings_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "referrals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    service_initiation_date = table.Column<DateOnly>(type: "date", nullable: false),
                    referral_date = table.Column<DateOnly>(type: "date", nullable: true),
                    offer_documented_date = table.Column<DateOnly>(type: "date", nullable: true),
                    dvrs_decision_date = table.Column<DateOnly>(type: "date", nullable: true),
                    dvrs_closed_date = table.Column<DateOnly>(type: "date", nullable: true),
                    steps_before_sent = table.Column<int>(type: "integer", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_referrals", x => x.id);
                    table.ForeignKey(
                        name: "fk_referrals_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_referrals_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "service_orders",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    order_date = table.Column<DateOnly>(type: "date", nullable: false),
                    assessment_id = table.Column<Guid>(type: "uuid", nullable: true),
                    renews = table.Column<DateOnly>(type: "date", nullable: true),
                    signer_type = table.Column<string>(type: "text", nullable: false),
                    signature_date = table.Column<DateOnly>(type: "date", nullable: true),
                    signature_captured_date = table.Column<DateOnly>(type: "date", nullable: true),
                    valid_through = table.Column<DateOnly>(type: "date", nullable: true),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_service_orders", x => x.id);
                    table.ForeignKey(
                        name: "fk_service_orders_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_service_orders_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "unit_draws",
                columns: table => new
                {
                    claim_line_id = table.Column<Guid>(type: "uuid", nullable: false),
                    authorization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    service_date = table.Column<DateOnly>(type: "date", nullable: false),
                    units = table.Column<int>(type: "integer", nullable: false),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    released_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_unit_draws", x => new { x.authorization_id, x.claim_line_id });
                    table.ForeignKey(
                        name: "fk_unit_draws_authorizations_authorization_id",
                        column: x => x.authorization_id,
                        principalTable: "authorizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_answered_requests_answered_at",
                table: "answered_requests",
                column: "answered_at");

            migrationBuilder.CreateIndex(
                name: "ix_assessments_individual_id",
                table: "assessments",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_decision_id",
                table: "authorizations",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_individual_id_program_kind",
                table: "authorizations",
                columns: new[] { "individual_id", "program", "kind" });

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_payer_id",
                table: "authorizations",
                columns: new[] { "payer", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_provider_id",
                table: "authorizations",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_decisions_subject_recorded_at",
                table: "decisions",
                columns: new[] { "subject", "recorded_at" });

            migrationBuilder.CreateIndex(
                name: "ix_determinations_decision_id",
                table: "determinations",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_determinations_individual_id_program_as_of",
                table: "determinations",
                columns: new[] { "individual_id", "program", "as_of" });

            migrationBuilder.CreateIndex(
                name: "ix_determinations_provider_id",
                table: "determinations",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_diagnoses_individual_id",
                table: "diagnoses",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_enrollments_individual_id",
                table: "enrollments",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_inbox_rows_received_at",
                table: "inbox_rows",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ix_individual_identifiers_individual_id",
                table: "individual_identifiers",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_individual_identifiers_system_hash_provider",
                table: "individual_identifiers",
                columns: new[] { "system", "hash", "provider" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_individuals_payers",
                table: "individuals",
                column: "payers")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_individuals_provider_id",
                table: "individuals",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_intakes_individual_id",
                table: "intakes",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_necessity_findings_individual_id",
                table: "necessity_findings",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_position",
                table: "outbox_rows",
                column: "position",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_subject_sequence",
                table: "outbox_rows",
                columns: new[] { "subject", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_unplaced",
                table: "outbox_rows",
                columns: new[] { "turn", "sequence" },
                filter: "position is null");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_unsent",
                table: "outbox_rows",
                column: "position",
                filter: "sent_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_referrals_decision_id",
                table: "referrals",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_referrals_provider_id",
                table: "referrals",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_referrals_open",
                table: "referrals",
                column: "individual_id",
                unique: true,
                filter: "state not in ('Ineligible', 'Closed', 'DeclinedByIndividual')");

            migrationBuilder.CreateIndex(
                name: "ix_service_orders_decision_id",
                table: "service_orders",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_service_orders_individual_id_program_order_date",
                table: "service_orders",
                columns: new[] { "individual_id", "program", "order_date" });

            migrationBuilder.CreateIndex(
                name: "ix_service_orders_provider_id",
                table: "service_orders",
                columns: new[] { "provider", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "answered_requests");

            migrationBuilder.DropTable(
                name: "assessments");

            migrationBuilder.DropTable(
                name: "determinations");

            migrationBuilder.DropTable(
                name: "diagnoses");

            migrationBuilder.DropTable(
                name: "dvrs_messages");

            migrationBuilder.DropTable(
                name: "enrollments");

            migrationBuilder.DropTable(
                name: "inbox_rows");

            migrationBuilder.DropTable(
                name: "individual_identifiers");

            migrationBuilder.DropTable(
                name: "intakes");

            migrationBuilder.DropTable(
                name: "necessity_findings");

            migrationBuilder.DropTable(
                name: "outbox_rows");

            migrationBuilder.DropTable(
                name: "outbox_subjects");

            migrationBuilder.DropTable(
                name: "referrals");

            migrationBuilder.DropTable(
                name: "service_orders");

            migrationBuilder.DropTable(
                name: "unit_draws");

            migrationBuilder.DropTable(
                name: "authorizations");

            migrationBuilder.DropTable(
                name: "decisions");

            migrationBuilder.DropTable(
                name: "individuals");

            migrationBuilder.DropSequence(
                name: "outbox_positions");

            migrationBuilder.DropSequence(
                name: "outbox_turns");
        }
    }
}
