using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class ReferralRecipient : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_dvrs_messages",
                table: "dvrs_messages");

            migrationBuilder.DropColumn(
                name: "referred_to_dvrs",
                table: "individuals");

            migrationBuilder.AddColumn<string>(
                name: "recipient",
                table: "referrals",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<List<string>>(
                name: "referred_to",
                table: "individuals",
                type: "text[]",
                nullable: false);

            migrationBuilder.AddColumn<string>(
                name: "agency",
                table: "dvrs_messages",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddPrimaryKey(
                name: "pk_dvrs_messages",
                table: "dvrs_messages",
                columns: new[] { "agency", "message_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_dvrs_messages",
                table: "dvrs_messages");

            migrationBuilder.DropColumn(
                name: "recipient",
                table: "referrals");

            migrationBuilder.DropColumn(
                name: "referred_to",
                table: "individuals");

            migrationBuilder.DropColumn(
                name: "agency",
                table: "dvrs_messages");

            migrationBuilder.AddColumn<bool>(
                name: "referred_to_dvrs",
                table: "individuals",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddPrimaryKey(
                name: "pk_dvrs_messages",
                table: "dvrs_messages",
                column: "message_id");
        }
    }
}
