using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Reporting.Db.Migrations
{
    /// <inheritdoc />
    public partial class JobsAndReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "person_reports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    trigger_on = table.Column<DateOnly>(type: "date", nullable: true),
                    done_on = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_reports", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_person_reports_provider_program_individual_id_kind_done_on",
                table: "person_reports",
                columns: new[] { "provider", "program", "individual_id", "kind", "done_on" },
                unique: true,
                filter: "trigger_on is null");

            migrationBuilder.CreateIndex(
                name: "ix_person_reports_provider_program_individual_id_kind_trigger_",
                table: "person_reports",
                columns: new[] { "provider", "program", "individual_id", "kind", "trigger_on" },
                unique: true,
                filter: "trigger_on is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "person_reports");
        }
    }
}
