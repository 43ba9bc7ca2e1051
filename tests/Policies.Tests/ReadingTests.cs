using System.Text.Json;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A reading that was not taken is one word in the pack away: each alternative that is a value answers otherwise.</summary>
public sealed class ReadingTests
{
    private static readonly DateOnly Day = new(2024, 12, 31);

    [Theory]
    [InlineData("2024-06", """[{"date":"2024-06-04","withRole":"EPM","mode":"in_person"},{"date":"2024-06-18","withRole":"EPM","mode":"in_person"}]""", 2, 0, 1)]
    [InlineData("2024-07", """[{"date":"2024-07-04","withRole":"ESP","mode":"in_person"}]""", 1, 0, 1)]
    [InlineData("2024-07", """[{"date":"2024-07-04","withRole":"ESP","mode":"in_person"}]""", 2, 0, 1)]
    [InlineData("2024-05", """[{"date":"2024-05-06","withRole":"ESP","mode":"in_person"},{"date":"2024-05-20","withRole":"EPM","mode":"video"}]""", 2, 2, 2)]
    [InlineData("2024-05", "[]", 1, 0, 0)]
    public void Follow_along_counts_by_month_or_by_contact(string month, string contacts, int requested, int byGate, int byContact)
    {
        var facts = $$"""
            {"milestone":6,"funding":"state","eventDate":"{{month}}-28","month":"{{month}}","contacts":{{contacts}},"triggersRequested":{{requested}},"triggersPaidThisMonth":0,
             "sarFrom":"2024-05-01","sarTo":"2024-12-31","sarUnits":16,"sarUnitsUsed":0,"approvedMilestones":[5]}
            """;
        Assert.Equal(byGate, Payable(PolicyEngine.Shipped, facts));
        Assert.Equal(byContact, Payable(With("value: month_gate", "value: per_contact"), facts));
    }

    [Theory]
    [InlineData("2024-06-30", 2, 2)]
    [InlineData("2024-07-01", 2, 4)]
    public void Engagement_cap_by_calendar_or_fiscal_year(string day, int byCalendar, int byFiscal)
    {
        var facts = $$"""
            {"milestone":1,"funding":"state","eventDate":"{{day}}","contacts":[{"date":"{{day}}","minutes":60}],"unitsUsedByYear":[{"year":2024,"units":38}]}
            """;
        Assert.Equal(byCalendar, Payable(PolicyEngine.Shipped, facts));
        Assert.Equal(byFiscal, Payable(With("value: calendar", "value: fiscal"), facts));
    }

    [Fact]
    public void Intake_is_paid_per_episode_or_per_event()
    {
        const string facts = """
            {"milestone":2,"funding":"state","eventDate":"2024-04-08","sarFrom":"2024-01-10","sarTo":"2024-04-08","sarUnits":1,"sarUnitsUsed":0,
             "pcpContents":["bh_interventions","ips_interventions","career_goals"],"approvedMilestones":[2]}
            """;
        Assert.Equal(0, Payable(PolicyEngine.Shipped, facts));
        Assert.Equal(1, Payable(With("value: episode", "value: event"), facts));
    }

    [Fact]
    public void Price_changes_on_its_first_day()
    {
        var engine = With("{ from: 2021-12-01, value: 24.63 }", "{ from: 2021-12-01, through: 2024-06-30, value: 24.63 }, { from: 2024-07-01, value: 25.00 }");
        Assert.Equal("98.52", Amount(engine, "2024-06-30"));
        Assert.Equal("100.00", Amount(engine, "2024-07-01"));
    }

    [Fact]
    public void Rule_applies_through_its_last_day()
    {
        var engine = With("- id: NC-ELIG-003\n", "- id: NC-ELIG-003\n    through: 2024-12-30\n", "nc-state/eligibility.yaml");
        var request = JsonDocument.Parse("""{"birthDate":"1990-05-17"}""").RootElement;
        Assert.Equal(Verdict.Met, engine.Decide("nc-state", "admission", Day.AddDays(-1), request).VerdictOf(RuleId.Of("NC-ELIG-003")));
        Assert.Null(engine.Decide("nc-state", "admission", Day, request).VerdictOf(RuleId.Of("NC-ELIG-003")));
    }

