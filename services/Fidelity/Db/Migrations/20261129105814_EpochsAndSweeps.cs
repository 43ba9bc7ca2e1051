using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class EpochsAndSweeps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "event_epochs",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    incarnation = table.Column<string>(type: "text", nullable: false),
                    after_position = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_epochs", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "last_sweep",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_last_sweep", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "swept_rows",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    table_name = table.Column<string>(type: "text", nullable: false),
                    row = table.Column<string>(type: "json", nullable: false),
                    swept_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_swept_rows", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_swept_rows_swept_at",
                table: "swept_rows",
                column: "swept_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "event_epochs");

            migrationBuilder.DropTable(
                name: "last_sweep");

            migrationBuilder.DropTable(
                name: "swept_rows");
        }
    }
}
