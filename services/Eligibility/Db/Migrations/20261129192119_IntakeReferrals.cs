using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Eligibility.Db.Migrations
{
    /// <inheritdoc />
    public partial class IntakeReferrals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "intake_referral_id",
                table: "facts",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "received_on",
                table: "facts",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "facts",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "contacts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    through_day = table.Column<DateOnly>(type: "date", nullable: true),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    keys = table.Column<List<string>>(type: "text[]", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    superseded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    superseded_by = table.Column<string>(type: "text", nullable: true),
                    superseded_reason = table.Column<string>(type: "text", nullable: true),
                    superseded_note = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contacts", x => new { x.id, x.version });
                    table.ForeignKey(
                        name: "fk_contacts_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "individual_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_individual_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_individual_keys_individuals_individual_id",
                        column: x => x.individual_id,
                        principalTable: "individuals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "intake_referrals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    program = table.Column<string>(type: "text", nullable: false),
                    sender = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    urgency = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    received_on = table.Column<DateOnly>(type: "date", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: true),
                    keys = table.Column<List<string>>(type: "text[]", nullable: false),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: true),
                    contacted_on = table.Column<DateOnly>(type: "date", nullable: true),
                    contacted_by = table.Column<string>(type: "text", nullable: false),
                    contact_staff_id = table.Column<Guid>(type: "uuid", nullable: true),
                    contact_role = table.Column<string>(type: "text", nullable: false),
                    decline_reason = table.Column<string>(type: "text", nullable: false),
                    decision_id = table.Column<Guid>(type: "uuid", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    ended_on = table.Column<DateOnly>(type: "date", nullable: true),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_intake_referrals", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_individual_id",
                table: "contacts",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_keys",
                table: "contacts",
                column: "keys")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_individual_keys_hash_provider",
                table: "individual_keys",
                columns: new[] { "hash", "provider" });

            migrationBuilder.CreateIndex(
                name: "ix_individual_keys_individual_id",
                table: "individual_keys",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_intake_referrals_individual_id",
                table: "intake_referrals",
                column: "individual_id");

            migrationBuilder.CreateIndex(
                name: "ix_intake_referrals_keys",
                table: "intake_referrals",
                column: "keys")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_intake_referrals_provider_id",
                table: "intake_referrals",
                columns: new[] { "provider", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_intake_referrals_sender_id",
                table: "intake_referrals",
                columns: new[] { "sender", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "contacts");

            migrationBuilder.DropTable(
                name: "individual_keys");

            migrationBuilder.DropTable(
                name: "intake_referrals");

            migrationBuilder.DropColumn(
                name: "intake_referral_id",
                table: "facts");

            migrationBuilder.DropColumn(
                name: "received_on",
                table: "facts");

            migrationBuilder.DropColumn(
                name: "source",
                table: "facts");
        }
    }
}
