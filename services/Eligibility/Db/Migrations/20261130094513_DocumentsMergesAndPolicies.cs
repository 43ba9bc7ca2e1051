using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class DocumentsMergesAndPolicies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<List<string>>(
                name: "separated_from",
                table: "individuals",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.CreateTable(
                name: "document_contents",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    sha256 = table.Column<string>(type: "text", nullable: false),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    media_type = table.Column<string>(type: "text", nullable: false),
                    scan = table.Column<string>(type: "text", nullable: false),
                    encrypted_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_document_contents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "document_parts",
                columns: table => new
                {
                    content_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    part_bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_document_parts", x => new { x.content_id, x.number });
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
                name: "merges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    survivor_id = table.Column<Guid>(type: "uuid", nullable: false),
                    merged_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    merged_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    referred_to = table.Column<List<string>>(type: "text[]", nullable: false),
                    registering_payers = table.Column<List<string>>(type: "text[]", nullable: false),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    undo_reason = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_merges", x => x.id);
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
                name: "organization_numbers",
                columns: table => new
                {
                    organization = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    npi = table.Column<string>(type: "text", nullable: true),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organization_numbers", x => x.organization);
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

            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    document_date = table.Column<DateOnly>(type: "date", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    content_id = table.Column<Guid>(type: "uuid", nullable: false),
                    uploaded_by = table.Column<string>(type: "text", nullable: false),
                    retain_until = table.Column<DateOnly>(type: "date", nullable: false),
                    legal_hold = table.Column<bool>(type: "boolean", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_documents", x => x.id);
                    table.ForeignKey(
                        name: "fk_documents_document_content_content_id",
                        column: x => x.content_id,
                        principalTable: "document_contents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_document_contents_provider_sha256",
                table: "document_contents",
                columns: new[] { "provider", "sha256" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_document_contents_scan",
                table: "document_contents",
                column: "scan");

            migrationBuilder.CreateIndex(
                name: "ix_documents_content_id",
                table: "documents",
                column: "content_id");

            migrationBuilder.CreateIndex(
                name: "ix_documents_individual_id",
                table: "documents",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_documents_provider_subject_kind_revision",
                table: "documents",
                columns: new[] { "provider", "subject", "kind", "revision" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_merges_survivor_id",
                table: "merges",
                column: "survivor_id");

            migrationBuilder.CreateIndex(
                name: "ux_merges_standing",
                table: "merges",
                column: "merged_id",
                unique: true,
                filter: "undone_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_moved_rows_recorded_for",
                table: "moved_rows",
                column: "recorded_for");

            migrationBuilder.CreateIndex(
                name: "ix_organization_numbers_npi",
                table: "organization_numbers",
                column: "npi");

            migrationBuilder.CreateIndex(
                name: "ix_policy_activations_program_from_day_shadow",
                table: "policy_activations",
                columns: new[] { "program", "from_day", "shadow" },
                unique: true,
                filter: "not withdrawn");

            migrationBuilder.CreateIndex(
                name: "ix_shadow_answers_program_pack_hash",
                table: "shadow_answers",
                columns: new[] { "program", "pack_hash" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "document_parts");

            migrationBuilder.DropTable(
                name: "documents");

            migrationBuilder.DropTable(
                name: "installed_policies");

            migrationBuilder.DropTable(
                name: "kept_packs");

            migrationBuilder.DropTable(
                name: "merges");

            migrationBuilder.DropTable(
                name: "moved_rows");

            migrationBuilder.DropTable(
                name: "organization_numbers");

            migrationBuilder.DropTable(
                name: "policy_activations");

            migrationBuilder.DropTable(
                name: "shadow_answers");

            migrationBuilder.DropTable(
                name: "document_contents");

            migrationBuilder.DropColumn(
                name: "separated_from",
                table: "individuals");
        }
    }
}
