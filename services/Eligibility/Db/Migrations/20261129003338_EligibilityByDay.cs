using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class EligibilityByDay : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_determinations_individual_id_program_as_of",
                table: "determinations");

            migrationBuilder.CreateIndex(
                name: "ix_facts_individual_id_from_day",
                table: "facts",
                columns: new[] { "individual_id", "from_day" },
                filter: "kind = 'enrollment'");

            migrationBuilder.CreateIndex(
                name: "ix_determinations_individual_id_program_as_of_decided_at_id",
                table: "determinations",
                columns: new[] { "individual_id", "program", "as_of", "decided_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_facts_individual_id_from_day",
                table: "facts");

            migrationBuilder.DropIndex(
                name: "ix_determinations_individual_id_program_as_of_decided_at_id",
                table: "determinations");

            migrationBuilder.CreateIndex(
                name: "ix_determinations_individual_id_program_as_of",
                table: "determinations",
                columns: new[] { "individual_id", "program", "as_of" });
        }
    }
}
