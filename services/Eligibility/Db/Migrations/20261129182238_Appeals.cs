using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class Appeals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "closure_reason",
                table: "referrals",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_from",
                table: "referrals",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_through",
                table: "referrals",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "vr_counselor",
                table: "referrals",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "vr_counselor_contact",
                table: "referrals",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "vr_office",
                table: "referrals",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateOnly>(
                name: "cancelled_from",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "decided_by",
                table: "authorizations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "decided_by_issuer",
                table: "authorizations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "decided_on",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "ended_by_payer",
                table: "authorizations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "last_appeal_id",
                table: "authorizations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "overlaps",
                table: "authorizations",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "payer_reason_code",
                table: "authorizations",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<int>(
                name: "request_version",
                table: "authorizations",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<int>(
                name: "returned_units",
                table: "authorizations",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "appeals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    authorization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    filer = table.Column<string>(type: "text", nullable: false),
                    expedited = table.Column<bool>(type: "boolean", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    against = table.Column<string>(type: "text", nullable: false),
                    against_decided_on = table.Column<DateOnly>(type: "date", nullable: false),
                    against_rule_id = table.Column<string>(type: "text", nullable: false),
                    against_reason_code = table.Column<string>(type: "text", nullable: false),
                    requested_on = table.Column<DateOnly>(type: "date", nullable: false),
                    filed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    file_by = table.Column<DateOnly>(type: "date", nullable: true),
                    due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    acknowledged_on = table.Column<DateOnly>(type: "date", nullable: true),
                    decided_on = table.Column<DateOnly>(type: "date", nullable: true),
                    decided_by = table.Column<string>(type: "text", nullable: true),
                    decided_by_issuer = table.Column<string>(type: "text", nullable: true),
                    outcome_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    outcome_rule_id = table.Column<string>(type: "text", nullable: false),
                    continuation = table.Column<string>(type: "jsonb", nullable: true),
                    ended_before = table.Column<DateOnly>(type: "date", nullable: true),
                    end_reason_before = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_appeals", x => x.id);
                    table.ForeignKey(
                        name: "fk_appeals_authorizations_authorization_id",
                        column: x => x.authorization_id,
                        principalTable: "authorizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "authorization_versions",
                columns: table => new
                {
                    authorization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "jsonb", nullable: false),
                    received_on = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_from = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_through = table.Column<DateOnly>(type: "date", nullable: false),
                    requested_units = table.Column<int>(type: "integer", nullable: false),
                    expedited = table.Column<bool>(type: "boolean", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_rule_id = table.Column<string>(type: "text", nullable: false),
                    payer_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    replaced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_authorization_versions", x => new { x.authorization_id, x.number });
                    table.ForeignKey(
                        name: "fk_authorization_versions_authorizations_authorization_id",
                        column: x => x.authorization_id,
                        principalTable: "authorizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "vr_authorizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    referral_id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    recipient = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false),
                    milestone = table.Column<int>(type: "integer", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    valid_from = table.Column<DateOnly>(type: "date", nullable: false),
                    valid_through = table.Column<DateOnly>(type: "date", nullable: false),
                    cancelled_on = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vr_authorizations", x => x.id);
                    table.ForeignKey(
                        name: "fk_vr_authorizations_referrals_referral_id",
                        column: x => x.referral_id,
                        principalTable: "referrals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "vr_decisions",
                columns: table => new
                {
                    referral_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    decided_on = table.Column<DateOnly>(type: "date", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    correction_reason = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vr_decisions", x => new { x.referral_id, x.number });
                    table.ForeignKey(
                        name: "fk_vr_decisions_referrals_referral_id",
                        column: x => x.referral_id,
                        principalTable: "referrals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_appeals_authorization_id",
                table: "appeals",
                column: "authorization_id");

            migrationBuilder.CreateIndex(
                name: "ix_appeals_individual_id",
                table: "appeals",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_appeals_payer_id",
                table: "appeals",
                columns: new[] { "payer", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_appeals_provider_id",
                table: "appeals",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_vr_authorizations_individual_id",
                table: "vr_authorizations",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_vr_authorizations_recipient_number",
                table: "vr_authorizations",
                columns: new[] { "recipient", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_vr_authorizations_referral_id",
                table: "vr_authorizations",
                column: "referral_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "appeals");

            migrationBuilder.DropTable(
                name: "authorization_versions");

            migrationBuilder.DropTable(
                name: "vr_authorizations");

            migrationBuilder.DropTable(
                name: "vr_decisions");

            migrationBuilder.DropColumn(
                name: "closure_reason",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "plan_from",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "plan_through",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "vr_counselor",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "vr_counselor_contact",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "vr_office",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "cancelled_from",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "decided_by",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "decided_by_issuer",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "decided_on",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "ended_by_payer",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "last_appeal_id",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "overlaps",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "payer_reason_code",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "request_version",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "returned_units",
                table: "authorizations");
        }
    }
}
