using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Recorded facts as the contract shows them.</summary>
internal static class FactsWire
{
    public static string Name(this Fact fact, IndividualId individual) => $"{individual.Name}/facts/{fact.Id}";

    public static string Etag(this Fact fact) => fact.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A version with who, when and why.</summary>
    public static Wire.Fact ToWire(this Fact fact, IndividualId individual, Particulars particulars)
    {
        Wire.Fact wire = new()
        {
            Name = fact.Name(individual),
            Etag = fact.Etag(),
            RecordTime = fact.RecordedAt.ToTimestamp(),
            RecordedBy = Organization(fact.RecordedBy),
            JoinTime = fact.JoinedAt?.ToTimestamp(),
            SupersedeTime = fact.SupersededAt?.ToTimestamp(),
            SupersededBy = Organization(fact.SupersededBy),
            Reason = Read<Wire.CorrectionReason>(fact.SupersededReason),
            Note = fact.SupersededNote is { } note ? particulars.Open(note) : "",
        };
        switch (fact)
        {
            case Enrollment enrollment: wire.Enrollment = enrollment.ToWire(individual); break;
            case Diagnosis diagnosis: wire.Diagnosis = diagnosis.ToWire(individual); break;
            case Assessment assessment: wire.Assessment = assessment.ToWire(individual); break;
            case Intake intake: wire.Intake = intake.ToWire(individual); break;
            case NecessityFinding finding: wire.MedicalNecessity = finding.ToWire(individual); break;
            case OtherService service: wire.OtherService = service.ToWire(individual); break;
            case MyChoice choice: wire.MyChoice = choice.ToWire(individual); break;
            case Recommendation recommendation: wire.Recommendation = recommendation.ToWire(individual); break;
            case PlanReference plan: wire.Plan = plan.ToWire(individual); break;
            case CrisisCoverage coverage: wire.CrisisCoverage = coverage.ToWire(individual); break;
            case Consent consent: wire.Consent = consent.ToWire(individual); break;
            case FormerParticulars former: wire.Particulars = Person.Open(particulars, former.Sealed).ToWire(); break;
            default: throw new InvalidOperationException($"{fact.GetType().Name} has no form in the contract.");
        }

        return wire;
    }

