using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class ListsAndOverrides : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "vr_authorizations",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "service_orders",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "roster_entries",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "referrals",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "intake_referrals",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "individuals",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "disclosures",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<List<string>>(
                name: "overridden_rules",
                table: "determinations",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "override_proposed_by",
                table: "determinations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "override_proposed_by_issuer",
                table: "determinations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "override_proposed_on",
                table: "determinations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "override_reason",
                table: "determinations",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "override_review_reason",
                table: "determinations",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "override_reviewed_by",
                table: "determinations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "override_reviewed_on",
                table: "determinations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "override_state",
                table: "determinations",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "determinations",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "deadlines",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<string>(
                name: "decider",
                table: "authorizations",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<int>(
                name: "extended_days",
                table: "authorizations",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "extension_ground",
                table: "authorizations",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<byte[]>(
                name: "extension_reason",
                table: "authorizations",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "sample_note",
                table: "authorizations",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "sample_review",
                table: "authorizations",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<string>(
                name: "sample_reviewed_by",
                table: "authorizations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "authorizations",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateOnly>(
                name: "hearing_decided_on",
                table: "appeals",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "hearing_requested_on",
                table: "appeals",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "reversal_due_at",
                table: "appeals",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "updated_at",
                table: "appeals",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.CreateTable(
                name: "auto_approvals",
                columns: table => new
                {
                    payer = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    sample_percent = table.Column<int>(type: "integer", nullable: false),
                    set_by = table.Column<string>(type: "text", nullable: false),
                    set_by_issuer = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_auto_approvals", x => new { x.payer, x.program, x.kind });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "auto_approvals");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "vr_authorizations");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "service_orders");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "roster_entries");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "intake_referrals");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "individuals");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "disclosures");

            migrationBuilder.DropColumn(
                name: "overridden_rules",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_proposed_by",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_proposed_by_issuer",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_proposed_on",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_reason",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_review_reason",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_reviewed_by",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_reviewed_on",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "override_state",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "deadlines");

            migrationBuilder.DropColumn(
                name: "decider",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "extended_days",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "extension_ground",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "extension_reason",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "sample_note",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "sample_review",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "sample_reviewed_by",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "hearing_decided_on",
                table: "appeals");

            migrationBuilder.DropColumn(
                name: "hearing_requested_on",
                table: "appeals");

            migrationBuilder.DropColumn(
                name: "reversal_due_at",
                table: "appeals");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "appeals");
        }
    }
}
