using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class RequestContentAndPersonalData : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "asked",
                table: "authorizations");

            migrationBuilder.RenameColumn(
                name: "sealed",
                table: "individuals",
                newName: "personal_data");

            migrationBuilder.RenameColumn(
                name: "sealed",
                table: "facts",
                newName: "personal_data");

            migrationBuilder.RenameColumn(
                name: "sealed",
                table: "career_profile_versions",
                newName: "content");

            migrationBuilder.AddColumn<string>(
                name: "request",
                table: "authorizations",
                type: "jsonb",
                nullable: false,
                defaultValue: "{}");

            migrationBuilder.Sql("update facts set kind = 'former_personal_data' where kind = 'former_particulars';");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("update facts set kind = 'former_particulars' where kind = 'former_personal_data';");

            migrationBuilder.DropColumn(
                name: "request",
                table: "authorizations");

            migrationBuilder.RenameColumn(
                name: "personal_data",
                table: "individuals",
                newName: "sealed");

            migrationBuilder.RenameColumn(
                name: "personal_data",
                table: "facts",
                newName: "sealed");

            migrationBuilder.RenameColumn(
                name: "content",
                table: "career_profile_versions",
                newName: "sealed");

            migrationBuilder.AddColumn<byte[]>(
                name: "asked",
                table: "authorizations",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);
        }
    }
}
