using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class SpellingHash : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "spelling_hash",
                table: "individuals",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_individuals_provider_spelling_hash",
                table: "individuals",
                columns: new[] { "provider", "spelling_hash" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_individuals_provider_spelling_hash",
                table: "individuals");

            migrationBuilder.DropColumn(
                name: "spelling_hash",
                table: "individuals");
        }
    }
}
