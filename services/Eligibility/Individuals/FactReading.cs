using Ips.Contracts;
using Case = Ips.Contracts.Eligibility.V1.Fact.ContentOneofCase;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Reads facts that a caller sends and collects all errors. A payer records only its own data, and only a payer records the findings of its reviewers.
/// </summary>
internal sealed class FactReading(RequestValidator fields, string prefix, Caller caller, TimeProvider clock)
{
    private readonly DateTimeOffset now = clock.GetUtcNow();

    public Fact? Read(Proto.Fact? fact) => fact?.ContentCase switch
    {
        Case.Enrollment => Read(fact.Enrollment),
        Case.Diagnosis => Read(fact.Diagnosis),
        Case.Assessment => Read(fact.Assessment),
        Case.Intake => Read(fact.Intake),
        Case.MedicalNecessity => Read(fact.MedicalNecessity.Finding, fact.MedicalNecessity.FoundOn, $"{prefix}medical_necessity."),
        Case.OtherService => Read(fact.OtherService),
        Case.MyChoice => new MyChoice(Id, Code($"{prefix}my_choice.status", fact.MyChoice.Status),
            fields.Day($"{prefix}my_choice.from", fact.MyChoice.From), now)
        { RecordedBy = caller.Organization },
        Case.Recommendation => Read(fact.Recommendation),
        Case.Plan => Read(fact.Plan),
        Case.CrisisCoverage => Read(fact.CrisisCoverage),
        Case.Death => new Death(Id, fields.Day($"{prefix}death.died_on", fact.Death.DiedOn), now) { RecordedBy = caller.Organization },
        _ => Missing(),
    };

    public Enrollment Read(Proto.Enrollment given)
    {
        var at = $"{prefix}enrollment.";
        Enrollment read = new(
            Id, fields.Organization(at + "payer", given.Payer), fields.Day(at + "from", given.From), fields.OptionalDay(at + "through", given.Through),
            Code(at + "funding", given.Funding), given.BenefitPlan,
            fields.OptionalDay(at + "benefit_plan_from", given.BenefitPlanFrom),
            fields.OptionalDay(at + "benefit_plan_through", given.BenefitPlanThrough), now)
        { RecordedBy = caller.Organization };
        fields.Require(given.BenefitPlan.Length <= 40 && !given.BenefitPlan.Any(char.IsControl), at + "benefit_plan",
            "is longer than 40 characters or holds control characters");
        fields.Require(read.BenefitPlanThrough is null || read.BenefitPlanFrom is not null, at + "benefit_plan_from",
            "is missing; a plan that ends has a first day");
        fields.Require(caller.Role != Roles.Mco || read.Payer == caller.Organization, at + "payer", "is another payer; a payer records its own enrolments");
        return read;
    }

    public Diagnosis Read(Proto.Diagnosis given)
    {
        var at = $"{prefix}diagnosis.";
        Diagnosis read = new(
            Id, WireCode.Upper(fields.Choice(at + "class", given.Class)) ?? "", WireCode.Lower(Defined(at + "severity", given.Severity)), given.Primary,
            given.HasQualifying ? given.Qualifying : null, fields.OptionalDay(at + "diagnosed_on", given.DiagnosedOn),
            fields.OptionalDay(at + "through", given.Through), now)
        { RecordedBy = caller.Organization };
        fields.Require(!given.HasQualifying || caller.Role == Roles.Mco, at + "qualifying", "is set by the payer; leave it out");
        return read;
    }

    public Assessment Read(Proto.Assessment given)
    {
        var at = $"{prefix}assessment.";
        fields.Require(given.AssessorLicence.Length == 0 || OrganizationCode.IsCode(given.AssessorLicence), at + "assessor_licence",
            "is not a lower-case code such as lcsw");
        return new(
            Id, fields.Day(at + "completed_on", given.CompletedOn),
            given.HasAssessorScopeIncludesDiagnosis ? given.AssessorScopeIncludesDiagnosis : null, given.AssessorLicence, now)
        { RecordedBy = caller.Organization };
    }

    public Intake Read(Proto.Intake given)
    {
        var at = $"{prefix}intake.";
        return new(
            Id, given.HasDesireToWork ? given.DesireToWork : null, fields.OptionalDay(at + "desire_to_work_date", given.DesireToWorkDate),
            WireCode.Lower(Defined(at + "employment_history", given.EmploymentHistory)),
            given.HasEducationGoalLinkedToEmployment ? given.EducationGoalLinkedToEmployment : null,
            given.HasNeedForAssistance ? given.NeedForAssistance : null, given.HasNeedLinkedToDiagnosis ? given.NeedLinkedToDiagnosis : null,
            fields.OptionalDay(at + "other_bh_service_last_contact", given.OtherBhServiceLastContact),
            given.HasDeclinesBhServices ? given.DeclinesBhServices : null, fields.OptionalDay(at + "referral_out_date", given.ReferralOutDate),
            given.HasNeedsMoreIntensiveSupports ? given.NeedsMoreIntensiveSupports : null, now)
        { RecordedBy = caller.Organization };
    }

