using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Reporting.Db.Migrations
{
    /// <inheritdoc />
    public partial class UndoneMerges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_event_facts_merges",
                table: "event_facts",
                column: "subject",
                filter: "topic in ('merged', 'separated')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_event_facts_merges",
                table: "event_facts");
        }
    }
}
