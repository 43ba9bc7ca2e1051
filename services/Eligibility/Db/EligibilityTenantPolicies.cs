namespace Ips.Eligibility.Db;

/// <summary>
/// Which caller sees which rows. PostgreSQL enforces this in addition to the filters of <see cref="EligibilityDb"/>. A table with <c>individual_id</c> or
/// <c>provider</c> needs no line. A table with neither is closed to requests until it has a line.
/// </summary>
internal static class EligibilityTenantPolicies
{
    private const string Mine = "provider = ips_provider() or ips_everybody()";

    public static TenantPolicies Rules { get; } = new TenantPolicies(people: "individuals")
        .Table("individuals", $"{Mine} or ips_payer() = any(payers) or ips_vr_agency() = any(referred_to)")
        .Table("authorizations", $"{Mine} or (payer = ips_payer() and {Person("authorizations")})")
        .Table("appeals", $"{Mine} or (payer = ips_payer() and {Person("appeals")})")
        .Table("fhir_requests", $"{Mine} or (payer = ips_payer() and {Person("fhir_requests")})", writes: Mine)
        .Table("fhir_subscriptions", Mine)
        .Table("documents",
            $"{Mine} or (ips_payer() is not null and exists (select from authorizations p where p.id = split_part(documents.subject, '/', 2)::uuid))", writes: Mine)
        .Table("document_contents", $"{Mine} or (ips_payer() is not null and exists (select from documents p where p.content_id = document_contents.id))", writes: Mine)
        .Table("document_parts", $"{Mine} or (ips_payer() is not null and exists (select from documents p where p.content_id = document_parts.content_id))", writes: Mine)
        // National provider identifiers are public.
        .Table("organization_numbers", "true", writes: "false", grants: "select")
        // A payer's reviewer decides admission to the agencies of the people it covers.
        .Table("team_intakes", $"{Mine} or (ips_payer() is not null and exists (select from individuals p where p.provider = team_intakes.provider))",
            writes: "false", grants: "select")
        .Table("policy_activations", "program = any(ips_programs()) or ips_everybody()", grants: "select, insert, update")
        .Table("reverifications", "true", writes: "ips_everybody()")
        .Table("auto_approvals", "payer = ips_payer() or ips_everybody()")
        .Table("roster_entries", $"{Mine} or payer = ips_payer()")
        .Table("intake_referrals",
            $"{Mine} or (sender = ips_organization() and (ips_payer() is not null or ips_vr_agency() is not null or cardinality(ips_programs()) > 0))")
        .Table("contacts",
            $"""
            {Mine} or (ips_payer() is not null and ips_covers_today(individual_id)) or (ips_vr_agency() is not null and kind <> 'RelatedPerson'
              and ips_consents_to_contact(individual_id)
              and exists (select from referrals p where p.individual_id = contacts.individual_id
                and p.state not in ('Ineligible', 'Closed', 'DeclinedByIndividual')))
            """, writes: Mine)
        .Table("referrals", $"{Mine} or (recipient = ips_vr_agency() and referral_date is not null) or (ips_payer() is not null and {Person("referrals")})")
        .Table("disclosures", $"{Mine} or organization = ips_organization()", writes: $"{Mine} or organization = ips_organization()",
            grants: "select, insert, update")
        .Follows("career_profile_versions", "profile_id", "career_profiles")
        .Follows("determination_steps", "determination_id", "determinations")
        .Follows("vr_decisions", "referral_id", "referrals")
        .Follows("vr_authorizations", "referral_id", "referrals")
        .Follows("authorization_versions", "authorization_id", "authorizations")
        .Follows("unit_draws", "authorization_id", "authorizations")
        .Table("dvrs_messages", "agency = ips_vr_agency() or ips_everybody()",
            writes: "agency = ips_vr_agency() and exists (select from referrals p where p.id = dvrs_messages.referral_id) or ips_everybody()")
        .Table("decisions",
            $"""
            {Mine} or (ips_payer() is not null and case split_part(subject, '/', 1)
              when 'individuals' then exists (select from individuals p where p.id = split_part(subject, '/', 2)::uuid)
              when 'authorizations' then exists (select from authorizations p where p.id = split_part(subject, '/', 2)::uuid)
              when 'serviceOrders' then exists (select from service_orders p where p.id = split_part(subject, '/', 2)::uuid)
              when 'referrals' then exists (select from referrals p where p.id = split_part(subject, '/', 2)::uuid)
              else false end) or (ips_vr_agency() is not null and {Referral("decisions")})
            """,
            // A decision is stored before the row it decided, so a payer's decision is limited to the agencies of the people it covers.
            writes: $"{Mine} or (ips_payer() is not null and exists (select from individuals p where p.provider = decisions.provider))")
        .Table("outbox_rows", $"{Mine} or (ips_vr_agency() is not null and {Referral("outbox_rows")})", writes: "true", grants: "select, insert")
        // A merged record names its survivor.
        .Limits("individuals", "(ips_on_caseload(id) or ips_on_caseload(merged_into))")
        .Limits("intake_referrals", "false")
        .Limits("roster_entries", "false")
        // Break-glass is for records that the caller does not see otherwise.
        .Opens("disclosures", "organization_numbers", "team_intakes", "document_contents", "document_parts")
        .Limits("decisions",
            """
            case split_part(subject, '/', 1)
              when 'individuals' then exists (select from individuals p where p.id = split_part(subject, '/', 2)::uuid)
              when 'authorizations' then exists (select from authorizations p where p.id = split_part(subject, '/', 2)::uuid)
              when 'serviceOrders' then exists (select from service_orders p where p.id = split_part(subject, '/', 2)::uuid)
              when 'referrals' then exists (select from referrals p where p.id = split_part(subject, '/', 2)::uuid)
              else false end
            """, writes: "true")
        .With(AcrossTenants);

