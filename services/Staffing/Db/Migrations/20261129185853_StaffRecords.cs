using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class StaffRecords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "bills_community_support",
                table: "staff",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "encrypted_identity",
                table: "staff",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "first_service_date",
                table: "staff",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "licensed",
                table: "staff",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "mint_trainer",
                table: "staff",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "profession",
                table: "staff",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "recent_employment_history",
                table: "staff",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "separated_on",
                table: "staff",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "separation_reason",
                table: "staff",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "fte_percent",
                table: "roles_held",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "supervises_only_ips",
                table: "roles_held",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "encrypted_number",
                table: "credentials",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "issuer",
                table: "credentials",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "verified_at",
                table: "credentials",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "verified_by",
                table: "credentials",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateOnly>(
                name: "verified_on",
                table: "credentials",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "withdrawn_at",
                table: "credentials",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "withdrawn_for",
                table: "credentials",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "clearance_checks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    done_on = table.Column<DateOnly>(type: "date", nullable: false),
                    result = table.Column<string>(type: "text", nullable: false),
                    sex_offender_registry = table.Column<bool>(type: "boolean", nullable: false),
                    under_written_policy = table.Column<bool>(type: "boolean", nullable: false),
                    document_sha256 = table.Column<string>(type: "text", nullable: false),
                    list_import_id = table.Column<Guid>(type: "uuid", nullable: true),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_for = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clearance_checks", x => x.id);
                    table.ForeignKey(
                        name: "fk_clearance_checks_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "deadlines",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
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
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deadlines", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "exclusion_hits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    list_import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    list = table.Column<string>(type: "text", nullable: false),
                    line = table.Column<int>(type: "integer", nullable: false),
                    match = table.Column<string>(type: "text", nullable: false),
                    encrypted_entry = table.Column<byte[]>(type: "bytea", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    known_on = table.Column<DateOnly>(type: "date", nullable: true),
                    answered_by = table.Column<string>(type: "text", nullable: false),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exclusion_hits", x => x.id);
                    table.ForeignKey(
                        name: "fk_exclusion_hits_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "experience",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kinds = table.Column<List<string>>(type: "text[]", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    hours_per_week = table.Column<int>(type: "integer", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_for = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_experience", x => x.id);
                    table.ForeignKey(
                        name: "fk_experience_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "list_imports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    organization = table.Column<string>(type: "text", nullable: false),
                    list = table.Column<string>(type: "text", nullable: false),
                    file_sha256 = table.Column<string>(type: "text", nullable: false),
                    lines = table.Column<int>(type: "integer", nullable: false),
                    checked_on = table.Column<DateOnly>(type: "date", nullable: false),
                    people_checked = table.Column<int>(type: "integer", nullable: false),
                    people_without_names = table.Column<int>(type: "integer", nullable: false),
                    confirmed_hits = table.Column<int>(type: "integer", nullable: false),
                    possible_hits = table.Column<int>(type: "integer", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_list_imports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "meetings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    team_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: true),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    hipaa_platform = table.Column<bool>(type: "boolean", nullable: false),
                    administrative = table.Column<bool>(type: "boolean", nullable: false),
                    whole_meeting = table.Column<bool>(type: "boolean", nullable: false),
                    minutes_sha256 = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_meetings", x => x.id);
                    table.ForeignKey(
                        name: "fk_meetings_teams_team_id",
                        column: x => x.team_id,
                        principalTable: "teams",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staff_corrections",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    encrypted_before = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_staff_corrections", x => x.id);
                    table.ForeignKey(
                        name: "fk_staff_corrections_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "team_readiness",
                columns: table => new
                {
                    team_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    self_evaluation_score = table.Column<int>(type: "integer", nullable: true),
                    action_plan_date = table.Column<DateOnly>(type: "date", nullable: true),
                    action_plan_contents = table.Column<List<string>>(type: "text[]", nullable: false),
                    action_plan_shared_with = table.Column<List<string>>(type: "text[]", nullable: false),
                    readiness_visit_date = table.Column<DateOnly>(type: "date", nullable: true),
                    readiness_ratings = table.Column<List<string>>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_team_readiness", x => x.team_id);
                    table.ForeignKey(
                        name: "fk_team_readiness_teams_team_id",
                        column: x => x.team_id,
                        principalTable: "teams",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "training_completions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    course = table.Column<string>(type: "text", nullable: false),
                    completed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    expires_on = table.Column<DateOnly>(type: "date", nullable: true),
                    minutes = table.Column<int>(type: "integer", nullable: true),
                    document_sha256 = table.Column<string>(type: "text", nullable: false),
                    waiver = table.Column<bool>(type: "boolean", nullable: false),
                    mint = table.Column<bool>(type: "boolean", nullable: false),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_training_completions", x => x.id);
                    table.ForeignKey(
                        name: "fk_training_completions_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "training_requirements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    rule_id = table.Column<string>(type: "text", nullable: false),
                    training_year = table.Column<int>(type: "integer", nullable: false),
                    due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    clock_from = table.Column<DateOnly>(type: "date", nullable: false),
                    pack_version = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_training_requirements", x => x.id);
                    table.ForeignKey(
                        name: "fk_training_requirements_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "training_targets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    course = table.Column<string>(type: "text", nullable: false),
                    target_date = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_training_targets", x => x.id);
                    table.ForeignKey(
                        name: "fk_training_targets_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "meeting_attendees",
                columns: table => new
                {
                    meeting_id = table.Column<Guid>(type: "uuid", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    attendance = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_meeting_attendees", x => new { x.meeting_id, x.staff_member_id });
                    table.ForeignKey(
                        name: "fk_meeting_attendees_meetings_meeting_id",
                        column: x => x.meeting_id,
                        principalTable: "meetings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_clearance_checks_list_import_id",
                table: "clearance_checks",
                column: "list_import_id");

            migrationBuilder.CreateIndex(
                name: "ix_clearance_checks_staff_member_id_done_on",
                table: "clearance_checks",
                columns: new[] { "staff_member_id", "done_on" });

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
                name: "ix_exclusion_hits_provider_state",
                table: "exclusion_hits",
                columns: new[] { "provider", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_exclusion_hits_staff_member_id",
                table: "exclusion_hits",
                column: "staff_member_id");

            migrationBuilder.CreateIndex(
                name: "ix_experience_staff_member_id",
                table: "experience",
                column: "staff_member_id");

            migrationBuilder.CreateIndex(
                name: "ix_list_imports_organization_list_file_sha256",
                table: "list_imports",
                columns: new[] { "organization", "list", "file_sha256" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_meetings_team_id_day",
                table: "meetings",
                columns: new[] { "team_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_staff_corrections_staff_member_id",
                table: "staff_corrections",
                column: "staff_member_id");

            migrationBuilder.CreateIndex(
                name: "ix_training_completions_staff_member_id_completed_on",
                table: "training_completions",
                columns: new[] { "staff_member_id", "completed_on" });

            migrationBuilder.CreateIndex(
                name: "ix_training_requirements_staff_member_id_program_role_rule_id_",
                table: "training_requirements",
                columns: new[] { "staff_member_id", "program", "role", "rule_id", "training_year" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_training_targets_staff_member_id_course",
                table: "training_targets",
                columns: new[] { "staff_member_id", "course" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "clearance_checks");

            migrationBuilder.DropTable(
                name: "deadlines");

            migrationBuilder.DropTable(
                name: "exclusion_hits");

            migrationBuilder.DropTable(
                name: "experience");

            migrationBuilder.DropTable(
                name: "list_imports");

            migrationBuilder.DropTable(
                name: "meeting_attendees");

            migrationBuilder.DropTable(
                name: "staff_corrections");

            migrationBuilder.DropTable(
                name: "team_readiness");

            migrationBuilder.DropTable(
                name: "training_completions");

            migrationBuilder.DropTable(
                name: "training_requirements");

            migrationBuilder.DropTable(
                name: "training_targets");

            migrationBuilder.DropTable(
                name: "meetings");

            migrationBuilder.DropColumn(
                name: "bills_community_support",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "encrypted_identity",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "first_service_date",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "licensed",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "mint_trainer",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "profession",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "recent_employment_history",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "separated_on",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "separation_reason",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "fte_percent",
                table: "roles_held");

            migrationBuilder.DropColumn(
                name: "supervises_only_ips",
                table: "roles_held");

            migrationBuilder.DropColumn(
                name: "encrypted_number",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "issuer",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "verified_at",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "verified_by",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "verified_on",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "withdrawn_at",
                table: "credentials");

            migrationBuilder.DropColumn(
                name: "withdrawn_for",
                table: "credentials");
        }
    }
}
