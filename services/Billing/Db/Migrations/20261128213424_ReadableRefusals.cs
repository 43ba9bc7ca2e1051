using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class ReadableRefusals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "said",
                table: "claim_lines");

            migrationBuilder.RenameColumn(
                name: "sealed",
                table: "service_notes",
                newName: "encrypted_elements");

            migrationBuilder.AddColumn<string>(
                name: "refusals",
                table: "claim_lines",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "staff_decision",
                table: "claim_lines",
                type: "jsonb",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "refusals",
                table: "claim_lines");

            migrationBuilder.DropColumn(
                name: "staff_decision",
                table: "claim_lines");

            migrationBuilder.RenameColumn(
                name: "encrypted_elements",
                table: "service_notes",
                newName: "sealed");

            migrationBuilder.AddColumn<byte[]>(
                name: "said",
                table: "claim_lines",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);
        }
    }
}
