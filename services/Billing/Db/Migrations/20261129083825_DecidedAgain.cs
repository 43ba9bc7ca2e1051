using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class DecidedAgain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "reconsidered_id",
                table: "claim_lines",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "merged_into",
                table: "accounts",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_claim_lines_reconsidered_id",
                table: "claim_lines",
                column: "reconsidered_id");

            migrationBuilder.AddForeignKey(
                name: "fk_claim_lines_decisions_reconsidered_id",
                table: "claim_lines",
                column: "reconsidered_id",
                principalTable: "decisions",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_claim_lines_decisions_reconsidered_id",
                table: "claim_lines");

            migrationBuilder.DropIndex(
                name: "ix_claim_lines_reconsidered_id",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "reconsidered_id",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "merged_into",
                table: "accounts");
        }
    }
}
