using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class People : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            PeopleSql.Keep(migrationBuilder);

            migrationBuilder.DropTable(
                name: "assessments");

            migrationBuilder.DropTable(
                name: "diagnoses");

            migrationBuilder.DropTable(
                name: "enrollments");

            migrationBuilder.DropTable(
                name: "intakes");

            migrationBuilder.DropTable(
                name: "necessity_findings");

            migrationBuilder.AddColumn<Guid>(
                name: "merged_into",
                table: "individuals",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "person_hash",
                table: "individuals",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "registering_payers",
                table: "individuals",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<byte[]>(
                name: "value_hash",
                table: "individual_identifiers",
                type: "bytea",
                nullable: true);

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
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: true),
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
                name: "career_profile_versions",
                columns: table => new
                {
                    version = table.Column<int>(type: "integer", nullable: false),
                    profile_id = table.Column<Guid>(type: "uuid", nullable: false),
                    dated_on = table.Column<DateOnly>(type: "date", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
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

            migrationBuilder.CreateIndex(
                name: "ix_individuals_merged_into",
                table: "individuals",
                column: "merged_into",
                filter: "merged_into is not null");

            migrationBuilder.CreateIndex(
                name: "ix_individuals_provider_person_hash",
                table: "individuals",
                columns: new[] { "provider", "person_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_individual_identifiers_provider_value_hash",
                table: "individual_identifiers",
                columns: new[] { "provider", "value_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_career_profiles_individual_id",
                table: "career_profiles",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_career_profiles_provider_id",
                table: "career_profiles",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_facts_individual_id",
                table: "facts",
                column: "individual_id");

            PeopleSql.Move(migrationBuilder);
            PeopleSql.Guard(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            PeopleSql.Unguard(migrationBuilder);

            migrationBuilder.DropTable(
                name: "career_profile_versions");

            migrationBuilder.DropTable(
                name: "facts");

            migrationBuilder.DropTable(
                name: "career_profiles");

            migrationBuilder.DropIndex(
                name: "ix_individuals_merged_into",
                table: "individuals");

            migrationBuilder.DropIndex(
                name: "ix_individuals_provider_person_hash",
                table: "individuals");

            migrationBuilder.DropIndex(
                name: "ix_individual_identifiers_provider_value_hash",
                table: "individual_identifiers");

            migrationBuilder.DropColumn(
                name: "merged_into",
                table: "individuals");

            migrationBuilder.DropColumn(
                name: "person_hash",
                table: "individuals");

            migrationBuilder.DropColumn(
                name: "registering_payers",
                table: "individuals");

            migrationBuilder.DropColumn(
                name: "value_hash",
                table: "individual_identifiers");

            migrationBuilder.CreateTable(
                name: "assessments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    assessor_scope_includes_diagnosis = table.Column<bool>(type: "boolean", nullable: true),
                    completed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
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
                name: "diagnoses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    @class = table.Column<string>(name: "class", type: "text", nullable: false),
                    diagnosed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    primary = table.Column<bool>(type: "boolean", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    severity = table.Column<string>(type: "text", nullable: true)
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
                    benefit_plan = table.Column<string>(type: "text", nullable: false),
                    benefit_plan_from = table.Column<DateOnly>(type: "date", nullable: true),
                    benefit_plan_through = table.Column<DateOnly>(type: "date", nullable: true),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    funding = table.Column<string>(type: "text", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    through = table.Column<DateOnly>(type: "date", nullable: true)
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
                name: "intakes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    declines_bh_services = table.Column<bool>(type: "boolean", nullable: true),
                    desire_to_work = table.Column<bool>(type: "boolean", nullable: true),
                    desire_to_work_date = table.Column<DateOnly>(type: "date", nullable: true),
                    education_goal_linked_to_employment = table.Column<bool>(type: "boolean", nullable: true),
                    employment_history = table.Column<string>(type: "text", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    need_for_assistance = table.Column<bool>(type: "boolean", nullable: true),
                    need_linked_to_diagnosis = table.Column<bool>(type: "boolean", nullable: true),
                    other_bh_service_last_contact = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    referral_out_date = table.Column<DateOnly>(type: "date", nullable: true)
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
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
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

            migrationBuilder.CreateIndex(
                name: "ix_assessments_individual_id",
                table: "assessments",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_diagnoses_individual_id",
                table: "diagnoses",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_enrollments_individual_id",
                table: "enrollments",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_intakes_individual_id",
                table: "intakes",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_necessity_findings_individual_id",
                table: "necessity_findings",
                column: "individual_id");
        }
    }
}
