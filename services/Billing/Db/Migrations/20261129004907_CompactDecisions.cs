using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Billing.Db.Migrations
{
    /// <inheritdoc />
    public partial class CompactDecisions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // No value changes: JSON stays as it is, an encrypted value loses its base64. The command compact-rows compresses them later.
            migrationBuilder.Sql(
                """
                alter table decisions
                  alter column facts type bytea using case when facts = '' or facts like '{%' then convert_to(facts, 'UTF8') else decode(facts, 'base64') end,
                  alter column receipt type bytea using case when receipt like '{%' then convert_to(receipt, 'UTF8') else decode(receipt, 'base64') end,
                  alter column pack_hash type bytea using decode(pack_hash, 'hex'),
                  alter column receipt_sha256 type bytea using decode(receipt_sha256, 'hex');
                """);

            migrationBuilder.CreateTable(
                name: "receipt_dictionaries",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_receipt_dictionaries", x => x.id);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new System.NotSupportedException("The version before cannot read what was stored since; restore the backup that was made before the upgrade.");
    }
}
