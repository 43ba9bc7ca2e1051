using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Reporting.Db.Migrations
{
    /// <inheritdoc />
    public partial class InitialReporting : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "outbox_positions");

            migrationBuilder.CreateSequence(
                name: "outbox_turns");

            migrationBuilder.CreateTable(
                name: "answered_requests",
                columns: table => new
                {
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    caller = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    answer = table.Column<byte[]>(type: "bytea", nullable: false),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_answered_requests", x => new { x.request_id, x.caller });
                });

            migrationBuilder.CreateTable(
                name: "event_facts",
                columns: table => new
                {
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    topic = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: true),
                    program = table.Column<string>(type: "text", nullable: true),
                    individual_id = table.Column<Guid>(type: "uuid", nullable: true),
                    counts = table.Column<bool>(type: "boolean", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: true),
                    milestone_number = table.Column<int>(type: "integer", nullable: true),
                    units = table.Column<int>(type: "integer", nullable: true),
                    amount = table.Column<decimal>(type: "numeric(12,2)", precision: 12, scale: 2, nullable: true),
                    due_on = table.Column<DateOnly>(type: "date", nullable: true),
                    rule_id = table.Column<string>(type: "text", nullable: true),
                    thread = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_facts", x => new { x.event_id, x.topic });
                });

            migrationBuilder.CreateTable(
                name: "inbox_rows",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer = table.Column<string>(type: "text", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_rows", x => new { x.message_id, x.consumer });
                });

            migrationBuilder.CreateTable(
                name: "network_members",
                columns: table => new
                {
                    provider = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_network_members", x => new { x.provider, x.payer });
                });

            migrationBuilder.CreateTable(
                name: "outbox_rows",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    urn = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    turn = table.Column<long>(type: "bigint", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: true),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    body = table.Column<string>(type: "json", nullable: false),
                    trace_parent = table.Column<string>(type: "text", nullable: true),
                    trace_state = table.Column<string>(type: "text", nullable: true),
                    position = table.Column<long>(type: "bigint", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_rows", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_subjects",
                columns: table => new
                {
                    subject = table.Column<string>(type: "text", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_subjects", x => x.subject);
                });

            migrationBuilder.CreateIndex(
                name: "ix_answered_requests_answered_at",
                table: "answered_requests",
                column: "answered_at");

            migrationBuilder.CreateIndex(
                name: "ix_event_facts_due",
                table: "event_facts",
                column: "due_on",
                filter: "due_on is not null");

            migrationBuilder.CreateIndex(
                name: "ix_event_facts_program_topic_day",
                table: "event_facts",
                columns: new[] { "program", "topic", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_event_facts_subject_topic_sequence",
                table: "event_facts",
                columns: new[] { "subject", "topic", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_event_facts_thread",
                table: "event_facts",
                columns: new[] { "thread", "topic" },
                filter: "thread is not null");

            migrationBuilder.CreateIndex(
                name: "ix_inbox_rows_received_at",
                table: "inbox_rows",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_position",
                table: "outbox_rows",
                column: "position",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_subject_sequence",
                table: "outbox_rows",
                columns: new[] { "subject", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_unplaced",
                table: "outbox_rows",
                columns: new[] { "turn", "sequence" },
                filter: "position is null");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_rows_unsent",
                table: "outbox_rows",
                column: "position",
                filter: "sent_at is null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "answered_requests");

            migrationBuilder.DropTable(
                name: "event_facts");

            migrationBuilder.DropTable(
                name: "inbox_rows");

            migrationBuilder.DropTable(
                name: "network_members");

            migrationBuilder.DropTable(
                name: "outbox_rows");

            migrationBuilder.DropTable(
                name: "outbox_subjects");

            migrationBuilder.DropSequence(
                name: "outbox_positions");

            migrationBuilder.DropSequence(
                name: "outbox_turns");
        }
    }
}