    [Theory]
    [InlineData("la/clearance.yaml", "LA-BGC-001", "value: 1, cite", "value: 0, cite", "pre-employment-clearance", "la-acla",
        """{"role":"EPM","employmentDate":"2024-12-01","backgroundCheckDate":"2024-12-01","backgroundCheckResult":"pass","sexOffenderRegistryChecked":true}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-005", "value: 1, cite", "value: 0, cite", "pre-employment-clearance", "la-lhcc",
        """{"role":"EPM","employmentDate":"2024-12-01","leieCheckDate":"2024-12-01","adverseActionsCheckDate":"2024-12-01"}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-010", "value: 1, cite", "value: 0, cite", "pre-employment-clearance", "la-acla",
        """{"role":"ESP","employmentDate":"2024-12-01","tbTestDate":"2024-12-01"}""")]
    [InlineData("la/training.yaml", "LA-TRN-007", "value: 1, cite", "value: 0, cite", "training", "la-acla",
        """{"role":"EPM","licensed":false,"firstServiceDate":"2024-12-01","completions":[{"course":"BASIC_CLINICAL_COMPETENCY","completedOn":"2024-12-01"}]}""")]
    [InlineData("la/training.yaml", "LA-TRN-008", "value: 1, cite", "value: 0, cite", "training", "la-lhcc",
        """{"role":"ESP","firstServiceDate":"2024-12-01","completions":[{"course":"IPS_TRAINING","completedOn":"2024-12-01"}]}""")]
    [InlineData("la/services.yaml", "LA-SVC-021", "value: [mental_health_worker]", "value: [mental_health_worker, none]", "discharge", "la-acla",
        """{"dischargeReason":"outcome_achieved","stepDownTo":"none"}""")]
    [InlineData("nc-state/limits.yaml", "NC-LIM-001", "value: 1, cite", "value: 2, cite", "authorization-request", "nc-state",
        """{"requestKind":"ips","requestedFrom":"2024-12-01","requestedTo":"2025-05-30","requestingProvider":"P2","existingAuthorizations":[{"service":"IPS","provider":"P1","from":"2024-06-01","to":"2024-12-01"}]}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-011", "value: [ESP, TEAM_LEAD, EPM]", "value: [ESP]", "pre-employment-clearance", "la-acla",
        """{"role":"EPM","employmentDate":"2024-12-01","drugPolicyWritten":true,"drugScreenPassed":false}""", false)]
    [InlineData("la/training.yaml", "LA-TRN-001", "value: not_exempt", "value: not_known", "training", "la-acla",
        """{"role":"ESP","hireDate":"2024-01-02","completions":[]}""", false)]
    [InlineData("nc-state/training.yaml", "NC-TRN-001", "value: as_certificate", "value: any_age", "training", "nc-state",
        """{"role":"ESP","hireDate":"2024-01-08","ipsRoleStartDate":"2024-01-08","completions":[{"course":"IPS_101","completedOn":"2010-05-01"}]}""", true, "NC-TRN-008")]
    [InlineData("nc-core/milestones.yaml", "NCC-MS-01a", "value: printed", "value: any", "claim-line", "nc-core",
        """{"serviceDate":"2024-05-22","funding":"medicaid","milestone":1,"code":"H2023","modifiers":["Z1","U4"],"units":1}""")]
    [InlineData("nc-core/milestones.yaml", "NCC-MS-01b", "value: 15, cite", "value: 8, cite", "claim-line", "nc-core",
        """{"serviceDate":"2024-05-22","funding":"medicaid","milestone":1,"code":"H2023","modifiers":["U4","Z1"],"units":4,"durationMinutes":53}""")]
    [InlineData("nc-core/milestones.yaml", "NCC-MS-06c", "value: [in_person, video]", "value: [in_person, video, phone]", "milestone", "nc-core",
        """{"milestone":6,"funding":"state","eventDate":"2024-06-28","month":"2024-06","triggersRequested":1,"triggersPaidThisMonth":0,"contacts":[{"date":"2024-06-04","withRole":"ESP","mode":"in_person"},{"date":"2024-06-18","withRole":"ESP","mode":"phone"}]}""")]
    [InlineData("nc-state/documentation.yaml", "NC-DOC-002", "value: contact, cite", "value: date, cite", "claim-line", "nc-state",
        """{"serviceDate":"2024-12-02","code":"YP630","contacts":2,"fullNotes":1}""", true, "NC-DOC-001")]
    [InlineData("nc-core/milestones.yaml", "NCC-MS-03d", "value: worked, cite", "value: calendar, cite", "milestone", "nc-core",
        """{"milestone":3,"funding":"state","eventDate":"2024-12-05","jobStartDate":"2024-12-03","daysWorked":["2024-12-03","2024-12-05"]}""")]
    [InlineData("nc-core/milestones.yaml", "NCC-MS-04c", "value: changed, cite", "value: reviewed, cite", "milestone", "nc-core",
        """{"milestone":4,"funding":"state","eventDate":"2024-12-06","documents":["career_profile_with_updated_fasp","monthly_progress_notes"],"faspVersionDate":"2024-11-04","m3FaspVersionDate":"2024-11-04","supportPeriodFrom":"2024-12-02","supportPeriodTo":"2024-12-06","contacts":[{"date":"2024-12-03","mode":"in_person"}]}""")]
    [InlineData("nc-state/service-orders.yaml", "NC-SO-007", "value: 0, cite", "value: 30, cite", "claim-line", "nc-state",
        """{"serviceDate":"2024-11-30","code":"YP630","serviceOrderFrom":"2024-12-30","serviceOrderTo":"2025-12-29"}""")]
    [InlineData("nc-state/billing.yaml", "NC-BILL-005", "value: 15, cite", "value: 8, cite", "claim-line", "nc-state",
        """{"serviceDate":"2024-12-02","code":"YP630","modifiers":[],"units":4,"durationMinutes":53}""")]
    [InlineData("la/fidelity.yaml", "LA-FID-013", "value: closed_with_every_team", "value: open", "admission", "la-acla",
        """{"teamsSuspendedOn":"2024-12-01"}""", false)]
    public void The_milder_reading_is_one_value_away(
        string file, string rule, string shipped, string instead, string decision, string program, string facts, bool isMet = true, string? holder = null)
    {
        Assert.Equal(Verdict.NotMet, Decide(PolicyEngine.Shipped, decision, program, facts).VerdictOf(RuleId.Of(rule)));
        var milder = Decide(WithIn(file, holder ?? rule, shipped, instead), decision, program, facts).VerdictOf(RuleId.Of(rule));
        Assert.True(isMet ? milder == Verdict.Met : milder is null or Verdict.NeedsFacts, $"{milder}");
    }

    [Theory]
    [InlineData("la/training.yaml", "LA-TRN-002", "value: 0, cite", "value: 2, cite", "training", "la-acla", Verdict.NeedsFacts, Verdict.NotMet,
        """{"role":"EPM","completions":[{"course":"FIRST_AID_CPR","completedOn":"2020-01-02","expiresOn":"2022-01-02"},{"course":"FIRST_AID_CPR","completedOn":"2022-12-30"}]}""")]
    [InlineData("la/training.yaml", "LA-TRN-002", "value: 0, cite", "value: 2, cite", "training", "la-lhcc", Verdict.NeedsFacts, Verdict.Met,
        """{"role":"EPM","completions":[{"course":"FIRST_AID_CPR","completedOn":"2020-01-02","expiresOn":"2022-01-02"},{"course":"FIRST_AID_CPR","completedOn":"2022-12-31"}]}""")]
    [InlineData("nc-state/service-orders.yaml", "NC-SO-005", "value: accepted", "value: refused", "service-order", "nc-state", Verdict.Met, Verdict.NotMet,
        """{"orderDate":"2024-12-02","signatureCapturedDate":"2024-12-01"}""")]
    [InlineData("nc-core/eligibility.yaml", "NCC-ELIG-004", "value: remark", "value: review", "claim-line", "nc-core", Verdict.NeedsReview, Verdict.NeedsReview,
        """{"serviceDate":"2024-12-02","funding":"medicaid"}""")]
    [InlineData("nc-state/service-orders.yaml", "NC-SO-002", "value: any, cite", "value: one_year, cite", "service-order", "nc-state", Verdict.Met, Verdict.NotMet,
        """{"orderDate":"2024-12-02","assessmentDate":"2023-12-01"}""")]
    [InlineData("nc-state/service-orders.yaml", "NC-SO-002", "value: any, cite", "value: one_year, cite", "service-order", "nc-state", Verdict.Met, Verdict.Met,
        """{"orderDate":"2024-12-02","assessmentDate":"2023-12-02"}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-005", "value: any, cite", "value: month_of_hire, cite", "pre-employment-clearance", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"role":"ESP","employmentDate":"2024-12-20","leieCheckDate":"2024-10-31","adverseActionsCheckDate":"2024-12-01"}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-005", "value: any, cite", "value: month_of_hire, cite", "pre-employment-clearance", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"role":"ESP","employmentDate":"2024-12-20","leieCheckDate":"2024-11-01","adverseActionsCheckDate":"2024-10-31"}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-005", "value: any, cite", "value: month_of_hire, cite", "pre-employment-clearance", "la-acla", Verdict.Met, Verdict.Met,
        """{"role":"ESP","employmentDate":"2024-12-20","leieCheckDate":"2024-11-01","adverseActionsCheckDate":"2024-11-01"}""")]
    [InlineData("la-acla/staffing.yaml", "ACLA-STAFF-001", "value: specialist, cite", "value: full_time, cite", "caseload", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"role":"ESP","activeCount":11,"specialistFtePercent":50}""")]
    [InlineData("la-acla/staffing.yaml", "ACLA-STAFF-001", "value: specialist, cite", "value: full_time, cite", "caseload", "la-acla", Verdict.Met, Verdict.Met,
        """{"role":"ESP","activeCount":10,"specialistFtePercent":50}""")]
    [InlineData("la-acla/staffing.yaml", "ACLA-STAFF-001", "value: specialist, cite", "value: full_time, cite", "caseload", "la-acla", Verdict.Met, Verdict.NeedsFacts,
        """{"role":"ESP","activeCount":10}""")]
    [InlineData("nc-core/review.yaml", "NCC-UM-003", "value: complete_documents, cite", "value: first_document, cite", "milestone-review", "nc-core", Verdict.Met, Verdict.NotMet,
        """{"documentsCompleteOn":"2024-12-20","firstDocumentOn":"2024-12-02","answered":false}""")]
    [InlineData("nc-state/exclusions.yaml", "NC-EXCL-024", "value: question, cite", "value: first, cite", "payer-route", "nc-core", Verdict.NeedsReview, Verdict.Met,
        """{"serviceDate":"2024-05-22","milestone":2,"coverages":["state","medicaid"]}""")]
    [InlineData("la/exclusions.yaml", "LA-EXCL-001", "value: question, cite", "value: first, cite", "la-encounter", "la-lhcc", Verdict.NeedsReview, null,
        """{"encounterDate":"2024-05-22","coverages":["medicaid","medicaid"]}""")]
    [InlineData("mo-dmh-vr/billing.yaml", "MO-BILL-020", "value: one_finding, cite", "value: each_part, cite", "mo-billable", "mo-dmh-vr", Verdict.Met, Verdict.NeedsFacts,
        """{"activity":"symptom_skills","billTo":"Medicaid","noteLinksToPlan":true,"symptomInterferes":true}""")]
    [InlineData("mo-dmh-vr/billing.yaml", "MO-BILL-020", "value: one_finding, cite", "value: each_part, cite", "mo-billable", "mo-dmh-vr", Verdict.Met, Verdict.NotMet,
        """{"activity":"symptom_skills","billTo":"Medicaid","noteLinksToPlan":true,"planShowsNeed":true,"planShowsJustification":false,"planShowsResponse":true}""")]
    [InlineData("mo-dmh-vr/billing.yaml", "MO-BILL-020", "value: one_finding, cite", "value: each_part, cite", "mo-billable", "mo-dmh-vr", Verdict.Met, Verdict.Met,
        """{"activity":"symptom_skills","billTo":"Medicaid","noteLinksToPlan":true,"planShowsNeed":true,"planShowsJustification":true,"planShowsResponse":true}""")]
    [InlineData("nc-state/billing.yaml", "NC-CODE-001", "value: both, cite", "value: contract, cite", "claim-line", "nc-core", Verdict.Met, null,
        """{"serviceDate":"2024-05-22","funding":"medicaid","milestone":1,"code":"H2023","modifiers":["U4","Z1"],"units":1}""", "NC-BILL-006")]
    [InlineData("la/training.yaml", "LA-TRN-005", "value: at_crisis", "value: standing", "training", "la-acla", null, Verdict.NotMet,
        """{"role":"EPM","completions":[{"course":"CRISIS_INTERVENTION","completedOn":"2023-12-30"}]}""")]
    [InlineData("la/training.yaml", "LA-TRN-005", "value: at_crisis", "value: standing", "training", "la-acla", null, Verdict.Met,
        """{"role":"EPM","completions":[{"course":"CRISIS_INTERVENTION","completedOn":"2023-12-31"}]}""")]
    [InlineData("la/training.yaml", "LA-TRN-005", "value: at_crisis", "value: standing", "training", "la-acla", null, null,
        """{"role":"EPM","completions":[]}""")]
    [InlineData("la/services.yaml", "LA-SVC-011", "value: period, cite", "value: week, cite", "support-contact", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"contact":"employer_contacts","startedOn":"2024-12-16","weeksAway":[],"contacts":[{"date":"2024-12-16","mode":"in_person"},{"date":"2024-12-17","mode":"in_person"},{"date":"2024-12-18","mode":"in_person"},{"date":"2024-12-19","mode":"in_person"},{"date":"2024-12-20","mode":"in_person"},{"date":"2024-12-21","mode":"in_person"},{"date":"2024-12-22","mode":"in_person"},{"date":"2024-12-24","mode":"in_person"},{"date":"2024-12-24","mode":"in_person"},{"date":"2024-12-24","mode":"in_person"},{"date":"2024-12-24","mode":"in_person"},{"date":"2024-12-27","mode":"in_person"}]}""")]
    [InlineData("la/services.yaml", "LA-SVC-011", "value: period, cite", "value: week, cite", "support-contact", "la-lhcc", Verdict.Met, Verdict.Met,
        """{"contact":"employer_contacts","startedOn":"2024-12-16","weeksAway":["2024-12-23"],"contacts":[{"date":"2024-12-16","mode":"in_person"},{"date":"2024-12-17","mode":"in_person"},{"date":"2024-12-18","mode":"in_person"},{"date":"2024-12-19","mode":"in_person"},{"date":"2024-12-20","mode":"in_person"},{"date":"2024-12-21","mode":"in_person"}]}""")]
    [InlineData("la/supervision.yaml", "LA-SUP-001", "value: share, cite", "value: at_the_limit, cite", "caseload", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"role":"TEAM_LEAD","specialistsSupervised":10,"supervisorIpsFtePercent":99}""")]
    [InlineData("la/supervision.yaml", "LA-SUP-001", "value: share, cite", "value: at_the_limit, cite", "caseload", "la-lhcc", Verdict.Met, Verdict.Met,
        """{"role":"TEAM_LEAD","specialistsSupervised":10,"supervisorIpsFtePercent":100}""")]
    [InlineData("la/supervision.yaml", "LA-SUP-001", "value: share, cite", "value: at_the_limit, cite", "caseload", "la-lhcc", Verdict.Met, Verdict.Met,
        """{"role":"TEAM_LEAD","specialistsSupervised":9,"supervisorIpsFtePercent":90}""")]
    [InlineData("la/supervision.yaml", "LA-SUP-001", "value: share, cite", "value: at_the_limit, cite", "caseload", "la-acla", Verdict.Met, Verdict.NeedsFacts,
        """{"role":"TEAM_LEAD","specialistsSupervised":10}""")]
    [InlineData("la/supervision.yaml", "LA-SUP-001", "value: share, cite", "value: at_the_limit, cite", "caseload", "la-acla", Verdict.NeedsFacts, Verdict.NeedsFacts,
        """{"role":"TEAM_LEAD"}""")]
    [InlineData("la/billing.yaml", "LA-BILL-001", "value: where_applicable", "value: every_claim", "la-encounter", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"encounterDate":"2024-12-02","agencyNpiOnClaim":true,"renderingNpiOnClaim":false,"renderingNpiApplies":false}""")]
    [InlineData("nc-state/dvrs.yaml", "NC-DVRS-006", "value: quarter, cite", "value: meeting, cite", "meeting-compliance", "nc-state", Verdict.Met, Verdict.NotMet,
        """{"meetingKind":"vr","month":"2024-12","meetings":[{"date":"2024-12-03","mode":"in_person","documented":true,"topics":["referrals","shared_individuals","benefits_counseling","shared_outcomes","access_to_funding"]},{"date":"2024-12-10","mode":"in_person","documented":true,"topics":["referrals"]}]}""")]
    [InlineData("nc-state/dvrs.yaml", "NC-DVRS-006", "value: quarter, cite", "value: meeting, cite", "meeting-compliance", "nc-core", Verdict.Met, Verdict.Met,
        """{"meetingKind":"vr","month":"2024-12","meetings":[{"date":"2024-12-03","mode":"in_person","documented":true,"topics":["referrals","shared_individuals","benefits_counseling","shared_outcomes","access_to_funding"]},{"date":"2024-12-10","mode":"telephone","documented":true,"topics":["referrals"]}]}""")]
    [InlineData("mo-dmh-vr/implementation.yaml", "MO-IMPL-004", "value: one, cite", "value: all, cite", "scheduled-act", "mo-dmh-vr", Verdict.Met, Verdict.NotMet,
        """{"act":"steering_committee","committeeMembers":["ips_supervisor","clinical_director","vr","agency_leader","client"]}""")]
    [InlineData("mo-dmh-vr/implementation.yaml", "MO-IMPL-004", "value: one, cite", "value: all, cite", "scheduled-act", "mo-dmh-vr", Verdict.Met, Verdict.Met,
        """{"act":"steering_committee","committeeMembers":["ips_supervisor","clinical_director","vr","agency_leader","client","family"]}""")]
    [InlineData("mo-dmh-vr/staffing.yaml", "MO-STAFF-009", "value: until_set_day, cite", "value: never, cite", "caseload", "mo-dmh-vr", Verdict.Met, Verdict.NotMet,
        """{"role":"ESP","caseManagementMinutes":60,"workMonth":"2024-12","splitTimeThrough":"2024-12-31"}""")]
    [InlineData("mo-dmh-vr/staffing.yaml", "MO-STAFF-009", "value: until_set_day, cite", "value: never, cite", "caseload", "mo-dmh-vr", Verdict.Met, Verdict.Met,
        """{"role":"ESP","caseManagementMinutes":0}""")]
    [InlineData("la/fidelity.yaml", "LA-FID-006", "value: 1, cite", "value: 0, cite", "fidelity-result", "la-acla", Verdict.Met, Verdict.NotMet,
        """{"teamStatus":"new","lowItems":2,"findingsDate":"2024-12-02","capStartedDate":"2024-12-03","capApprovedDate":"2024-12-05"}""")]
    [InlineData("la/fidelity.yaml", "LA-FID-006", "value: 1, cite", "value: 0, cite", "fidelity-result", "la-lhcc", Verdict.Met, Verdict.Met,
        """{"teamStatus":"new","lowItems":2,"findingsDate":"2024-12-02","capStartedDate":"2024-12-02","capApprovedDate":"2024-12-05"}""")]
    [InlineData("nc-state/fidelity.yaml", "NC-FID-018", "value: 12, cite", "value: 1, cite", "fidelity-result", "nc-state", Verdict.Met, Verdict.NotMet,
        """{"finalScore":92,"finalReportReceivedDate":"2024-11-01","planReviewDate":"2024-12-02","technicalAssistanceHours":20}""")]
    [InlineData("la/training.yaml", "LA-TRN-006", "value: once, cite", "value: every_year, cite", "training", "la-lhcc", Verdict.Met, Verdict.NeedsReview,
        """{"role":"ESP","completions":[{"course":"CONFIDENTIALITY","completedOn":"2023-12-30"},{"course":"HIPAA","completedOn":"2023-12-31"},{"course":"MANDATED_REPORTING","completedOn":"2024-01-02"}]}""")]
    [InlineData("la/training.yaml", "LA-TRN-006", "value: once, cite", "value: every_year, cite", "training", "la-acla", Verdict.Met, Verdict.Met,
        """{"role":"ESP","completions":[{"course":"CONFIDENTIALITY","completedOn":"2023-12-31"},{"course":"HIPAA","completedOn":"2023-12-31"},{"course":"MANDATED_REPORTING","completedOn":"2024-01-02"}]}""")]
    [InlineData("la/training.yaml", "LA-TRN-004", "value: reported, cite", "value: not_trained, cite", "training", "la-acla", Verdict.NotMet, Verdict.NotMet,
        """{"role":"EPM","completions":[{"course":"HIPAA","completedOn":"2024-12-02","proofOnFile":false}]}""")]
    [InlineData("la/clearance.yaml", "LA-BGC-008", "value: reported, cite", "value: not_cleared, cite", "pre-employment-clearance", "la-lhcc", Verdict.NotMet, Verdict.NotMet,
        """{"role":"EPM","listResultsOnFile":false}""")]
    [InlineData("mo-dmh-vr/readiness.yaml", "MO-READY-002", "value: [], cite", "value: [executive_director, clinical_director, vr_staff], cite", "team-composition", "mo-dmh-vr",
        Verdict.Met, Verdict.NotMet,
        """{"readinessVisitParts":["leadership_meeting"],"twoAgencies":false,"leadershipAttendees":["executive_director","clinical_director"]}""")]
    [InlineData("mo-dmh-vr/readiness.yaml", "MO-READY-002", "value: [], cite", "value: [executive_director, clinical_director, vr_staff], cite", "team-composition", "mo-dmh-vr",
        Verdict.Met, Verdict.Met,
        """{"readinessVisitParts":["leadership_meeting"],"twoAgencies":false,"leadershipAttendees":["executive_director","clinical_director","vr_staff"]}""")]
    [InlineData("nc-state/service-orders.yaml", "NC-SO-003", "value: anniversary, cite", "value: december, cite", "service-order", "nc-state", Verdict.Met, Verdict.NotMet,
        """{"orderDate":"2023-12-31","originalOrderDate":"2023-01-31"}""")]
    [InlineData("nc-state/service-orders.yaml", "NC-SO-003", "value: anniversary, cite", "value: december, cite", "service-order", "nc-state", Verdict.Met, Verdict.Met,
        """{"orderDate":"2024-01-31"}""")]
    [InlineData("nc-core/milestones.yaml", "NCC-MS-03d", "value: worked, cite", "value: calendar, cite", "milestone", "nc-core", Verdict.NotMet, Verdict.NotMet,
        """{"milestone":3,"funding":"state","eventDate":"2024-12-04","jobStartDate":"2024-12-03","daysWorked":["2024-12-03","2024-12-04"]}""")]
    [InlineData("nc-state/service-notes.yaml", "NC-NOTE-004", "value: [in_person, phone, collateral]", "value: [in_person, phone, collateral, video]", "service-note", "nc-state",
        Verdict.NeedsReview, Verdict.Met, """{"serviceDate":"2024-12-02","contactType":"video"}""")]
    public void The_stricter_reading_is_one_value_away(string file, string rule, string shipped, string instead, string decision, string program, Verdict? now, Verdict? then,
        string facts, string? holder = null)
    {
        var before = Decide(PolicyEngine.Shipped, decision, program, facts);
        var after = Decide(WithIn(file, holder ?? rule, shipped, instead), decision, program, facts);
        Assert.Equal((now, then), (before.VerdictOf(RuleId.Of(rule)), after.VerdictOf(RuleId.Of(rule))));
        if (rule is "NCC-ELIG-004" or "LA-TRN-004" or "LA-BGC-008")
            Assert.Equal((false, true), (Decides(before, rule), Decides(after, rule)));
    }

    [Fact]
    public void Medicaid_or_state_funds_are_first_in_the_order_of_payers()
    {
        const string facts = """{"serviceDate":"2024-05-22","coverages":["state","medicaid"]}""";
        var other = WithIn("nc-state/exclusions.yaml", "NC-EXCL-024", "value: [medicaid, state]", "value: [state, medicaid]");
        Assert.Equal("medicaid", Decide(PolicyEngine.Shipped, "payer-route", "nc-state", facts).Values["firstFunding"]);
        Assert.Equal("state", Decide(other, "payer-route", "nc-state", facts).Values["firstFunding"]);
    }

    [Fact]
    public void A_note_under_another_name_counts_or_waits()
    {
        const string facts = """
            {"individualName":"a name","nameMatchesRecord":false,"serviceDate":"2024-12-02","serviceName":"IPS","contactType":"in_person",
             "placeOfService":"community","purposeGoal":"a goal","interventions":"two","durationMinutes":45,"effectiveness":"on track","signedBy":"a signature",
             "signatureDate":"2024-12-02","credentialsOrTitle":"ESP","nameOnEveryPage":true,"authorId":"S-11","renderingStaffId":"S-11",
             "activity":"direct_support","groupSize":1,"rendered":true,"interventionOnPlanFrom":"2024-12-01"}
            """;
        var waits = WithIn("nc-state/service-notes.yaml", "NC-NOTE-001", "value: counts", "value: waits");
        Assert.Equal(true, Decide(PolicyEngine.Shipped, "service-note", "nc-state", facts).Values["counts"]);
        Assert.Equal(false, Decide(waits, "service-note", "nc-state", facts).Values["counts"]);
    }

    private static bool Decides(Decision decision, string rule) => decision.Findings.Single(f => f.Rule == RuleId.Of(rule)).Decides;

    private static Decision Decide(PolicyEngine engine, string decision, string program, string facts)
    {
        using var request = JsonDocument.Parse(facts);
        return engine.Decide(program, decision, Day, request.RootElement);
    }

    /// <summary>The shipped packs with one value of one rule changed.</summary>
    private static PolicyEngine WithIn(string file, string rule, string shipped, string instead)
    {
        Dictionary<string, string> files = new(PackFiles.Below(Repo.Path("policies", "packs")), StringComparer.Ordinal);
        var text = files[file];
        var entry = text.IndexOf($"- id: {rule}\n", StringComparison.Ordinal);
        var at = text.IndexOf(shipped, entry, StringComparison.Ordinal);
        Assert.InRange(at, entry, text.Length);
        files[file] = string.Concat(text.AsSpan(0, at), instead, text.AsSpan(at + shipped.Length));
        return new(PackReader.Read(files));
    }

    private static PolicyEngine With(string shipped, string instead, string changed = "nc-core/milestones.yaml")
    {
        Dictionary<string, string> files = new(PackFiles.Below(Repo.Path("policies", "packs")), StringComparer.Ordinal);
        Assert.Contains(shipped, files[changed], StringComparison.Ordinal);
        files[changed] = files[changed].Replace(shipped, instead, StringComparison.Ordinal);
        return new(PackReader.Read(files));
    }

    private static int Payable(PolicyEngine engine, string facts) => Values(engine, facts, static v => v.GetProperty("payableUnits").GetInt32());

    private static string Amount(PolicyEngine engine, string day) => Values(
        engine, $$"""{"milestone":1,"funding":"state","eventDate":"{{day}}","contacts":[{"date":"{{day}}","minutes":60}],"unitsUsedByYear":[]}""",
            static v => v.GetProperty("amount").GetString()!);

    private static T Values<T>(PolicyEngine engine, string facts, Func<JsonElement, T> read)
    {
        using var request = JsonDocument.Parse(facts);
        using var receipt = JsonDocument.Parse(engine.Decide("nc-core", "milestone", Day, request.RootElement).Json);
        return read(receipt.RootElement.GetProperty("values"));
    }
}
