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
                name: "act_spans",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    started_on = table.Column<DateOnly>(type: "date", nullable: false),
                    ended_through = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_act_spans", x => x.id);
                });

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
                name: "deadlines",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
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
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deadlines", x => x.id);
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
                    pack_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    as_of = table.Column<DateOnly>(type: "date", nullable: false),
                    verdict = table.Column<string>(type: "text", nullable: false),
                    facts = table.Column<byte[]>(type: "bytea", nullable: false),
                    receipt = table.Column<byte[]>(type: "bytea", nullable: false),
                    receipt_sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_decisions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "disclosures",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    organization = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    opened_by = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<byte[]>(type: "bytea", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    reads = table.Column<int>(type: "integer", nullable: false),
                    reviewed_by = table.Column<string>(type: "text", nullable: true),
                    reviewed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    review_note = table.Column<byte[]>(type: "bytea", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_disclosures", x => x.id);
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
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    personal_data_version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payers = table.Column<List<string>>(type: "text[]", nullable: false),
                    registering_payers = table.Column<List<string>>(type: "text[]", nullable: false, defaultValueSql: "'{}'"),
                    merged_into = table.Column<Guid>(type: "uuid", nullable: true),
                    person_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    referred_to_dvrs = table.Column<bool>(type: "boolean", nullable: false),
                    personal_data = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_individuals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "legal_holds",
                columns: table => new
                {
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    placed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_legal_holds", x => x.individual_id);
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
                name: "receipt_dictionaries",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_receipt_dictionaries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "authorizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    terms_version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "jsonb", nullable: false),
                    renews = table.Column<Guid>(type: "uuid", nullable: true),
                    exclusive = table.Column<bool>(type: "boolean", nullable: false),
                    received_on = table.Column<DateOnly>(type: "date", nullable: false),
                    request_due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    earliest_from = table.Column<DateOnly>(type: "date", nullable: true),
                    gap_from = table.Column<DateOnly>(type: "date", nullable: true),
                    gap_through = table.Column<DateOnly>(type: "date", nullable: true),
                    expedited = table.Column<bool>(type: "boolean", nullable: false),
                    managed_care = table.Column<bool>(type: "boolean", nullable: false),
                    decision_due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    decision_due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    pended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    requested_from = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_through = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_units = table.Column<int>(type: "integer", nullable: false),
                    approved_from = table.Column<DateOnly>(type: "date", nullable: true),
                    approved_through = table.Column<DateOnly>(type: "date", nullable: true),
                    ended_through = table.Column<DateOnly>(type: "date", nullable: true),
                    end_reason = table.Column<string>(type: "text", nullable: false),
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
                name: "career_profiles",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_career_profiles", x => x.id);
                    table.ForeignKey(
                        name: "fk_career_profiles_individuals_individual_id",
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
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    as_of = table.Column<DateOnly>(type: "date", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    eligible_through = table.Column<DateOnly>(type: "date", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
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
                name: "facts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    joined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    superseded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    superseded_by = table.Column<string>(type: "text", nullable: true),
                    superseded_reason = table.Column<string>(type: "text", nullable: true),
                    superseded_note = table.Column<byte[]>(type: "bytea", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    completed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    assessor_scope_includes_diagnosis = table.Column<bool>(type: "boolean", nullable: true),
                    assessor_licence = table.Column<string>(type: "text", nullable: true),
                    recipient = table.Column<string>(type: "text", nullable: true),
                    purposes = table.Column<List<string>>(type: "text[]", nullable: true),
                    scopes = table.Column<List<string>>(type: "text[]", nullable: true),
                    from_day = table.Column<DateOnly>(type: "date", nullable: true),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    revoked_on = table.Column<DateOnly>(type: "date", nullable: true),
                    document_sha256 = table.Column<string>(type: "text", nullable: true),
                    organization = table.Column<string>(type: "text", nullable: true),
                    agreed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    @class = table.Column<string>(name: "class", type: "text", nullable: true),
                    severity = table.Column<string>(type: "text", nullable: true),
                    primary = table.Column<bool>(type: "boolean", nullable: true),
                    qualifying = table.Column<bool>(type: "boolean", nullable: true),
                    diagnosed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    payer = table.Column<string>(type: "text", nullable: true),
                    funding = table.Column<string>(type: "text", nullable: true),
                    benefit_plan = table.Column<string>(type: "text", nullable: true),
                    benefit_plan_from = table.Column<DateOnly>(type: "date", nullable: true),
                    benefit_plan_through = table.Column<DateOnly>(type: "date", nullable: true),
                    personal_data = table.Column<byte[]>(type: "bytea", nullable: true),
                    desire_to_work = table.Column<bool>(type: "boolean", nullable: true),
                    desire_to_work_date = table.Column<DateOnly>(type: "date", nullable: true),
                    employment_history = table.Column<string>(type: "text", nullable: true),
                    education_goal_linked_to_employment = table.Column<bool>(type: "boolean", nullable: true),
                    need_for_assistance = table.Column<bool>(type: "boolean", nullable: true),
                    need_linked_to_diagnosis = table.Column<bool>(type: "boolean", nullable: true),
                    other_bh_service_last_contact = table.Column<DateOnly>(type: "date", nullable: true),
                    declines_bh_services = table.Column<bool>(type: "boolean", nullable: true),
                    referral_out_date = table.Column<DateOnly>(type: "date", nullable: true),
                    needs_more_intensive_supports = table.Column<bool>(type: "boolean", nullable: true),
                    status = table.Column<string>(type: "text", nullable: true),
                    finding = table.Column<string>(type: "text", nullable: true),
                    found_on = table.Column<DateOnly>(type: "date", nullable: true),
                    service = table.Column<string>(type: "text", nullable: true),
                    absent = table.Column<bool>(type: "boolean", nullable: true),
                    dated_on = table.Column<DateOnly>(type: "date", nullable: true),
                    clinical_home = table.Column<string>(type: "text", nullable: true),
                    lists_employment = table.Column<bool>(type: "boolean", nullable: true),
                    career_profile_attached = table.Column<bool>(type: "boolean", nullable: true),
                    by = table.Column<string>(type: "text", nullable: true),
                    recommended_on = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facts", x => new { x.id, x.version });
                    table.ForeignKey(
                        name: "fk_facts_individuals_individual_id",
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
                    value_hash = table.Column<byte[]>(type: "bytea", nullable: true),
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
                name: "referrals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
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
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
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
                    original_order_date = table.Column<DateOnly>(type: "date", nullable: true),
                    renewed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    void_reason = table.Column<byte[]>(type: "bytea", nullable: true),
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
                    held_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
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

            migrationBuilder.CreateTable(
                name: "career_profile_versions",
                columns: table => new
                {
                    version = table.Column<int>(type: "integer", nullable: false),
                    profile_id = table.Column<Guid>(type: "uuid", nullable: false),
                    dated_on = table.Column<DateOnly>(type: "date", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_career_profile_versions", x => new { x.profile_id, x.version });
                    table.ForeignKey(
                        name: "fk_career_profile_versions_career_profiles_profile_id",
                        column: x => x.profile_id,
                        principalTable: "career_profiles",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "determination_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    determination_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    from_state = table.Column<string>(type: "text", nullable: false),
                    to_state = table.Column<string>(type: "text", nullable: false),
                    on_day = table.Column<DateOnly>(type: "date", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: true),
                    judgements = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_determination_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_determination_steps_determinations_determination_id",
                        column: x => x.determination_id,
                        principalTable: "determinations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_act_spans_individual_id",
                table: "act_spans",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_answered_requests_answered_at",
                table: "answered_requests",
                column: "answered_at");

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
                name: "ix_authorizations_renews",
                table: "authorizations",
                column: "renews",
                filter: "renews is not null");

            migrationBuilder.CreateIndex(
                name: "ix_career_profiles_individual_id",
                table: "career_profiles",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_career_profiles_provider_id",
                table: "career_profiles",
                columns: new[] { "provider", "id" });

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
                name: "ix_decisions_subject_recorded_at",
                table: "decisions",
                columns: new[] { "subject", "recorded_at" });

            migrationBuilder.CreateIndex(
                name: "ix_determination_steps_determination_id",
                table: "determination_steps",
                column: "determination_id");

            migrationBuilder.CreateIndex(
                name: "ix_determinations_decision_id",
                table: "determinations",
                column: "decision_id");

            migrationBuilder.CreateIndex(
                name: "ix_determinations_individual_id_program_as_of_decided_at_id",
                table: "determinations",
                columns: new[] { "individual_id", "program", "as_of", "decided_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_determinations_provider_id",
                table: "determinations",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_disclosures_awaiting",
                table: "disclosures",
                column: "id",
                filter: "state = 'AwaitingReview'");

            migrationBuilder.CreateIndex(
                name: "ix_disclosures_organization_id",
                table: "disclosures",
                columns: new[] { "organization", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_disclosures_provider_id",
                table: "disclosures",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_facts_individual_id",
                table: "facts",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_facts_individual_id_from_day",
                table: "facts",
                columns: new[] { "individual_id", "from_day" },
                filter: "kind = 'enrollment'");

            migrationBuilder.CreateIndex(
                name: "ix_inbox_rows_received_at",
                table: "inbox_rows",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ix_individual_identifiers_individual_id",
                table: "individual_identifiers",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_individual_identifiers_provider_value_hash",
                table: "individual_identifiers",
                columns: new[] { "provider", "value_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_individual_identifiers_system_hash_provider",
                table: "individual_identifiers",
                columns: new[] { "system", "hash", "provider" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_individuals_merged_into",
                table: "individuals",
                column: "merged_into",
                filter: "merged_into is not null");

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
                name: "ix_individuals_provider_person_hash",
                table: "individuals",
                columns: new[] { "provider", "person_hash" });

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

            migrationBuilder.CreateIndex(
                name: "ix_unit_draws_claim_line_id",
                table: "unit_draws",
                column: "claim_line_id");

            migrationBuilder.Sql(MergedRecordsSql.Up);
            migrationBuilder.Sql(ExclusiveSpansSql.Up);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ExclusiveSpansSql.Down);
            migrationBuilder.Sql(MergedRecordsSql.Down);

            migrationBuilder.DropTable(
                name: "act_spans");

            migrationBuilder.DropTable(
                name: "answered_requests");

            migrationBuilder.DropTable(
                name: "career_profile_versions");

            migrationBuilder.DropTable(
                name: "deadlines");

            migrationBuilder.DropTable(
                name: "determination_steps");

            migrationBuilder.DropTable(
                name: "disclosures");

            migrationBuilder.DropTable(
                name: "dvrs_messages");

            migrationBuilder.DropTable(
                name: "facts");

            migrationBuilder.DropTable(
                name: "inbox_rows");

            migrationBuilder.DropTable(
                name: "individual_identifiers");

            migrationBuilder.DropTable(
                name: "legal_holds");

            migrationBuilder.DropTable(
                name: "outbox_rows");

            migrationBuilder.DropTable(
                name: "outbox_subjects");

            migrationBuilder.DropTable(
                name: "receipt_dictionaries");

            migrationBuilder.DropTable(
                name: "referrals");

            migrationBuilder.DropTable(
                name: "service_orders");

            migrationBuilder.DropTable(
                name: "unit_draws");

            migrationBuilder.DropTable(
                name: "career_profiles");

            migrationBuilder.DropTable(
                name: "determinations");

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