    public static Wire.PersonParticulars ToWire(this Person person)
    {
        Wire.PersonParticulars wire = new() { GivenName = person.GivenName, FamilyName = person.FamilyName, BirthDate = person.BirthDate.Day() };
        wire.Identifiers.AddRange(person.Identifiers.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => new Wire.Identifier { System = i.Key, Value = i.Value }));
        return wire;
    }

    public static Wire.Enrollment ToWire(this Enrollment enrollment, IndividualId individual) => new()
    {
        Payer = Organization(enrollment.Payer),
        From = enrollment.From.Day(),
        Through = enrollment.Through.Day(),
        Funding = Read<Contracts.Common.V1.Funding>(enrollment.Funding),
        BenefitPlan = enrollment.BenefitPlan,
        BenefitPlanFrom = enrollment.BenefitPlanFrom.Day(),
        BenefitPlanThrough = enrollment.BenefitPlanThrough.Day(),
        Fact = enrollment.Name(individual),
        Etag = enrollment.Etag(),
    };

    public static Wire.Diagnosis ToWire(this Diagnosis diagnosis, IndividualId individual)
    {
        Wire.Diagnosis wire = new()
        {
            Class = Read<Wire.DiagnosisClass>(diagnosis.Class),
            Severity = Read<Wire.DiagnosisSeverity>(diagnosis.Severity),
            Primary = diagnosis.Primary,
            DiagnosedOn = diagnosis.DiagnosedOn.Day(),
            Through = diagnosis.Through.Day(),
            Fact = diagnosis.Name(individual),
            Etag = diagnosis.Etag(),
        };
        if (diagnosis.Qualifying is { } qualifying)
            wire.Qualifying = qualifying;
        return wire;
    }

    public static Wire.Assessment ToWire(this Assessment assessment, IndividualId individual)
    {
        Wire.Assessment wire = new()
        {
            Name = $"{individual.Name}/assessments/{assessment.Id}",
            CompletedOn = assessment.CompletedOn.Day(),
            AssessorLicence = assessment.AssessorLicence,
            Fact = assessment.Name(individual),
            Etag = assessment.Etag(),
        };
        if (assessment.AssessorScopeIncludesDiagnosis is { } inScope)
            wire.AssessorScopeIncludesDiagnosis = inScope;
        return wire;
    }

    public static Wire.MedicalNecessityFinding ToWire(this NecessityFinding finding, IndividualId individual) => new()
    {
        Finding = Read<Wire.MedicalNecessity>(finding.Finding),
        FoundOn = finding.FoundOn.Day(),
        Payer = Organization(finding.Payer),
        Fact = finding.Name(individual),
        Etag = finding.Etag(),
    };

    public static Wire.Intake ToWire(this Intake intake, IndividualId individual)
    {
        Wire.Intake wire = new()
        {
            DesireToWorkDate = intake.DesireToWorkDate.Day(),
            EmploymentHistory = Read<Wire.EmploymentHistory>(intake.EmploymentHistory),
            OtherBhServiceLastContact = intake.OtherBhServiceLastContact.Day(),
            ReferralOutDate = intake.ReferralOutDate.Day(),
            Fact = intake.Name(individual),
            Etag = intake.Etag(),
        };
        if (intake.DesireToWork is { } desire)
            wire.DesireToWork = desire;
        if (intake.EducationGoalLinkedToEmployment is { } education)
            wire.EducationGoalLinkedToEmployment = education;
        if (intake.NeedForAssistance is { } need)
            wire.NeedForAssistance = need;
        if (intake.NeedLinkedToDiagnosis is { } linked)
            wire.NeedLinkedToDiagnosis = linked;
        if (intake.DeclinesBhServices is { } declines)
            wire.DeclinesBhServices = declines;
        if (intake.NeedsMoreIntensiveSupports is { } more)
            wire.NeedsMoreIntensiveSupports = more;
        return wire;
    }

    public static Wire.OtherService ToWire(this OtherService service, IndividualId individual) => new()
    {
        Kind = Read<Wire.OtherServiceKind>(service.Service),
        Organization = Organization(service.Organization),
        From = service.From.Day(),
        Through = service.Through.Day(),
        Absent = service.Absent,
        Fact = service.Name(individual),
        Etag = service.Etag(),
    };

    public static Wire.MyChoice ToWire(this MyChoice choice, IndividualId individual) =>
        new() { Status = Read<Wire.MyChoiceStatus>(choice.Status), From = choice.From.Day(), Fact = choice.Name(individual), Etag = choice.Etag() };

    public static Wire.Recommendation ToWire(this Recommendation recommendation, IndividualId individual) => new()
    {
        By = Read<Wire.Recommender>(recommendation.By),
        RecommendedOn = recommendation.RecommendedOn.Day(),
        Fact = recommendation.Name(individual),
        Etag = recommendation.Etag(),
    };

    public static Wire.PlanReference ToWire(this PlanReference plan, IndividualId individual) => new()
    {
        DatedOn = plan.DatedOn.Day(),
        ClinicalHome = Organization(plan.ClinicalHome),
        DocumentSha256 = plan.DocumentSha256,
        ListsEmployment = plan.ListsEmployment,
        CareerProfileAttached = plan.CareerProfileAttached,
        Fact = plan.Name(individual),
        Etag = plan.Etag(),
    };

    public static Wire.CrisisCoverage ToWire(this CrisisCoverage coverage, IndividualId individual) => new()
    {
        Organization = Organization(coverage.Organization),
        AgreedOn = coverage.AgreedOn.Day(),
        Through = coverage.Through.Day(),
        Fact = coverage.Name(individual),
        Etag = coverage.Etag(),
    };

    public static Wire.Consent ToWire(this Consent consent, IndividualId individual)
    {
        Wire.Consent wire = new()
        {
            Name = $"{individual.Name}/consents/{consent.Id}",
            Etag = consent.Etag(),
            Recipient = Organization(consent.Recipient),
            From = consent.From.Day(),
            Through = consent.Through.Day(),
            RevokedOn = consent.RevokedOn.Day(),
            DocumentSha256 = consent.DocumentSha256,
        };
        wire.Purposes.AddRange(consent.Purposes.Select(Read<Wire.ConsentPurpose>));
        wire.Scopes.AddRange(consent.Scopes.Select(Read<Wire.ConsentScope>));
        return wire;
    }

    private static string Organization(string? code) => string.IsNullOrEmpty(code) ? "" : new OrganizationCode(code).Name;

    private static T Read<T>(string? code) where T : struct, System.Enum => WireCode.TryRead<T>(code, out var value) ? value : default;
}
