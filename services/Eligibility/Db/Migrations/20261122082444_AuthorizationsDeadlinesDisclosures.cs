using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class AuthorizationsDeadlinesDisclosures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "held_until",
                table: "unit_draws",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "original_order_date",
                table: "service_orders",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "renewed_by",
                table: "service_orders",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "void_reason",
                table: "service_orders",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "asked",
                table: "authorizations",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "decision_due_at",
                table: "authorizations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "decision_due_on",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "earliest_from",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "end_reason",
                table: "authorizations",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateOnly>(
                name: "ended_through",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "exclusive",
                table: "authorizations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "expedited",
                table: "authorizations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateOnly>(
                name: "gap_from",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "gap_through",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "managed_care",
                table: "authorizations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "pended_at",
                table: "authorizations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "renews",
                table: "authorizations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "request_due_on",
                table: "authorizations",
                type: "date",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "act_spans",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
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
                name: "deadlines",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
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
                name: "disclosures",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
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

            migrationBuilder.CreateIndex(
                name: "ix_unit_draws_claim_line_id",
                table: "unit_draws",
                column: "claim_line_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorizations_renews",
                table: "authorizations",
                column: "renews",
                filter: "renews is not null");

            migrationBuilder.CreateIndex(
                name: "ix_act_spans_individual_id",
                table: "act_spans",
                column: "individual_id");

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

            migrationBuilder.Sql(ExclusiveSpansSql.Up);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ExclusiveSpansSql.Down);

            migrationBuilder.DropTable(
                name: "act_spans");

            migrationBuilder.DropTable(
                name: "deadlines");

            migrationBuilder.DropTable(
                name: "disclosures");

            migrationBuilder.DropTable(
                name: "legal_holds");

            migrationBuilder.DropIndex(
                name: "ix_unit_draws_claim_line_id",
                table: "unit_draws");

            migrationBuilder.DropIndex(
                name: "ix_authorizations_renews",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "held_until",
                table: "unit_draws");

            migrationBuilder.DropColumn(
                name: "original_order_date",
                table: "service_orders");

            migrationBuilder.DropColumn(
                name: "renewed_by",
                table: "service_orders");

            migrationBuilder.DropColumn(
                name: "void_reason",
                table: "service_orders");

            migrationBuilder.DropColumn(
                name: "asked",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "decision_due_at",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "decision_due_on",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "earliest_from",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "end_reason",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "ended_through",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "exclusive",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "expedited",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "gap_from",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "gap_through",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "managed_care",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "pended_at",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "renews",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "request_due_on",
                table: "authorizations");
        }
    }
}
