using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class OrganizationFacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "latest_total",
                table: "team_readiness",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "retired_at",
                table: "staff",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "npi",
                table: "organizations",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<Guid>(
                name: "treatment_team_id",
                table: "assignments",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "organization_changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    before = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organization_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_organization_changes_organizations_provider",
                        column: x => x.provider,
                        principalTable: "organizations",
                        principalColumn: "code",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "organization_facts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: true),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    applied_on = table.Column<DateOnly>(type: "date", nullable: true),
                    fee_paid_on = table.Column<DateOnly>(type: "date", nullable: true),
                    proof_on_file = table.Column<bool>(type: "boolean", nullable: false),
                    submitted_on = table.Column<DateOnly>(type: "date", nullable: true),
                    all_components = table.Column<bool>(type: "boolean", nullable: true),
                    adverse_change = table.Column<string>(type: "text", nullable: false),
                    adverse_notified_on = table.Column<DateOnly>(type: "date", nullable: true),
                    adverse_reported_on = table.Column<DateOnly>(type: "date", nullable: true),
                    reference = table.Column<string>(type: "text", nullable: false),
                    document_sha256 = table.Column<string>(type: "text", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_for = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organization_facts", x => x.id);
                    table.ForeignKey(
                        name: "fk_organization_facts_organizations_provider",
                        column: x => x.provider,
                        principalTable: "organizations",
                        principalColumn: "code",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "team_reviews",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    team_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_onsite_day = table.Column<DateOnly>(type: "date", nullable: true),
                    total = table.Column<int>(type: "integer", nullable: false),
                    withdrawn = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_team_reviews", x => x.id);
                    table.ForeignKey(
                        name: "fk_team_reviews_teams_team_id",
                        column: x => x.team_id,
                        principalTable: "teams",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "treatment_teams",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    display_name = table.Column<string>(type: "text", nullable: false),
                    run_by = table.Column<string>(type: "text", nullable: false),
                    colocated = table.Column<bool>(type: "boolean", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_treatment_teams", x => x.id);
                    table.ForeignKey(
                        name: "fk_treatment_teams_organizations_provider",
                        column: x => x.provider,
                        principalTable: "organizations",
                        principalColumn: "code",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "work_months",
                columns: table => new
                {
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    month = table.Column<DateOnly>(type: "date", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    work_minutes = table.Column<int>(type: "integer", nullable: false),
                    case_management_minutes = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_work_months", x => new { x.staff_member_id, x.month });
                    table.ForeignKey(
                        name: "fk_work_months_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "treatment_team_members",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    treatment_team_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_treatment_team_members", x => x.id);
                    table.ForeignKey(
                        name: "fk_treatment_team_members_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_treatment_team_members_treatment_teams_treatment_team_id",
                        column: x => x.treatment_team_id,
                        principalTable: "treatment_teams",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_assignments_treatment_team_id",
                table: "assignments",
                column: "treatment_team_id");

            migrationBuilder.CreateIndex(
                name: "ix_organization_changes_provider_id",
                table: "organization_changes",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_organization_facts_provider_id",
                table: "organization_facts",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_team_reviews_team_id",
                table: "team_reviews",
                column: "team_id");

            migrationBuilder.CreateIndex(
                name: "ix_treatment_team_members_staff_member_id",
                table: "treatment_team_members",
                column: "staff_member_id");

            migrationBuilder.CreateIndex(
                name: "ix_treatment_team_members_treatment_team_id",
                table: "treatment_team_members",
                column: "treatment_team_id");

            migrationBuilder.CreateIndex(
                name: "ix_treatment_teams_provider_id",
                table: "treatment_teams",
                columns: new[] { "provider", "id" });

            migrationBuilder.AddForeignKey(
                name: "fk_assignments_treatment_teams_treatment_team_id",
                table: "assignments",
                column: "treatment_team_id",
                principalTable: "treatment_teams",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_assignments_treatment_teams_treatment_team_id",
                table: "assignments");

            migrationBuilder.DropTable(
                name: "organization_changes");

            migrationBuilder.DropTable(
                name: "organization_facts");

            migrationBuilder.DropTable(
                name: "team_reviews");

            migrationBuilder.DropTable(
                name: "treatment_team_members");

            migrationBuilder.DropTable(
                name: "work_months");

            migrationBuilder.DropTable(
                name: "treatment_teams");

            migrationBuilder.DropIndex(
                name: "ix_assignments_treatment_team_id",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "latest_total",
                table: "team_readiness");

            migrationBuilder.DropColumn(
                name: "retired_at",
                table: "staff");

            migrationBuilder.DropColumn(
                name: "npi",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "treatment_team_id",
                table: "assignments");
        }
    }
}
