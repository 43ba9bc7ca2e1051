using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class Roster : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "roster_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    personal_data = table.Column<byte[]>(type: "bytea", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_roster_entries", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_roster_entries_individual_id",
                table: "roster_entries",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_roster_entries_payer_id",
                table: "roster_entries",
                columns: new[] { "payer", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_roster_entries_provider_id",
                table: "roster_entries",
                columns: new[] { "provider", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "roster_entries");
        }
    }
}
