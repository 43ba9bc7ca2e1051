namespace Ips.Billing.Db;

/// <summary>
/// Who sees which rows, as PostgreSQL enforces it behind the filters of <see cref="BillingDb"/>: the agency, and the payer that covers the person on the
/// day of service.
/// </summary>
internal static class BillingRows
{
    private const string Agency = "provider = ips_provider() or ips_everybody()";

    public static TenantPolicies Rules { get; } = new TenantPolicies()
        .Table("service_notes", OrPayerOn("service_date"))
        .Table("milestones", OrPayerOn("event_date"))
        .Table("claim_lines", OrPayerOn("service_date"))
        .Follows("milestone_notes", "milestone_id", "milestones")
        .Follows("claim_line_notes", "claim_line_id", "claim_lines")
        .Follows("claim_moves", "claim_id", "claims")
        .Follows("note_addenda", "note_id", "service_notes")
        .Table("decisions",
            $"{Agency} or (ips_payer() is not null and ({OfNotesAndClaims}))", writes: Agency)
        .Limits("decisions", $"({OfNotesAndClaims})", writes: "true")
        // Encrypted bytes: the way to them is a document, which has a person.
        .Opens("document_contents", "document_parts");

    private const string OfNotesAndClaims =
        """
        exists (select from service_notes p where p.decision_id = decisions.id)
          or exists (select from milestones p where decisions.id in (p.decision_id, p.reconsidered_id))
          or exists (select from claim_lines p where decisions.id in (p.decision_id, p.reconsidered_id))
        """;

    private static string OrPayerOn(string day) => $"{Agency} or (payer = ips_payer() and ips_covers(individual_id, {day}, {day}))";
}
