using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class MeetingsMergesAndPolicies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "split_time_through",
                table: "roles_held",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "committee_members",
                table: "meetings",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<bool>(
                name: "partner_agency",
                table: "meetings",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "topics",
                table: "meetings",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.CreateTable(
                name: "followed_merges",
                columns: table => new
                {
                    merged_id = table.Column<Guid>(type: "uuid", nullable: false),
                    survivor_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    undone = table.Column<bool>(type: "boolean", nullable: false),
                    applied = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_followed_merges", x => new { x.merged_id, x.survivor_id });
                });

            migrationBuilder.CreateTable(
                name: "installed_policies",
                columns: table => new
                {
                    program = table.Column<string>(type: "text", nullable: false),
                    pack_hash = table.Column<string>(type: "text", nullable: false),
                    installed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_installed_policies", x => x.program);
                });

            migrationBuilder.CreateTable(
                name: "kept_packs",
                columns: table => new
                {
                    pack_hash = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    pack_version = table.Column<string>(type: "text", nullable: false),
                    parent_hash = table.Column<string>(type: "text", nullable: true),
                    files = table.Column<string>(type: "text", nullable: false),
                    first_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_kept_packs", x => x.pack_hash);
                });

            migrationBuilder.CreateTable(
                name: "moved_rows",
                columns: table => new
                {
                    table_name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    row_key = table.Column<string>(type: "text", nullable: false),
                    recorded_for = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_moved_rows", x => new { x.table_name, x.row_key });
                });

            migrationBuilder.CreateTable(
                name: "policy_activations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    pack_version = table.Column<string>(type: "text", nullable: false),
                    pack_hash = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    shadow = table.Column<bool>(type: "boolean", nullable: false),
                    proposed_by = table.Column<string>(type: "text", nullable: false),
                    proposed_by_issuer = table.Column<string>(type: "text", nullable: false),
                    accepted_by = table.Column<string>(type: "text", nullable: false),
                    accepted_by_issuer = table.Column<string>(type: "text", nullable: false),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn = table.Column<bool>(type: "boolean", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_policy_activations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "shadow_answers",
                columns: table => new
                {
                    decision_id = table.Column<Guid>(type: "uuid", nullable: false),
                    pack_hash = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    verdict = table.Column<string>(type: "text", nullable: true),
                    changed = table.Column<bool>(type: "boolean", nullable: false),
                    moves = table.Column<List<string>>(type: "text[]", nullable: false),
                    money_before = table.Column<decimal>(type: "numeric(14,2)", precision: 14, scale: 2, nullable: false),
                    money_after = table.Column<decimal>(type: "numeric(14,2)", precision: 14, scale: 2, nullable: false),
                    days = table.Column<int>(type: "integer", nullable: false),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shadow_answers", x => new { x.decision_id, x.pack_hash });
                    table.ForeignKey(
                        name: "fk_shadow_answers_decisions_decision_id",
                        column: x => x.decision_id,
                        principalTable: "decisions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_followed_merges_provider",
                table: "followed_merges",
                column: "provider");

            migrationBuilder.CreateIndex(
                name: "ix_moved_rows_recorded_for",
                table: "moved_rows",
                column: "recorded_for");

            migrationBuilder.CreateIndex(
                name: "ix_shadow_answers_program_pack_hash",
                table: "shadow_answers",
                columns: new[] { "program", "pack_hash" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "followed_merges");

            migrationBuilder.DropTable(
                name: "installed_policies");

            migrationBuilder.DropTable(
                name: "kept_packs");

            migrationBuilder.DropTable(
                name: "moved_rows");

            migrationBuilder.DropTable(
                name: "policy_activations");

            migrationBuilder.DropTable(
                name: "shadow_answers");

            migrationBuilder.DropColumn(
                name: "split_time_through",
                table: "roles_held");

            migrationBuilder.DropColumn(
                name: "committee_members",
                table: "meetings");

            migrationBuilder.DropColumn(
                name: "partner_agency",
                table: "meetings");

            migrationBuilder.DropColumn(
                name: "topics",
                table: "meetings");
        }
    }
}
