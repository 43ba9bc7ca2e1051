using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class JobsAndReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "encrypted_employer",
                table: "jobs",
                type: "bytea",
                nullable: true);

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
                name: "employer_contacts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    mode = table.Column<string>(type: "text", nullable: false),
                    encrypted_employer = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_employer_contacts", x => x.id);
                });

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
                name: "ix_employer_contacts_individual_id",
                table: "employer_contacts",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_employer_contacts_provider_day_id",
                table: "employer_contacts",
                columns: new[] { "provider", "day", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deadlines");

            migrationBuilder.DropTable(
                name: "employer_contacts");

            migrationBuilder.DropColumn(
                name: "encrypted_employer",
                table: "jobs");
        }
    }
}
