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

            migrationBuilder.CreateTable(
                name: "reverification_changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    month = table.Column<DateOnly>(type: "date", nullable: false),
                    determination_id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    from_state = table.Column<string>(type: "text", nullable: false),
                    to_state = table.Column<string>(type: "text", nullable: false),
                    rule_ids = table.Column<List<string>>(type: "text[]", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reverification_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_reverification_changes_determinations_determination_id",
                        column: x => x.determination_id,
                        principalTable: "determinations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_reverification_changes_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reverifications",
                columns: table => new
                {
                    program = table.Column<string>(type: "text", nullable: false),
                    month = table.Column<DateOnly>(type: "date", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    as_of = table.Column<DateOnly>(type: "date", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    checked_through = table.Column<Guid>(type: "uuid", nullable: false),
                    @checked = table.Column<int>(name: "checked", type: "integer", nullable: false),
                    changed = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reverifications", x => new { x.program, x.month });
                });

            migrationBuilder.CreateIndex(
                name: "ix_reverification_changes_determination_id",
                table: "reverification_changes",
                column: "determination_id");

            migrationBuilder.CreateIndex(
                name: "ix_reverification_changes_individual_id",
                table: "reverification_changes",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_reverification_changes_provider_id",
                table: "reverification_changes",
                columns: new[] { "provider", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "auto_approvals");

            migrationBuilder.DropTable(
                name: "reverification_changes");

            migrationBuilder.DropTable(
                name: "reverifications");

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