    public NecessityFinding Read(Proto.MedicalNecessity finding, string foundOn, string at)
    {
        NecessityFinding read =
            new(Id, Code(at + "finding", finding), fields.Day(at + "found_on", foundOn), caller.Organization, now) { RecordedBy = caller.Organization };
        fields.Require(caller.Role == Roles.Mco, at + "finding", "is found by the payer's reviewers; the payer records it");
        return read;
    }

    private OtherService Read(Proto.OtherService given)
    {
        var at = $"{prefix}other_service.";
        return new(
            Id, Code(at + "kind", given.Kind), OptionalOrganization(at + "organization", given.Organization),
            fields.Day(at + "from", given.From), fields.OptionalDay(at + "through", given.Through), given.Absent, now)
        { RecordedBy = caller.Organization };
    }

    private Recommendation Read(Proto.Recommendation given)
    {
        return new(Id, Code($"{prefix}recommendation.by", given.By), fields.Day($"{prefix}recommendation.recommended_on", given.RecommendedOn), now)
        {
            RecordedBy = caller.Organization,
        };
    }

    private PlanReference Read(Proto.PlanReference given)
    {
        var at = $"{prefix}plan.";
        return new(
            Id, fields.Day(at + "dated_on", given.DatedOn), fields.Organization(at + "clinical_home", given.ClinicalHome),
            fields.Sha256(at + "document_sha256", given.DocumentSha256, required: true),
            given.ListsEmployment, given.CareerProfileAttached, now)
        { RecordedBy = caller.Organization };
    }

    private CrisisCoverage Read(Proto.CrisisCoverage given)
    {
        var at = $"{prefix}crisis_coverage.";
        return new(
            Id, fields.Organization(at + "organization", given.Organization), fields.Day(at + "agreed_on", given.AgreedOn),
            fields.OptionalDay(at + "through", given.Through), now)
        { RecordedBy = caller.Organization };
    }

    private Guid Id => Guid.CreateVersion7(now);

    private Fact? Missing()
    {
        fields.Wrong($"{prefix}content", "is missing or not for this call; send one kind of fact other than a consent and personal data");
        return null;
    }

    private string OptionalOrganization(string field, string value) => value.Length == 0 ? "" : fields.Organization(field, value);

    private string Code<T>(string field, T value) where T : struct, Enum => Enum.IsDefined(fields.Choice(field, value)) ? WireCode.Lower(value) ?? "" : "";

    private T Defined<T>(string field, T value) where T : struct, Enum
    {
        fields.Require(Enum.IsDefined(value), field, "is not a value of the contract");
        return Enum.IsDefined(value) ? value : default;
    }
}

/// <summary>Fields that several requests about people have.</summary>
internal static class PersonFields
{
    /// <summary>A SHA-256 as 64 lower-case hex digits.</summary>
    public static string Sha256(this RequestValidator fields, string field, string value, bool required)
    {
        fields.Require((value.Length == 0 && !required) || (value.Length == 64 && value.All(char.IsAsciiHexDigitLower)), field,
            "is not a SHA-256 of 64 lower-case hex digits");
        return value;
    }

    /// <summary>Reason and note of a correction.</summary>
    public static void Reason(this RequestValidator fields, Proto.CorrectionReason reason, string note)
    {
        fields.Choice("reason", reason);
        fields.Require(reason != Proto.CorrectionReason.Revoked, "reason", "is set by RevokeConsent alone");
        fields.Note(note);
        fields.Require(reason != Proto.CorrectionReason.Other || note.Length > 0, "note", "is missing; describe the other reason");
    }

    /// <summary>An optional instant.</summary>
    public static DateTimeOffset? OptionalInstant(this RequestValidator fields, string field, Google.Protobuf.WellKnownTypes.Timestamp? value)
    {
        if (value is null)
            return null;
        if (value.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && value.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            && value.Nanos is >= 0 and < 1_000_000_000)
            return value.ToDateTimeOffset();
        fields.Wrong(field, "is not an instant of the years 1 to 9999");
        return null;
    }

    /// <summary>A note of limited length.</summary>
    public static void Note(this RequestValidator fields, string note) => fields.Require(note.Length <= 1000, "note", "is longer than 1000 characters");
}
