using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Staffing.Db.Migrations
{
    /// <inheritdoc />
    public partial class HistoryAndCalendars : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "occurrence",
                table: "meetings",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "series",
                table: "meetings",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "staff_history",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    staff_member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    content = table.Column<string>(type: "jsonb", nullable: false),
                    replaced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_staff_history", x => x.id);
                    table.ForeignKey(
                        name: "fk_staff_history_staff_staff_member_id",
                        column: x => x.staff_member_id,
                        principalTable: "staff",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_meetings_team_id_series_occurrence",
                table: "meetings",
                columns: new[] { "team_id", "series", "occurrence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_staff_history_staff_member_id_replaced_at",
                table: "staff_history",
                columns: new[] { "staff_member_id", "replaced_at" });

            // Two callers who record the same at once find each other only here.
            migrationBuilder.Sql(
                """
                create extension if not exists btree_gist;
                alter table organization_facts add constraint ex_organization_facts_span
                    exclude using gist (provider with =, kind with =, body with =, reference with =, daterange(from_day, through_day, '[]') with &&)
                    where (withdrawn_at is null);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("alter table organization_facts drop constraint ex_organization_facts_span;");

            migrationBuilder.DropTable(
                name: "staff_history");

            migrationBuilder.DropIndex(
                name: "ix_meetings_team_id_series_occurrence",
                table: "meetings");

            migrationBuilder.DropColumn(
                name: "occurrence",
                table: "meetings");

            migrationBuilder.DropColumn(
                name: "series",
                table: "meetings");
        }
    }
}