    // The row is about a referral that the caller sees.
    private static string Referral(string table) =>
        $"case split_part({table}.subject, '/', 1) when 'referrals' then exists "
            + $"(select from referrals p where p.id = split_part({table}.subject, '/', 2)::uuid) else false end";

    private static string Person(string table) => $"exists (select from individuals p where p.id = {table}.individual_id)";

    // Only what must be read across tenants: one person at a time, days and agencies, no personal data.
    private const string AcrossTenants =
        """
        create or replace function ips_records_of(individual uuid) returns setof uuid language sql stable security definer set search_path = public as $$
          select other.individual_id from individual_identifiers mine
          join individual_identifiers other on other.system = mine.system and other.hash = mine.hash where mine.individual_id = individual
          union select individual $$;
        create or replace function ips_is_on_file(agency text, identifier_system text, hashes bytea[]) returns boolean
          language sql stable security definer set search_path = public as $$
          select exists (select from individual_identifiers i where i.provider = agency and i.system = identifier_system and i.hash = any(hashes)) $$;
        create or replace function ips_provider_of(individual uuid) returns text language sql stable security definer set search_path = public as $$
          select provider from individuals where id = individual $$;
        create or replace function ips_covers_today(individual uuid) returns boolean language sql stable security definer set search_path = public as $$
          select exists (select from facts f where f.individual_id = individual and f.kind = 'enrollment' and f.superseded_at is null
            and f.payer = ips_payer() and f.from_day <= ips_today() and coalesce(f.through_day, 'infinity') >= ips_today()) $$;
        create or replace function ips_consents_to_contact(individual uuid) returns boolean
          language sql stable security definer set search_path = public as $$
          select exists (select from facts f where f.individual_id = individual and f.kind = 'consent' and f.superseded_at is null
            and f.recipient = ips_vr_agency() and 'contact' = any(f.scopes) and 'vocational_rehabilitation' = any(f.purposes)
            and f.from_day <= ips_today() and f.through_day >= ips_today() and coalesce(f.revoked_on, 'infinity') > ips_today()) $$;
        create or replace function ips_records_opened(issuer text, subject text, since timestamptz) returns setof timestamptz
          language sql stable security definer set search_path = public as $$
          select opened_at from disclosures where opened_by = subject and opened_by_issuer = issuer and opened_at > since $$;

        """;
}
