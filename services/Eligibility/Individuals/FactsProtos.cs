using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Recorded facts as the contract shows them.</summary>
internal static class FactsProtos
{
    public static string Name(this Fact fact, IndividualId individual) => $"{individual.Name}/facts/{fact.Id}";

    public static string Etag(this Fact fact) => fact.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A version with who recorded or ended it, when and why.</summary>
    public static Proto.Fact ToProto(this Fact fact, IndividualId individual, PersonalDataProtector protector)
    {
        Proto.Fact wire = new()
        {
            Name = fact.Name(individual),
            Etag = fact.Etag(),
            RecordTime = fact.RecordedAt.ToTimestamp(),
            RecordedBy = Organization(fact.RecordedBy),
            JoinTime = fact.JoinedAt?.ToTimestamp(),
            SupersedeTime = fact.SupersededAt?.ToTimestamp(),
            SupersededBy = Organization(fact.SupersededBy),
            Reason = Read<Proto.CorrectionReason>(fact.SupersededReason),
            Note = fact.SupersededNote is { } note ? protector.Unprotect(note) : "",
        };
        switch (fact)
        {
            case Enrollment enrollment: wire.Enrollment = enrollment.ToProto(individual); break;
            case Diagnosis diagnosis: wire.Diagnosis = diagnosis.ToProto(individual); break;
            case Assessment assessment: wire.Assessment = assessment.ToProto(individual); break;
            case Intake intake: wire.Intake = intake.ToProto(individual); break;
            case NecessityFinding finding: wire.MedicalNecessity = finding.ToProto(individual); break;
            case OtherService service: wire.OtherService = service.ToProto(individual); break;
            case MyChoice choice: wire.MyChoice = choice.ToProto(individual); break;
            case Recommendation recommendation: wire.Recommendation = recommendation.ToProto(individual); break;
            case PlanReference plan: wire.Plan = plan.ToProto(individual); break;
            case CrisisCoverage coverage: wire.CrisisCoverage = coverage.ToProto(individual); break;
            case Consent consent: wire.Consent = consent.ToProto(individual); break;
            case Death death: wire.Death = death.ToProto(individual); break;
            case ReferralSource source: wire.ReferralSource = source.ToProto(individual); break;
            case FormerPersonalData former: wire.Particulars = Person.Decrypt(protector, former.PersonalData).ToProto(); break;
            default: throw new InvalidOperationException($"{fact.GetType().Name} has no form in the contract.");
        }

        return wire;
    }

    public static Proto.ReferralSource ToProto(this ReferralSource source, IndividualId individual) => new()
    {
        IntakeReferral = source.IntakeReferralId.Name,
        Source = source.Source,
        Organization = source.Organization.Length == 0 ? "" : Organization(source.Organization),
        ReceivedOn = source.ReceivedOn.Day(),
        Fact = source.Name(individual),
        Etag = source.Etag(),
    };

    public static Proto.PersonParticulars ToProto(this Person person)
    {
        Proto.PersonParticulars wire = new() { GivenName = person.GivenName, FamilyName = person.FamilyName, BirthDate = person.BirthDate.Day() };
        wire.Identifiers.AddRange(person.Identifiers.OrderBy(i => i.Key, StringComparer.Ordinal)
            .Select(i => new Proto.Identifier { System = i.Key, Value = i.Value }));
        return wire;
    }

    public static Proto.Enrollment ToProto(this Enrollment enrollment, IndividualId individual) => new()
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

    public static Proto.Diagnosis ToProto(this Diagnosis diagnosis, IndividualId individual)
    {
        Proto.Diagnosis wire = new()
        {
            Class = Read<Proto.DiagnosisClass>(diagnosis.Class),
            Severity = Read<Proto.DiagnosisSeverity>(diagnosis.Severity),
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

    public static Proto.Assessment ToProto(this Assessment assessment, IndividualId individual)
    {
        Proto.Assessment wire = new()
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

    public static Proto.MedicalNecessityFinding ToProto(this NecessityFinding finding, IndividualId individual) => new()
    {
        Finding = Read<Proto.MedicalNecessity>(finding.Finding),
        FoundOn = finding.FoundOn.Day(),
        Payer = Organization(finding.Payer),
        Fact = finding.Name(individual),
        Etag = finding.Etag(),
    };

    public static Proto.Intake ToProto(this Intake intake, IndividualId individual)
    {
        Proto.Intake wire = new()
        {
            DesireToWorkDate = intake.DesireToWorkDate.Day(),
            EmploymentHistory = Read<Proto.EmploymentHistory>(intake.EmploymentHistory),
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

    public static Proto.OtherService ToProto(this OtherService service, IndividualId individual) => new()
    {
        Kind = Read<Proto.OtherServiceKind>(service.Service),
        Organization = Organization(service.Organization),
        From = service.From.Day(),
        Through = service.Through.Day(),
        Absent = service.Absent,
        Fact = service.Name(individual),
        Etag = service.Etag(),
    };

    public static Proto.MyChoice ToProto(this MyChoice choice, IndividualId individual) =>
        new() { Status = Read<Proto.MyChoiceStatus>(choice.Status), From = choice.From.Day(), Fact = choice.Name(individual), Etag = choice.Etag() };

    public static Proto.Recommendation ToProto(this Recommendation recommendation, IndividualId individual) => new()
    {
        By = Read<Proto.Recommender>(recommendation.By),
        RecommendedOn = recommendation.RecommendedOn.Day(),
        Fact = recommendation.Name(individual),
        Etag = recommendation.Etag(),
    };

    public static Proto.PlanReference ToProto(this PlanReference plan, IndividualId individual) => new()
    {
        DatedOn = plan.DatedOn.Day(),
        ClinicalHome = Organization(plan.ClinicalHome),
        DocumentSha256 = plan.DocumentSha256,
        ListsEmployment = plan.ListsEmployment,
        CareerProfileAttached = plan.CareerProfileAttached,
        Fact = plan.Name(individual),
        Etag = plan.Etag(),
    };

    public static Proto.CrisisCoverage ToProto(this CrisisCoverage coverage, IndividualId individual) => new()
    {
        Organization = Organization(coverage.Organization),
        AgreedOn = coverage.AgreedOn.Day(),
        Through = coverage.Through.Day(),
        Fact = coverage.Name(individual),
        Etag = coverage.Etag(),
    };

    public static Proto.Death ToProto(this Death death, IndividualId individual) =>
        new() { DiedOn = death.DiedOn.Day(), Fact = death.Name(individual), Etag = death.Etag() };

    public static Proto.Consent ToProto(this Consent consent, IndividualId individual)
    {
        Proto.Consent wire = new()
        {
            Name = $"{individual.Name}/consents/{consent.Id}",
            Etag = consent.Etag(),
            Recipient = Organization(consent.Recipient),
            From = consent.From.Day(),
            Through = consent.Through.Day(),
            RevokedOn = consent.RevokedOn.Day(),
            DocumentSha256 = consent.DocumentSha256,
        };
        wire.Purposes.AddRange(consent.Purposes.Select(Read<Proto.ConsentPurpose>));
        wire.Scopes.AddRange(consent.Scopes.Select(Read<Proto.ConsentScope>));
        return wire;
    }

    private static string Organization(string? code) => string.IsNullOrEmpty(code) ? "" : new OrganizationCode(code).Name;

    private static T Read<T>(string? code) where T : struct, System.Enum => EligibilityVocabulary.Read<T>(code) ?? default;
}
