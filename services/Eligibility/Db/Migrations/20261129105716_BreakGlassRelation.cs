using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class BreakGlassRelation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "opened_by_issuer",
                table: "disclosures",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "relation",
                table: "disclosures",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<byte[]>(
                name: "relation_basis",
                table: "disclosures",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_disclosures_opened_by_opened_at",
                table: "disclosures",
                columns: new[] { "opened_by", "opened_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_disclosures_opened_by_opened_at",
                table: "disclosures");

            migrationBuilder.DropColumn(
                name: "opened_by_issuer",
                table: "disclosures");

            migrationBuilder.DropColumn(
                name: "relation",
                table: "disclosures");

            migrationBuilder.DropColumn(
                name: "relation_basis",
                table: "disclosures");
        }
    }
}
