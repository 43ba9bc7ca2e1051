using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class PacketsAndSecondary : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "original_stands",
                table: "claims",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "set_number",
                table: "claims",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.CreateTable(
                name: "deposits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    deposit_date = table.Column<DateOnly>(type: "date", nullable: false),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: false),
                    trace = table.Column<string>(type: "text", nullable: false),
                    payer_number = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deposits", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "other_payer_decisions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    claim_line_id = table.Column<Guid>(type: "uuid", nullable: false),
                    encrypted_content = table.Column<byte[]>(type: "bytea", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_other_payer_decisions", x => x.id);
                    table.ForeignKey(
                        name: "fk_other_payer_decisions_claim_lines_claim_line_id",
                        column: x => x.claim_line_id,
                        principalTable: "claim_lines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_deposits_provider_trace_payer_number_deposit_date_amount",
                table: "deposits",
                columns: new[] { "provider", "trace", "payer_number", "deposit_date", "amount" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_other_payer_decisions_claim_line_id",
                table: "other_payer_decisions",
                column: "claim_line_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deposits");

            migrationBuilder.DropTable(
                name: "other_payer_decisions");

            migrationBuilder.DropColumn(
                name: "original_stands",
                table: "claims");

            migrationBuilder.DropColumn(
                name: "set_number",
                table: "claims");
        }
    }
}
