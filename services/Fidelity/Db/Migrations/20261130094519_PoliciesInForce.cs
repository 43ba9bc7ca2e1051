using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class PoliciesInForce : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_shadow_answers_program_pack_hash",
                table: "shadow_answers",
                columns: new[] { "program", "pack_hash" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "installed_policies");

            migrationBuilder.DropTable(
                name: "kept_packs");

            migrationBuilder.DropTable(
                name: "policy_activations");

            migrationBuilder.DropTable(
                name: "shadow_answers");
        }
    }
}
