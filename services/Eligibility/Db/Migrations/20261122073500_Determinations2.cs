using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class Determinations2 : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "decided_at",
                table: "determinations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "eligible_through",
                table: "determinations",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ended_at",
                table: "determinations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "determinations",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.CreateTable(
                name: "determination_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    determination_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    from_state = table.Column<string>(type: "text", nullable: false),
                    to_state = table.Column<string>(type: "text", nullable: false),
                    on_day = table.Column<DateOnly>(type: "date", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: true),
                    judgements = table.Column<byte[]>(type: "bytea", nullable: true),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_determination_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_determination_steps_determinations_determination_id",
                        column: x => x.determination_id,
                        principalTable: "determinations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_determination_steps_determination_id",
                table: "determination_steps",
                column: "determination_id");
            Determinations2Sql.Date(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "determination_steps");

            migrationBuilder.DropColumn(
                name: "decided_at",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "eligible_through",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "ended_at",
                table: "determinations");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "determinations");
        }
    }
}
