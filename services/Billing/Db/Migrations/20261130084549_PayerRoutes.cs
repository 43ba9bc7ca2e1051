using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class PayerRoutes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "client_id",
                table: "service_notes",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "co_signed_as",
                table: "service_notes",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "co_signed_at",
                table: "service_notes",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "co_signed_by",
                table: "service_notes",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "co_signed_on",
                table: "service_notes",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "coverage_chosen",
                table: "claim_lines",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "funding",
                table: "claim_lines",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<string>(
                name: "proposed",
                table: "claim_lines",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ux_service_notes_client",
                table: "service_notes",
                columns: new[] { "provider", "client_id" },
                unique: true,
                filter: "client_id is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ux_service_notes_client",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "client_id",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "co_signed_as",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "co_signed_at",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "co_signed_by",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "co_signed_on",
                table: "service_notes");

            migrationBuilder.DropColumn(
                name: "coverage_chosen",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "funding",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "proposed",
                table: "claim_lines");
        }
    }
}
