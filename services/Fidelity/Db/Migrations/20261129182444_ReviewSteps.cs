using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ips.Fidelity.Db.Migrations
{
    /// <inheritdoc />
    public partial class ReviewSteps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "contest_decided_on",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "contest_decision_id",
                table: "reviews",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "contest_due",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<List<int>>(
                name: "contest_outcomes",
                table: "reviews",
                type: "integer[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateOnly>(
                name: "contest_submitted_on",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<List<int>>(
                name: "contested_items",
                table: "reviews",
                type: "integer[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<List<int>>(
                name: "contested_scores",
                table: "reviews",
                type: "integer[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<Guid>(
                name: "corrected_by",
                table: "reviews",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "correction_reason",
                table: "reviews",
                type: "text",
                nullable: false,
                defaultValue: "Unspecified");

            migrationBuilder.AddColumn<DateOnly>(
                name: "corrective_plan_due",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "corrective_plan_due_by",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "corrective_plan_required",
                table: "reviews",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "corrects",
                table: "reviews",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "draft_received_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "granted_interval_months",
                table: "reviews",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "health_safety_violation",
                table: "reviews",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "next_review_rule",
                table: "reviews",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "plan_implemented_date",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "prescribed_interval_months",
                table: "reviews",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "version",
                table: "reviews",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<DateOnly>(
                name: "withdrawn_on",
                table: "reviews",
                type: "date",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_reviews_contest_decision_id",
                table: "reviews",
                column: "contest_decision_id");

            migrationBuilder.AddForeignKey(
                name: "fk_reviews_decisions_contest_decision_id",
                table: "reviews",
                column: "contest_decision_id",
                principalTable: "decisions",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_reviews_decisions_contest_decision_id",
                table: "reviews");

            migrationBuilder.DropIndex(
                name: "ix_reviews_contest_decision_id",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contest_decided_on",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contest_decision_id",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contest_due",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contest_outcomes",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contest_submitted_on",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contested_items",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "contested_scores",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "corrected_by",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "correction_reason",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "corrective_plan_due",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "corrective_plan_due_by",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "corrective_plan_required",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "corrects",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "draft_received_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "granted_interval_months",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "health_safety_violation",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "next_review_rule",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "plan_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "plan_implemented_date",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "prescribed_interval_months",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "version",
                table: "reviews");

            migrationBuilder.DropColumn(
                name: "withdrawn_on",
                table: "reviews");
        }
    }
}
