using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class OverridesAndAttention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "reconsidered_id",
                table: "service_orders",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "attention",
                table: "authorizations",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "overridden",
                table: "authorizations",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<byte[]>(
                name: "override_reason",
                table: "authorizations",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_service_orders_reconsidered_id",
                table: "service_orders",
                column: "reconsidered_id");

            migrationBuilder.AddForeignKey(
                name: "fk_service_orders_decisions_reconsidered_id",
                table: "service_orders",
                column: "reconsidered_id",
                principalTable: "decisions",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_service_orders_decisions_reconsidered_id",
                table: "service_orders");

            migrationBuilder.DropIndex(
                name: "ix_service_orders_reconsidered_id",
                table: "service_orders");

            migrationBuilder.DropColumn(
                name: "reconsidered_id",
                table: "service_orders");

            migrationBuilder.DropColumn(
                name: "attention",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "overridden",
                table: "authorizations");

            migrationBuilder.DropColumn(
                name: "override_reason",
                table: "authorizations");
        }
    }
}
